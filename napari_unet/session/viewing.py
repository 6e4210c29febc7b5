"""More to look at: the picture as the network gets it, and labels compared with the annotation."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Literal

from numpy.typing import NDArray

from napari_unet.core.data.annotation import to_mask
from napari_unet.core.data.channels import choice, picked
from napari_unet.core.data.scale import microns
from napari_unet.core.metrics import confusion
from napari_unet.core.model.card import ModelCard
from napari_unet.core.preprocessing import seen
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.session.looker import Looker, Seen
from napari_unet.session.pointing import Pointing

Array = NDArray[Any]
Make = Callable[[], Array]
View = Literal["seen", "comparison", "origins"]


class Viewing(Pointing):
    """Views of the picture on show, each made only while the person wants to see it."""

    def __init__(self) -> None:
        super().__init__()
        self._looker = Looker[Array]()
        self._wanted: set[View] = set()
        self._views: dict[str, Seen[Array]] = {}
        self._only: frozenset[str] | None = None  # the accepted regions that are shown by their origin; None: all
        for signal in (self.labels_changed, self.annotation_changed):
            signal.connect(self._outdate_comparison)
        self.annotation_changed.connect(self._outdate_origins)
        self.pictures_changed.connect(self._outdate_origins)
        self.current_changed.connect(self._forget_views)
        self.settings_changed.connect(self._outdate_seen)
        self.pictures_changed.connect(self._outdate_comparison)

    def wants(self, view: View) -> bool:
        """Whether the person wants to see this view."""
        return view in self._wanted

    def want(self, view: View, wanted: bool) -> None:
        """Show a view of the picture on show, and of those shown after it, or do so no more."""
        (self._wanted.add if wanted else self._wanted.discard)(view)
        self._views.pop(view, None)
        self.view_changed.emit(view)
        self._look(view)

    def view(self, view: View, name: str) -> NDArray[Any] | None:
        """The view of this picture, when it is wanted and made; `view_changed` follows when it is made later.

        seen: (C, y, x) float32, 0..1, at the size the network gets it. comparison: (Y, X) uint8, see `confusion`.
        origins: ([Z,] Y, X) uint8, see `provenance`.
        """
        made = self._views.get(view)
        if made is not None and made.name == name:
            return made.made
        if view in self._wanted:
            self._look(view)
        return None

    def can_compare(self) -> bool:
        """Whether the picture on show is complete and has labels."""
        name = self.current
        return (
            name is not None and self.need_project().record(name).complete and self.need_desk().labels(name) is not None
        )

    def _look(self, view: View) -> None:
        """Have a wanted view of the picture on show made."""
        name = self.current
        if view not in self._wanted or name is None:
            return
        makers = {"seen": self._seen, "comparison": self._comparison, "origins": self._provenance}
        make = makers[view](name)
        if make is not None:
            self._looker.ask(view, name, make)

    def _seen(self, name: str) -> Make:
        picture, card = self.need_desk().picture(name), self._blank_card()
        chosen = card.plan.preprocessing.channels

        def make() -> NDArray[Any]:
            image = picked(picture.image, chosen, picture.channel_names, name)
            return seen(image, card, name, microns(picture))

        return make

    def _comparison(self, name: str) -> Make | None:
        if not self.can_compare():
            return None
        labels, kind = self.need_desk().labels(name), self.need_project().kind
        assert labels is not None
        labels, truth = labels.copy(), to_mask(self.need_desk().annotation(name))  # they may be painted on meanwhile
        return lambda: confusion(labels, truth, kind)

    def show_only(self, regions: Collection[str] | None) -> None:
        """Show by their origin only these accepted regions, by their ids; or, with None, all that is annotated."""
        self._only = None if regions is None else frozenset(regions)
        self._look("origins")

    def _provenance(self, name: str) -> Make:
        project, only = self.need_project(), self._only
        annotation = self.need_desk().annotation(name).copy()  # it may be painted on meanwhile
        return lambda: project.provenance(name, annotation, only)

    def _outdate_origins(self, name: str | None = None) -> None:
        if name in (None, self.current):
            self._look("origins")

    def _blank_card(self) -> ModelCard:
        """The card of the model that training would begin with now."""
        project, picture = self.need_project(), self.need_desk().picture(self._need_current())
        plan, start = self._plan_with_start(), self.start_card()
        chosen = choice(plan.preprocessing.channels)
        return ModelCard(
            name="",
            kind=project.kind,
            class_names=project.class_names,
            channels=len(chosen) or picture.channels,
            colour=picture.is_colour and not chosen,
            plan=plan,
            postprocessing=PostprocessingSettings(),
            outputs=(),
            object_width=start.object_width if start else 0.0,
        )

    def _take_views(self) -> None:
        """Collect the views that were made."""
        for result in self._looker.results():
            if result.error is not None:
                self._wanted.discard(result.kind)
                self.failed.emit("train" if result.kind == "seen" else "segment", result.error)
            elif result.kind in self._wanted and result.name == self.current:
                self._views[result.kind] = result
            self.view_changed.emit(result.kind)

    def _forget_views(self) -> None:
        self._views.clear()

    def _forget_results(self) -> None:
        super()._forget_results()
        self._looker.forget()
        self._views.clear()
        self._only = None

    def _outdate_comparison(self, name: str | None = None) -> None:
        if "comparison" not in self._wanted or name not in (None, self.current):
            return
        if self.current is not None and not self.can_compare():
            self._views.pop("comparison", None)
            self.view_changed.emit("comparison")
        self._look("comparison")

    def _outdate_seen(self, group: str) -> None:
        if group == "preprocessing" and self.project is not None:
            self._look("seen")
