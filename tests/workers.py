"""Workers that tests run instead of the real one."""

from __future__ import annotations

import sys
from pathlib import Path

QUICK = (sys.executable, str(Path(__file__).parent / "engine" / "quick_worker.py"))
"""The real live jobs with a learner that only knows brightness: it starts at once, since it never loads torch."""
