"""The doctor from the terminal."""

from __future__ import annotations

import json


def test_it_says_what_must_be_mended_and_leaves_with_8(terminal):
    said = terminal("doctor", "--json", "--project", "/proc/nothing")
    found = json.loads(said.out)
    assert said.code == 8
    assert found["summary"].startswith("1 thing must be mended")
    assert found["findings"][0]["key"] == "folder-closed"
    assert found["findings"][0]["line"] == "chmod -R u+rwX /proc/nothing"
    assert found["facts"]["worker"].startswith("ready after")
    assert all(one["what"] and (one["line"] or one["do"] or one["level"] == "fine") for one in found["findings"])
