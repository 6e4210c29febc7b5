"""What came of a training: the guard's verdict, an offer to go on, what was noticed, what cross-validation found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_unet.core.wording import counted
from napari_unet.widgets.banner import Answer, Banner
from napari_unet.widgets.crossing import crossed_line, show_pictures

if TYPE_CHECKING:
    from napari_unet.session import Session

MANY = 1
"""More notices than this are folded: the latest shows, the others are a click away."""


class Outcome(QWidget):
    """Shown under the curve; each part is hidden while there is nothing to say."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("body")
        self._session = session
        self._all = False
        self.offer, self.verdict, self.noticed, self.crossed = Banner(), Banner(), Banner(), Banner()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for banner in (self.offer, self.verdict, self.noticed, self.crossed):
            layout.addWidget(banner)

    def refresh(self) -> None:
        """Draw everything from the session."""
        self._draw_offer()
        self._draw_verdict()
        self._draw_notices()
        self._draw_crossed()
        parts = (self.offer, self.verdict, self.noticed, self.crossed)
        self.setVisible(any(not part.isHidden() for part in parts))

    def _draw_offer(self) -> None:
        offer, session = self._session.broken_off, self._session
        if offer is None or session.read_only or session.job is not None:
            self.offer.clear()
            return
        title = next((row.title for row in session.models if row.name == offer.name), offer.name)
        self.offer.ask(
            "notice",
            f"The training of {title} was broken off after epoch {offer.epoch} of {offer.epochs}.",
            [Answer("Go on with it", "Train on from exactly where it was.", session.resume)],
            session.put_offer_away,
        )

    def _draw_verdict(self) -> None:
        verdict, session = self._session.verdict, self._session
        if verdict is None:
            self.verdict.clear()
            return
        titles = {row.name: row.title for row in session.models}
        if not verdict.worse:
            self.verdict.ask("good", verdict.sentence, [], session.put_verdict_away)
            return
        new, better = titles.get(verdict.new, verdict.new), titles.get(verdict.better, verdict.better)
        take = Answer("Take it anyway", f"Let {new} segment, although {better} is better.", session.take_anyway)
        back = Answer("Go back", f"Let {better} segment again.", session.go_back)
        kept = "" if "is kept" in verdict.sentence else f"{better} stays active."
        now = f"{new} was taken all the same." if verdict.taken else kept
        sentence = f"{verdict.sentence} {now}".strip()
        self.verdict.ask("notice", sentence, [back if verdict.taken else take], session.put_verdict_away)

    def _draw_notices(self) -> None:
        notices = self._session.notices
        if not notices:
            self._all = False
            self.noticed.clear()
            return
        self.noticed.setToolTip("\n\n".join(notices))
        several = len(notices) > MANY
        sentence = "\n".join(f"• {one}" for one in notices) if several and self._all else notices[-1]
        words = "Show the latest only" if self._all else f"{counted(len(notices), 'thing')} noticed"
        more = Answer(words, "Everything that was noticed in this training.", self._toggle)
        self.noticed.ask("notice", sentence, [more] if several else [])

    def _toggle(self) -> None:
        self._all = not self._all
        self._draw_notices()

    def _draw_crossed(self) -> None:
        crossed = self._session.crossed
        if crossed is None:
            self.crossed.clear()
            return
        each = Answer("Each picture", "The score of every picture.", self._show_pictures)
        self.crossed.ask("good", crossed_line(crossed), [each], self._session.put_crossed_away)

    def _show_pictures(self) -> None:
        if self._session.crossed is not None:
            show_pictures(self, self._session.crossed)
