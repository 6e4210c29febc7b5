"""Tries to open a window, and says what draws it: `python -m napari_unet.trial_window`. For the doctor.

A process of its own: Qt ends the process that has no screen, and a driver may do the same.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import Any


def tried() -> dict[str, Any]:
    """Make OpenGL ready as napari's canvas does, on a window that is never shown."""
    import qtpy
    import vispy
    from qtpy.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    vispy.use(app=qtpy.API_NAME)
    from vispy import app, gloo

    canvas = app.Canvas(show=False)
    canvas.set_current()
    ask = gloo.gl.glGetParameter
    said = {
        "chosen": qtpy.API_NAME,
        "opengl": str(ask(gloo.gl.GL_VERSION)),
        "renderer": str(ask(gloo.gl.GL_RENDERER)),
        "texture": int(ask(gloo.gl.GL_MAX_TEXTURE_SIZE)),
    }
    canvas.close()
    application.processEvents()
    return said


def main() -> None:
    """Say it as a line of JSON; what libraries print goes elsewhere."""
    warnings.simplefilter("ignore")
    answer, sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8"), sys.stderr
    try:
        said = tried()
    except Exception as error:  # noqa: BLE001  (whatever goes wrong here is the finding)
        said = {"error": " ".join(str(error).split())[:300] or type(error).__name__}
    print(json.dumps(said), file=answer, flush=True)
    os._exit(0)  # some drivers crash while they are let go of


if __name__ == "__main__":
    main()
