"""The doctor from the terminal."""

from __future__ import annotations

import json


def test_it_says_what_it_found_as_text_and_as_json(tmp_path, terminal):
    said = terminal("doctor", "--json", "--project", tmp_path / "cells.unet")
    found = json.loads(said.out)
    assert said.code == (8 if any(one["level"] == "trouble" for one in found["findings"]) else 0)
    assert found["facts"]["worker"].startswith("ready after")
    assert found["facts"]["project"].endswith("GiB free")
    assert all(one["what"] and (one["line"] or one["do"] or one["level"] == "fine") for one in found["findings"])


def test_a_project_that_cannot_be_written_must_be_mended(terminal):
    said = terminal("doctor", "--project", "/proc/nothing")
    assert said.code == 8
    assert said.out.startswith("1 thing must be mended")
    assert "chmod -R u+rwX /proc/nothing" in said.out
