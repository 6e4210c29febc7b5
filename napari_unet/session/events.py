"""What a session tells: one signal per thing that can change. Listeners then read the session."""

from __future__ import annotations

from psygnal import Signal

from napari_unet.core.data.pairing import Pair
from napari_unet.core.errors import AxesError, UnetError


class Events:
    """The signals of a session. `section` names the part of the window a sentence belongs to."""

    project_changed = Signal(description="A project was opened, made or closed.")
    pictures_changed = Signal(description="The list of pictures, or the state of one.")
    pairs_found = Signal(object, description="What folders hold: a tuple of (folder, list of `Pair`).")
    adding_changed = Signal(description="How far adding a long list of pictures is.")
    current_changed = Signal(description="Another picture is shown now.")
    annotation_changed = Signal(str, description="NAME's annotation was changed by the session, not by painting.")
    probability_changed = Signal(str, description="NAME has a new probability.")
    labels_changed = Signal(str, description="NAME's labels were recomputed or replaced, not painted.")
    measured = Signal(str, description="NAME's objects were measured anew, or there are none any more.")
    locks_changed = Signal(str, description="Other objects of NAME's labels are locked now.")
    classes_changed = Signal(str, description="Objects of NAME have other classes now.")
    hand_class_changed = Signal(description="What is painted or clicked on next gets another class.")
    changes_counted = Signal(str, description="What the last setting of the clean-up changed in NAME's labels.")
    settings_changed = Signal(str, description="The settings group of this name has other values.")
    job_changed = Signal(description="A long job started, progressed or ended.")
    curve_changed = Signal(description="The learning curve has new points.")
    model_changed = Signal(description="The active model, or the list of models.")
    craft_changed = Signal(description="What is known of a training: estimate, notices, verdict, folds, an offer.")
    search_changed = Signal(description="The search for better settings got on.")
    examples_made = Signal(object, description="Random examples, (N, C + 1, P, P) float32; see `Preview`.")
    live_changed = Signal(description="Whether strokes are followed, and what is said of it.")
    starts_seen = Signal(object, description="What each start says of the picture on show: tuple of `SeenStart`.")
    place_found = Signal(object, description="Where to paint next on the picture on show: a `Suggestion`.")
    beside_changed = Signal(description="Something asked for beside the long job began, got on or ended.")
    view_changed = Signal(str, description="The view of this name has other contents for the picture on show.")
    thumbnail_made = Signal(str, description="There is a small picture of NAME.")
    doubts_changed = Signal(description="What looks wrong in the annotations is known of more pictures.")
    worker_changed = Signal(description="The worker became ready, busy or died.")
    axes_asked = Signal(Pair, AxesError, description="A picture has an axis without a name: add it again with `axes`.")
    needed = Signal(description="What was painted and not told yet is needed now.")
    failed = Signal(str, UnetError, description="Something did not work: (section, error).")
    said = Signal(str, str, description="Something worth knowing: (section, sentence).")
    unsaid = Signal(str, str, description="What was said is true no more: (section, sentence).")
