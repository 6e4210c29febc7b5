"""What napari learns about the plugin before it imports any of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from npe2 import PluginManifest
from qtpy.QtWidgets import QWidget

import napari_unet


@pytest.fixture(scope="module")
def manifest() -> PluginManifest:
    return PluginManifest.from_file(Path(napari_unet.__file__).parent / "napari.yaml")


def test_npe2_finds_nothing_to_say(manifest: PluginManifest) -> None:
    manifest.validate_imports()
    assert manifest.name == "napari-unet-loop"
    assert manifest.display_name == "U-Net"


def test_the_panel_and_each_step_are_widgets(manifest: PluginManifest) -> None:
    names = [widget.display_name for widget in manifest.contributions.widgets or ()]
    assert names[0] == "U-Net", "the contract of `napari -w napari-unet-loop U-Net`"
    assert {f"U-Net {step}" for step in ("pictures", "annotate", "train", "segment", "export")} <= set(names)


def test_every_command_is_there(manifest: PluginManifest) -> None:
    widgets = {widget.command for widget in manifest.contributions.widgets or ()}
    for command in manifest.contributions.commands or ():
        assert command.id.startswith("napari-unet-loop.")
        target = command.python_name.partition(":")
        found = getattr(__import__(target[0], fromlist=[target[2]]), target[2])
        assert callable(found)
        if command.id in widgets:
            assert issubclass(found, QWidget)


def test_menus_are_where_biologists_look(manifest: PluginManifest) -> None:
    menus = manifest.contributions.menus or {}
    assert {"napari/layers/annotate", "napari/layers/segment"} <= set(menus)


def test_the_panel_imports_without_torch_and_the_charts() -> None:
    code = (
        "import sys, napari.viewer, napari._qt.qt_main_window, napari.layers\n"
        "import napari_unet.widgets.dock\n"
        "print('torch' in sys.modules, 'pyqtgraph' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    heavy = done.stdout.splitlines()[-1]
    assert heavy == "False False"
