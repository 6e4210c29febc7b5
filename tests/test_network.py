"""No connection is opened that nobody asked for. The journey and every test of the terminal run under this watch."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.network import Watch, tried, watched, watching

TRY = """
import socket, subprocess, sys
code = "import urllib.request as r; r.urlopen('http://example.org')"
subprocess.run([sys.executable, "-P", "-c", code], stderr=subprocess.DEVNULL)
socket.socketpair()
socket.create_connection(("127.0.0.1", 9))
"""


def test_the_watch_sees_every_attempt_of_every_process(tmp_path: Path) -> None:
    """Else the tests under it would say nothing."""
    done = subprocess.run([sys.executable, "-c", TRY], env=watching(tmp_path), capture_output=True, check=False)
    assert b"no network in this test" in done.stderr
    assert len(watched(tmp_path)) == 2
    assert [line.split()[1] for line in tried(tmp_path)] == ["urllib.Request", "socket.getaddrinfo"]


def test_so_does_the_watch_in_this_process_while_it_is_on() -> None:
    watch = Watch()
    with watch, pytest.raises(ConnectionRefusedError, match="no network in this test"):
        socket.create_connection(("127.0.0.1", 9))
    assert [line.split()[0] for line in watch.tried] == ["socket.getaddrinfo"]
    with watch:
        one, other = socket.socketpair()
        one.close()
        other.close()
    assert watch.tried == [], "sockets of this computer are no network"
