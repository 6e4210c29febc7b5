"""Files that nobody vouches for: whole ones of every kind that is read, and ways to spoil them.

`spoilt` (for hypothesis) makes a file out of a whole one; `tried` reads it under a watch and says what went wrong.
"""

from __future__ import annotations

import copy
import io
import json
import os
import random
import signal
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from hypothesis import strategies as st
from PIL import Image

from napari_unet.core.data import Picture, Project, read_mask, read_picture
from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.data.journal import MARK, PREFIX, Journal
from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.data.read import read_partly
from napari_unet.core.errors import MaskError, UnetError
from napari_unet.core.explaining import read_curve
from napari_unet.core.importing import read_annotation
from napari_unet.core.model.header import read_card, read_values
from napari_unet.core.recipe import read_recipe
from napari_unet.core.recipe.materials import load_sample
from napari_unet.core.search.trials import best_plan, read_trials
from tests.core.data.zarrs import NEW, OLD, VERSIONS, ome_zarr, write_labels
from tests.core.importing import test_hostile as foreign
from tests.core.importing.making import SHAPE

PATIENCE = 5
"""Seconds of the processor within which every file is read or refused."""

HANGS = 60
"""Seconds of the clock after which reading is ended: much other work may share the processor."""

CELLS = np.zeros((12, 15), np.uint16)
CELLS[2:6, 3:9], CELLS[7:11, 2:6] = 1, 2
NAME = "a"

ZARR_FILES = {
    OLD: ("a.zarr/.zattrs", "a.zarr/0/.zarray", "a.zarr/0/0.0", "a.zarr/labels/.zattrs"),
    NEW: ("a.zarr/zarr.json", "a.zarr/0/zarr.json"),
}

Read = Callable[[Path], object]


@dataclass(frozen=True)
class Reader:
    """One kind of file: where it lies in the folder of a test, whole ones, and what reads it."""

    name: str
    place: str
    whole: tuple[bytes, ...]
    read: Read
    prepare: Callable[[Path], object] = lambda folder: None


# What reads


def _project(folder: Path) -> object:
    with Project.open(folder / "c.unet") as project:
        project.settings("training"), project.class_colours, project.kind
        for name in project.names():
            record = project.record(name)
            project.picture(name)
            project.annotation(name), project.labels(name), project.locks(name)
            for region in filter(lambda region: region.kept, record.origin):
                project.acceptance(name, region).stands(project.annotation(name))
        project.decide_validation(0.2)
        project.save_settings("export", {"overwrite": True})
    return project.names()


def _strokes(folder: Path) -> object:
    journal = Journal(folder / "c.unet" / "journal", "")
    return journal.replay(NAME, "annotation", np.zeros(CELLS.shape, np.uint16), "")


def _recipe(folder: Path) -> object:
    recipe = read_recipe(folder / "recipe.json")
    return [load_sample(one, folder, recipe.kind, recipe.class_names) for one in recipe.materials]


def _model(folder: Path) -> object:
    from napari_unet.core.model import load_model
    from napari_unet.core.recipe.hashing import weights_hash
    from napari_unet.core.training.resuming import load_state

    for read in (read_card, read_values, load_model, weights_hash, lambda path: load_state(path.parent)):
        try:
            read(folder / "m" / "last.safetensors")
        except UnetError:
            continue
    return read_card(folder / "m" / "last.safetensors")


def _acceptance(folder: Path) -> object:
    return Acceptance.read(folder, "x.npz").done(np.zeros(CELLS.shape, np.uint16))


def _recent(folder: Path) -> object:
    from napari_unet.widgets import recent

    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(folder)
    try:
        return recent.folders(), recent.home()
    finally:
        os.environ.update({"XDG_STATE_HOME": before} if before else {})


def _package(folder: Path) -> object:
    from napari_unet.core.sharing import import_model

    return import_model(folder / "a.zip", folder / "out" / "model", overwrite=True)


def _annotation(name: str) -> Read:
    return lambda folder: read_annotation(folder / name, SHAPE, NAME)


# Whole files


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def _packages() -> tuple[bytes, ...]:
    """A package of ours, and one of another program."""
    import torch

    from napari_unet.core.model.checkpoint import save_weights

    file, card, network = io.BytesIO(), *_small()
    torch.save(network.state_dict(), file)
    with tempfile.TemporaryDirectory() as folder:
        save_weights(network.state_dict(), card, Path(folder) / "m")
        own = (Path(folder) / "m").read_bytes()
    theirs = {"name": "a", "weights": {"pytorch_state_dict": {"source": "weights.pt"}}}
    ours = {**theirs, "config": {"napari_unet": {"model": "model.safetensors"}}}
    packages = (
        {"rdf.yaml": json.dumps(ours).encode(), "model.safetensors": own},
        {"rdf.yaml": json.dumps(theirs).encode(), "weights.pt": file.getvalue()},
    )
    return tuple(_saved(lambda place, files=files: _zip(place, files)) for files in packages)


def _zip(place: io.BytesIO, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(place, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def _tiffs() -> tuple[bytes, ...]:
    stack = np.stack([CELLS, CELLS * 2])
    micron = {"unit": "um", "axes": "CYX", "Labels": ["dapi", "gfp"]}
    size = {"axes": "CYX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5, "Channel": {"Name": ["dapi", "gfp"]}}
    return (
        _saved(lambda file: tifffile.imwrite(file, CELLS, compression="zlib")),
        _saved(lambda file: tifffile.imwrite(file, stack, imagej=True, resolution=(2.0, 2.0), metadata=micron)),
        _saved(lambda file: tifffile.imwrite(file, stack, ome=True, metadata=size)),
        _saved(lambda file: tifffile.imwrite(file, CELLS, tile=(16, 16), predictor=True, compression="zlib")),
    )


def _pillows(kind: str) -> tuple[bytes, ...]:
    grey = Image.fromarray((CELLS * 100).astype(np.uint8))
    modes = {"PNG": ("L", "RGBA", "P"), "JPEG": ("L", "RGB"), "BMP": ("L", "RGB")}[kind]
    return tuple(_saved(lambda file, mode=mode: grey.convert(mode).save(file, kind)) for mode in modes)


def _no_mask(path: Path) -> None:
    """Read a file as a mask that can be none, as numbers in it are smeared: also that must do no harm."""
    with suppress(MaskError):
        read_mask(path)


def _zarrs() -> list[Reader]:
    """The files of Zarr folders of both formats: what they say of themselves, and a piece."""
    with tempfile.TemporaryDirectory() as home:
        held = {}
        for version in VERSIONS:
            path = ome_zarr(Path(home) / version / "a.zarr", CELLS + np.uint16(1), "yx", version)
            write_labels(path, version)
            held[version] = {
                file.relative_to(path.parent).as_posix(): file.read_bytes()
                for file in path.rglob("*")
                if file.is_file()
            }
    return [
        Reader(
            f"Zarr {version} {place}",
            place,
            (held[version][place],),
            lambda folder: _all(
                folder / "a.zarr", read_picture, read_mask, lambda path: open_lazily(path).image[0, 3:5]
            ),
            partial(_lay_out, held[version]),
        )
        for version, places in ZARR_FILES.items()
        for place in places
    ]


def _lay_out(files: Mapping[str, bytes], folder: Path) -> None:
    for place, data in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(data)


def a_project(folder: Path) -> Path:
    """A project with everything in it: a picture, strokes, corrected labels, locks, and an accept."""
    from napari_unet.core.data import Region

    whole = (slice(0, 12), slice(0, 15))
    with Project.create(folder / "c.unet", "objects", ("cell",)) as project:
        project.save_settings("training", {"epochs": 3})
        project.add(Picture(NAME, np.stack([CELLS, CELLS]), (0.5, 0.5), "µm", ("dapi", "gfp"), "a.tif"), CELLS, "m.tif")
        region = Region(tuple((0, side) for side in CELLS.shape), "accepted", "models/m", {"threshold": 0.5})
        after = CELLS + np.uint16(1)
        project.accept(NAME, after, region, Acceptance(whole, CELLS, after, np.ones(CELLS.shape, bool), True, True))
        project.save_labels(NAME, CELLS)
        project.save_locks(NAME, [1])
        project.journal.append(NAME, "annotation", (slice(1, 5), slice(1, 5)), np.full((4, 4), 9, np.uint16))
        project.journal.append(NAME, "labels", (slice(0, 2), slice(0, 2)), np.full((2, 2), 3, np.uint16))
    return project.folder


def _small() -> tuple[Any, Any]:
    """The card of a small model, and its network."""
    import torch

    from napari_unet.core.model.card import ModelCard
    from napari_unet.core.model.catalogue import make_network
    from napari_unet.core.settings import NetworkSettings, Plan, PostprocessingSettings

    plan = Plan(network=NetworkSettings(width=4, depth=2))
    card = ModelCard(
        "m", "objects", ("cell",), 1, False, plan, PostprocessingSettings(), ("cell", "border", "distance")
    )
    torch.manual_seed(0)
    return card, make_network(1, 3, plan.network)


def _model_bytes() -> bytes:
    from napari_unet.core.training.resuming import State, save_state

    card, network = _small()
    tensors = {f"model/{name}": value for name, value in network.state_dict().items()}
    with tempfile.TemporaryDirectory() as folder:
        save_state(State(card, tensors, {"epoch": 1, "ended": "", "data": {}, "asked": {}}), Path(folder))
        return (Path(folder) / "last.safetensors").read_bytes()


def _recipe_json(folder: Path) -> bytes:
    from napari_unet.core.recipe.materials import of_files, sample_of
    from napari_unet.core.recipe.recipe import Recipe
    from napari_unet.core.settings import Plan

    tifffile.imwrite(folder / "p.tif", CELLS)
    sample = sample_of(read_picture(folder / "p.tif"), read_mask(folder / "p.tif"), "objects", ("cell",))
    materials = of_files([sample], [(folder / "p.tif", folder / "p.tif")], folder)
    Recipe("r", "objects", ("cell",), Plan(), tuple(materials), "0" * 64, 3).write(folder)
    return (folder / "recipe.json").read_bytes()


TRIAL = {"number": 1, "values": {"width": 8}, "score": 0.5, "seconds": 1.0, "pruned": False, "half": None}
EPOCH = {"epoch": 1, "loss": 0.5, "scores": {"dice": 0.5}, "best": True, "seconds": 1.0}


def readers() -> list[Reader]:
    """Every kind of file that is read."""

    def a_whole_project(into: Path) -> None:
        for name, data in held.items():
            (into / "c.unet" / name).parent.mkdir(parents=True, exist_ok=True)
            (into / "c.unet" / name).write_bytes(data)

    with tempfile.TemporaryDirectory() as folder:
        project = a_project(Path(folder))
        held = {
            path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*") if path.is_file()
        }
        recipe = _recipe_json(Path(folder))
        picture = (Path(folder) / "p.tif").read_bytes()
    (accepted,) = (data for name, data in held.items() if name.endswith(".npz"))
    lines = [json.dumps(one).encode() + b"\n" for one in (TRIAL, EPOCH)]
    ours = [
        Reader("project.json", "c.unet/project.json", (held["project.json"],), _project, a_whole_project),
        Reader("journal", "c.unet/journal/a.annotation.journal", (held["journal/a.annotation.journal"],), _strokes),
        *(
            Reader(
                f"a project's {part}",
                f"c.unet/pictures/a/{part}",
                (held[f"pictures/a/{part}"],),
                _project,
                a_whole_project,
            )
            for part in ("record.json", "locks.json", "image.tif", "annotation.tif", "labels.tif")
        ),
        Reader("accepted", "accepted/x.npz", (accepted,), _acceptance),
        Reader(
            "recipe.json", "recipe.json", (recipe,), _recipe, lambda folder: (folder / "p.tif").write_bytes(picture)
        ),
        Reader("model", "m/last.safetensors", (_model_bytes(),), _model),
        Reader("package", "a.zip", _packages(), _package),
        Reader("trials", "trials.jsonl", (lines[0] * 2,), read_trials),
        Reader("curve", "metrics.jsonl", (lines[1] * 2,), read_curve),
        Reader("plan", "best.json", (b'{"plan": {"training": {"epochs": 3}}}',), best_plan),
        Reader("recent", "napari-unet/recent.json", (b'["/tmp", "/nowhere"]',), _recent),
    ]
    pictures = [
        Reader("TIFF", "a.tif", _tiffs(), lambda folder: _all(folder / "a.tif", read_picture, read_mask, read_partly)),
        *(
            Reader(kind, f"a.{kind.lower()}", _pillows(kind), lambda folder, kind=kind: _all(
                folder / f"a.{kind.lower()}", read_picture, read_mask))
            for kind in ("PNG", "BMP")
        ),
        Reader("JPEG", "a.jpeg", _pillows("JPEG"), lambda folder: _all(folder / "a.jpeg", read_picture, _no_mask)),
        *_zarrs(),
        Reader("NPY", "a.npy", (_saved(lambda file: np.save(file, CELLS)),), lambda folder: _all(
            folder / "a.npy", read_picture, read_mask)),
    ]  # fmt: skip
    others = [
        Reader(f"{make.__name__} of another tool", name, (make(),), _annotation(name))
        for make, name in (
            (foreign.cellpose, "a_seg.npy"), (foreign.label_picture, "a_mask.tif"), (foreign.coco_file, "a.json"),
            (foreign.geojson, "a.geojson"), (foreign.selection, "a.roi"), (foreign.selections, "a.zip"),
        )
    ]  # fmt: skip
    return [*ours, *pictures, *others]


def _all(path: Path, *reads: Callable[[Path], object]) -> None:
    """Every reader of a file, also after one refused it; the first refusal comes in the end."""
    refusals = []
    for read in reads:
        try:
            read(path)
        except UnetError as error:
            refusals.append(error)
    if refusals:
        raise refusals[0]


# Ways to spoil

WORDS = (
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\x7f",
    b"\x01\x00\x00\x00",
    b"\x00\x00\x00\x80",
    b"{" * 9,
)
DEEP = 3000
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 1e308, 10**30, "", "x" * 5000, "../../../etc/passwd", "//server/share/a.tif", "\x00",
    "\ud800", [], {}, [[]], [1, "a"], {"a": {}}, float("nan"), float("inf"), "2999-13-45", [10**12, 10**12],
    "O", "<u8", "|V9",
)  # fmt: skip


BROKEN = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, struct.error)
"""What comes of taking a spoilt file for a whole one."""


@st.composite
def spoilt(draw: st.DrawFn, reader: Reader) -> bytes:
    """A whole file of this kind, spoilt in a few places; JSON sometimes in its values."""
    data = draw(st.sampled_from(reader.whole))
    ways = (
        (_odd_json, data[:1] in (b"{", b"[")),
        (_odd_record, data[:4] == MARK),
        (_odd_header, data[8:9] == b"{"),
    )
    for way, fits in ways:
        if fits and draw(st.booleans()):
            with suppress(*BROKEN):  # a file that was spoilt before is cut further
                return way(draw, data)
    for _ in range(draw(st.integers(1, 4))):
        data = _cut(draw, data)
    return data


def _cut(draw: st.DrawFn, data: bytes) -> bytes:
    """Change, cut or repeat a piece."""
    place = draw(st.integers(0, max(len(data) - 1, 0)) | st.integers(0, min(400, max(len(data) - 1, 0))))
    how = draw(st.integers(0, 5))
    if how == 0:
        return data[:place]
    if how == 1:
        return data[:place] + data[place + draw(st.integers(1, 40)) :]
    if how == 2:
        return data[:place] + data[place : place + draw(st.integers(1, 200))] * 2 + data[place:]
    piece = draw(st.sampled_from(WORDS) | st.binary(min_size=1, max_size=8))
    return data[:place] + piece + data[place + (0 if how == 3 else len(piece)) :]


def _odd_json(draw: st.DrawFn, data: bytes) -> bytes:
    if draw(st.integers(0, 15)) == 0:
        return draw(st.sampled_from((b"[", b'{"a":'))) * DEEP + b"1" + draw(st.sampled_from((b"]", b"}"))) * DEEP
    lines = data.splitlines() if data.count(b"\n{") else [data]
    value = json.loads(lines[0])
    for _ in range(draw(st.integers(1, 3))):
        _replace(draw, value)
    text = json.dumps(value).encode()
    return b"\n".join([text, *lines[1:]])


def _replace(draw: st.DrawFn, value: Any) -> None:
    """Put something odd at some place within."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        if isinstance(value[key], (dict, list)) and value[key] and draw(st.integers(0, 3)):
            value = value[key]
            continue
        if isinstance(value, dict) and draw(st.integers(0, 5)) == 0:
            del value[key]
        else:
            value[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
        return


def _odd_record(draw: st.DrawFn, data: bytes) -> bytes:
    """A stroke whose sum is right and whose head says something odd, or whose block unpacks to very much."""
    _, head_size, block_size, _ = PREFIX.unpack_from(data)
    head, block = data[PREFIX.size :][:head_size], data[PREFIX.size + head_size :][:block_size]
    head = _odd_json(draw, head)
    if draw(st.integers(0, 3)) == 0:
        block = zlib.compress(bytes(1 << 22))
    return PREFIX.pack(MARK, len(head), len(block), zlib.crc32(block, zlib.crc32(head))) + head + block + data


def _odd_header(draw: st.DrawFn, data: bytes) -> bytes:
    """A model whose card, or table of tensors, says something odd."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    if draw(st.booleans()):
        about = header["__metadata__"]
        key = draw(st.sampled_from(sorted(about)))
        about[key] = _odd_json(draw, about[key].encode()).decode("utf-8", "replace")
    else:
        _replace(draw, header)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data[8 + size :]


# Under a watch

CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.link", "os.symlink", "shutil.rmtree"}
ALWAYS = {"pickle.find_class", "os.system", "subprocess.Popen", "socket.connect", "os.exec", "os.posix_spawn"}
_watched: dict[str, Any] = {"inside": "", "seen": []}


def _hook(event: str, details: tuple[Any, ...]) -> None:
    if not _watched["inside"]:
        return
    if event in ALWAYS:
        _watched["seen"].append(f"{event} {details!r:.200}")
    elif event in CHANGES or (event == "open" and _writes(details)):
        path = os.path.abspath(os.fsdecode(details[0])) if isinstance(details[0], (str, bytes, os.PathLike)) else ""
        if path and not path.startswith((_watched["inside"], "/dev/")):
            _watched["seen"].append(f"{event} {path}")


def _writes(details: tuple[Any, ...]) -> bool:
    _, mode, flags = details
    asked = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    return bool(asked) if mode is None else any(letter in str(mode) for letter in "wax+")


sys.addaudithook(_hook)


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """What is done meanwhile that reading a file must never do: writing elsewhere, starting or asking others."""
    _watched.update(inside=str(folder), seen=[])
    try:
        yield _watched["seen"]
    finally:
        _watched["inside"] = ""


class TooLate(BaseException):
    """No error that a reader could take for one of the file's own."""


@contextmanager
def patience() -> Iterator[None]:
    """Ends what takes too long, where the system has an alarm."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(*_: object) -> None:
        raise TooLate(f"it took longer than {HANGS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def tried(reader: Reader, data: bytes) -> str:
    """Read a file under a watch: "read", or the kind of the refusal. Anything else is raised or asserted."""
    random.seed(0)
    with tempfile.TemporaryDirectory(prefix="hostile-") as home:
        folder = Path(home).resolve()
        reader.prepare(folder)
        file = folder / reader.place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        begun = time.process_time()
        with watched(folder) as seen, patience():
            said = _outcome(reader, folder)
        took = time.process_time() - begun
    assert seen == [], f"{reader.name}: {seen}"
    assert took < PATIENCE, f"{reader.name}: it took {took:.1f} s"
    return said


def _outcome(reader: Reader, folder: Path) -> str:
    try:
        reader.read(folder)
    except UnetError as error:
        return type(error).__name__
    return "read"
