"""What each group of settings means, as parts of sentences in the past tense. Every setting that matters speaks."""

from __future__ import annotations

from napari_unet.core.data.channels import called
from napari_unet.core.settings import (
    AugmentationSettings,
    Kind,
    LossSettings,
    NetworkSettings,
    PostprocessingSettings,
    PreprocessingSettings,
)
from napari_unet.core.wording import listed

NETWORKS = {
    "unet": "a U-Net (Ronneberger et al. 2015)",
    "residual": "a residual U-Net (Zhang et al. 2018)",
    "attention": "an attention U-Net (Oktay et al. 2018)",
    "nested": "a nested U-Net (UNet++, Zhou et al. 2018)",
    "dense": "a densely connected U-Net (Jégou et al. 2017)",
    "plain": "an encoder-decoder without skip connections",
}
ACTIVATIONS = {"relu": "ReLU", "leaky": "leaky ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU"}
UPSAMPLINGS = {"transposed": "transposed convolutions"}
DENOISERS = {
    "gaussian": "a Gaussian filter",
    "median": "a median filter",
    "non-local means": "non-local means",
}
EQUALISERS = {
    "histogram": "histogram-equalised",
    "clahe": "equalised locally (contrast-limited adaptive histogram equalisation)",
}


def network_sentence(shape: NetworkSettings, outputs: int) -> str:
    """The network and its shape, as a sentence."""
    volume = shape.dimensions == "3-D"
    kernel = " x ".join([shape.kernel] * (3 if volume else 2))
    norm = f"{shape.norm} normalisation" if shape.norm != "none" else "no normalisation layers"
    up = UPSAMPLINGS.get(shape.upsampling, f"{shape.upsampling} interpolation")
    details = [
        f"{shape.depth} down-sampling step{'s' if shape.depth > 1 else ''}",
        f"{shape.width} to {shape.width * 2**shape.depth} channels",
        f"{kernel} convolutions",
        f"{ACTIVATIONS[shape.activation]} activation",
        norm,
        f"{up} on the way up",
        f"{outputs} output planes",
    ]
    if shape.dropout:
        details.append(f"dropout of {shape.dropout:g}{', rising with depth' if shape.dropout_rises else ''}")
    if shape.deep_supervision:
        details.append("deep supervision")
    if volume and shape.flat_levels:
        first = "first level" if shape.flat_levels == 1 else f"first {shape.flat_levels} levels"
        details.append(f"its {first} working within focal planes")
    volume_words = " in three dimensions" if volume else ""
    return f"The network was {NETWORKS[shape.architecture]}{volume_words} with {listed(details)}."


def preprocessing_phrases(chain: PreprocessingSettings) -> list[str]:
    """What was done to each picture, in order: past participles."""
    low, high = f"{chain.low_percentile:g}", f"{chain.high_percentile:g}"
    normalised = {
        "percentile": f"normalised so that their {low} and {high} percentiles became 0 and 1",
        "z-score": "normalised to zero mean and unit variance",
        "min-max": "normalised so that their minimum and maximum became 0 and 1",
    }
    phrases = [
        f"reduced to their {called(chain.channels)}" if chain.channels else "",
        f"rescaled to {chain.pixel_size:g} µm per pixel where their pixel size was known" if chain.pixel_size else "",
        f"rescaled to objects of {chain.object_size:g} px" if chain.object_size else "",
        f"freed of background smoother than {chain.background:g} px" if chain.background else "",
        f"denoised with {DENOISERS[chain.denoise]} ({chain.denoise_strength:g} px)"
        if chain.denoise in DENOISERS
        else "",
        EQUALISERS.get(chain.equalise, ""),
        normalised[chain.normalisation],
    ]
    return [phrase for phrase in phrases if phrase]


def augmentation_phrases(changes: AugmentationSettings, *, stained: bool) -> list[str]:
    """The random changes that were on, as nouns with their strength. `stained`: a 2-D network learned from colours."""
    colour = changes.colour if stained else 0.0
    phrases = {
        "flips and quarter turns": changes.flips,
        f"rotation (up to {changes.rotation:g}°)": changes.rotation,
        f"scaling ({1 / changes.scale:.2f} to {changes.scale:g}-fold)": changes.scale > 1,
        f"shear (up to {changes.shear:g}°)": changes.shear,
        f"elastic deformation ({changes.elastic:g} px)": changes.elastic,
        f"brightness ({changes.brightness:g})": changes.brightness,
        f"contrast ({changes.contrast:g})": changes.contrast,
        f"hue and saturation ({colour:g})": colour,
        f"gamma ({changes.gamma:g})": changes.gamma,
        f"blur (up to {changes.blur:g} px)": changes.blur,
        f"noise (up to {changes.noise:g} of the contrast)": changes.noise,
        f"inversion ({changes.invert:.0%} of patches)": changes.invert,
        f"blanked channels ({changes.channel_drop:.0%} of patches)": changes.channel_drop,
        f"cut-out squares ({changes.cutout:.0%} of patches)": changes.cutout,
    }
    told = [phrase for phrase, on in phrases.items() if on]
    lights = changes.brightness, changes.contrast, colour, changes.gamma, changes.noise, changes.blur, changes.invert
    return [*told, f"those of light eased in over {changes.eased} steps"] if changes.eased and any(lights) else told


def loss_phrase(loss: LossSettings, kind: Kind) -> str:
    """The terms of the loss with their weights, and how pixels were weighted."""
    objects = kind == "objects"
    entropy = "binary cross-entropy" if objects else "cross-entropy"
    terms = {
        entropy: loss.cross_entropy,
        "soft Dice": loss.soft_dice,
        f"Tversky (misses weighted {loss.misses:g})": loss.tversky,
        f"focal (exponent {loss.focus:g})": loss.focal,
        "boundary": loss.boundary,
        "cell borders": loss.border if objects else 0.0,
        "depth inside cells": loss.distance if objects else 0.0,
    }
    named = [f"{name} ({weight:g})" for name, weight in terms.items() if weight]
    one = "".join(name for name, weight in terms.items() if weight)
    sums = f"the weighted sum of {listed(named)} terms" if len(named) > 1 else f"the {one} term"
    weights = []
    if objects and loss.border_weight > 1:
        shape = "falling off as in the original U-Net" if loss.border_map == "unet" else "all through narrow gaps"
        weights.append(f"a weight of up to {loss.border_weight:g} on pixels between neighbouring cells ({shape})")
    if loss.balance:
        weights.append(f"a weight on rare classes (balance {loss.balance:g})")
    if loss.weighs_origins:
        trusts = (loss.trust_hand, loss.trust_corrected, loss.trust_accepted)
        weights.append(
            "weights of {:g}, {:g} and {:g} on pixels painted, corrected and accepted as they were".format(*trusts)
        )
    return sums + (f", with {listed(weights)}" if weights else "")


def cleanup_phrases(cleanup: PostprocessingSettings, kind: Kind) -> list[str]:
    """How probability became labels, step by step: gerunds."""
    objects = kind == "objects"
    what = "objects" if objects else "regions"
    phrases = [
        f"smoothing them (Gaussian, {cleanup.smooth:g} px)" if cleanup.smooth else "",
        f"thresholding at {cleanup.threshold:g}" if objects else "assigning each pixel its most likely class",
        f"morphological opening ({cleanup.opening} px)" if cleanup.opening else "",
        f"morphological closing ({cleanup.closing} px)" if cleanup.closing else "",
        "filling holes" if objects and cleanup.fill_holes else "",
        f"parting touching objects by a watershed (readiness {cleanup.split:g})" if objects and cleanup.split else "",
        f"removing {what} smaller than {cleanup.smallest} px" if cleanup.smallest else "",
        f"removing {what} larger than {cleanup.largest} px" if cleanup.largest else "",
        *((*_of_shape(cleanup), *_of_stacks(cleanup)) if objects else ()),
    ]
    return [phrase for phrase in phrases if phrase]


def _of_shape(cleanup: PostprocessingSettings) -> tuple[str, ...]:
    """Which objects were removed for their shape."""
    return (
        "" if cleanup.keep_cut else "removing objects that touch the edge of the image",
        f"removing objects more than {cleanup.longest:g} times as long as wide" if cleanup.longest else "",
        f"removing objects of a solidity below {cleanup.solidity:g}" if cleanup.solidity else "",
    )


def _of_stacks(cleanup: PostprocessingSettings) -> tuple[str, ...]:
    """How objects of a stack kept their numbers; said only where it is not as usual: most pictures are none."""
    usual, least = (
        PostprocessingSettings(),
        "giving one number to objects that overlap (intersection over union at least",
    )
    planes = f"{least} {cleanup.join:g}) on neighbouring focal planes" if cleanup.join else "leaving focal planes apart"
    times = f"{least} {cleanup.follow:g}) at consecutive time points"
    volume = "treating focal planes as one volume" if cleanup.volume else ""
    depth = f"counting a voxel as {cleanup.voxel_depth:g} times as deep as wide" if cleanup.voxel_depth != 1 else ""
    return (planes if cleanup.join != usual.join else "", times if cleanup.follow else "", volume, depth)


def versions_phrase(versions: dict[str, str], device: str, machine: dict[str, str]) -> str:
    """Software and computer, as a sentence; empty when neither is known."""
    names = {"napari-unet": "napari-unet", "python": "Python", "torch": "PyTorch", "numpy": "NumPy"}
    programs = listed([f"{names.get(name, name)} {version}" for name, version in versions.items()])
    where = device or machine.get("processor", "")
    if not programs:
        return f"Computations ran on {where}." if where else ""
    return f"Computations used {programs}{f' on {where}' if where else ''}."
