"""Pictures whose file was replaced since they were added: looked for in a thread, whenever one is shown."""

from __future__ import annotations

from functools import partial

from napari_unet.core.data.as_added import Checked, check, remember
from napari_unet.session.looker import Looker
from napari_unet.session.thumbnails import Thumbnails


class Checking(Thumbnails):
    """The person sees the picture meanwhile: what was painted may lie beside what it was painted on."""

    def __init__(self) -> None:
        super().__init__()
        self._checker = Looker[Checked]()
        self.current_changed.connect(self._check_file)

    def _check_file(self) -> None:
        if self.project is not None and self.current is not None:
            self._checker.ask(self.current, self.current, partial(check, self.project, self.current))

    def _take_checked(self) -> None:
        """Tell what was found. A file that cannot be read is told where it is read."""
        for result in self._checker.results():
            if result.made is not None and self.project is not None:
                remember(self.project, result.name, result.made)
                if result.made.wrong is not None:
                    self.failed.emit("pictures", result.made.wrong)

    def _forget_results(self) -> None:
        super()._forget_results()
        self._checker.forget()
