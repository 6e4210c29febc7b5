"""The way from a bare checkout to a running program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring what the window needs")


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_and_the_script_know_the_same_targets() -> None:
    told = run("tools/bootstrap.py", "--help").stdout
    (targets,) = [line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("venv run")]
    for target in targets.rstrip(":").split():
        assert f"make {target} " in told


def test_it_needs_nothing_but_the_standard_library() -> None:
    done = run("-S", "-I", "-c", "import sys; sys.path.insert(0, 'tools'); import bootstrap; print('ok')")
    assert done.stdout == "ok\n", done.stderr


@LINUX
def test_what_the_system_lacks_is_said_in_one_line() -> None:
    """Without a PATH there is no Xvfb, and no way to install it."""
    done = run("tools/system.py", PATH="", NAPARI_UNET_NO_SCREEN="")
    assert done.returncode == 1
    line = done.stdout.splitlines()[-1]
    assert "xvfb" in line
    assert "xdotool" in line
    assert done.stderr == ""


@LINUX
def test_a_machine_that_shall_have_no_screen_may_lack_it() -> None:
    assert run("tools/system.py", PATH="", NAPARI_UNET_NO_SCREEN="1").returncode == 0


@LINUX
@pytest.mark.gui
def test_a_virtual_screen_is_as_large_as_a_small_laptop_and_goes_away() -> None:
    code = """
import os, subprocess, sys
sys.path.insert(0, "tools")
import screen
with screen.virtual():
    print(subprocess.run(["xdotool", "getdisplaygeometry"], capture_output=True, text=True).stdout.strip())
print(os.environ.get("DISPLAY"))
"""
    done = run("-c", code, DISPLAY="", WAYLAND_DISPLAY="")
    assert done.stdout.splitlines() == ["1440 900", "None"], done.stderr


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_the_environment_is_made_anew_when_what_it_should_hold_has_changed(tmp_path: Path, name: str) -> None:
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for ingredient in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / ingredient, tmp_path)

    def recipe(qt: str) -> str:
        return run("-c", f"import packages; print(packages._recipe({qt!r}))", cwd=tmp_path / "tools").stdout

    before = recipe("pyqt5")
    assert before
    assert recipe("pyqt5") == before
    assert recipe("pyqt6") != before
    with (tmp_path / name).open("a") as file:
        file.write("# changed\n")
    assert recipe("pyqt5") != before


def test_every_step_runs_and_a_failed_one_fails_the_whole(tmp_path: Path) -> None:
    code = """
import sys
sys.path.insert(0, "tools")
from steps import Step, run_all
bad, good = [sys.executable, "-c", "raise SystemExit(3)"], [sys.executable, "-c", "print('ran')"]
sys.exit(run_all([Step("bad", bad), Step("good", good)]))
"""
    done = run("-u", "-c", code)
    assert done.returncode == 3
    assert "ran" in done.stdout
    assert done.stdout.splitlines()[-1] == "== failed: bad"


def test_what_the_site_needs_is_added_once_and_anew_when_it_has_changed(tmp_path: Path) -> None:
    """With a Python in place that only writes down what pip is asked for."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for ingredient in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / ingredient, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    asked = tmp_path / "asked"
    noting = f"open({str(asked)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')"
    python.write_text(f"#!{sys.executable}\nimport sys\n{noting}\n")
    python.chmod(0o755)
    code = f"import pathlib, packages; packages.add(pathlib.Path({str(python)!r}), 'docs')"
    for _ in range(2):
        assert run("-c", code, cwd=tmp_path / "tools", UV="").returncode == 0
    (line,) = asked.read_text().splitlines()
    assert line.endswith("-c constraints.txt -e .[docs]")
    with (tmp_path / "constraints.txt").open("a") as file:
        file.write("# changed\n")
    assert run("-c", code, cwd=tmp_path / "tools", UV="").returncode == 0
    assert len(asked.read_text().splitlines()) == 2


def test_where_python_cannot_put_pip_into_an_environment_the_systems_pip_does(tmp_path: Path) -> None:
    """As on a Debian with python3 and python3-pip alone: `venv` fails, after it has begun."""
    code = """
import pathlib, sys
sys.path.insert(0, "tools")
import packages
asked, really = [], packages._runs
def without_ensurepip(command, *, quiet=True):
    asked.append(command)
    return "--clear" not in command or ("--without-pip" in command and really(command, quiet=quiet))
packages._runs = without_ensurepip
folder = pathlib.Path(sys.argv[1])
packages._make(folder, packages.python_in(folder))
print(asked[-1][1:5] == ["-m", "pip", "--python", packages.python_in(folder)], packages.python_in(folder).exists())
"""
    done = run("-c", code, str(tmp_path / "environment"))
    assert done.stdout.splitlines()[-1] == "True True", done.stderr
