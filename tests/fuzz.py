"""Spoils files by the thousand: `python -m tests.fuzz --inputs 10000 [--only NAME] [--seed N] [--guided]`.

Every file must be read or refused with a sentence, within seconds, without a write elsewhere, a process, a connection,
or much memory. The first file of a kind that is not is shown, as small as hypothesis can make it. With `--guided`, what
makes a reader do what it has not done before is spoilt further. `make fuzz` runs this.
"""

from __future__ import annotations

import argparse
import collections
import logging
import resource
import sys
import time
import traceback
import warnings

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.guided import guided
from tests.hostile import Reader, readers, spoilt, tried

MEMORY = 6 * 2**30
"""Bytes of address space: what asks for more gets a MemoryError, as on a full machine."""


def main() -> int:
    """Try each kind of file so often; 1 when one was read wrongly."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, metavar="N", help="files in all (default 10000)")
    parser.add_argument("--only", default="", metavar="NAME", help="kinds whose names hold this")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another seed, other files (default 0)")
    parser.add_argument("--guided", action="store_true", help="let the lines that are reached say what to spoil next")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    logging.disable()
    kinds = [reader for reader in readers() if options.only in reader.name]
    each = -(-options.inputs // len(kinds))
    failed = [reader.name for reader in kinds if not _well_read(reader, each, options)]
    print(f"{each * len(kinds)} files asked for; " + (f"FAILED: {', '.join(failed)}" if failed else "all well"))
    return bool(failed)


def _well_read(reader: Reader, inputs: int, options: argparse.Namespace) -> bool:
    begun, more = time.monotonic(), ""
    try:
        if options.guided:
            led = guided(reader, inputs, options.seed)
            said, more = led.said, f"; {len(led.kept)} led further, {len(led.seen)} lines"
        else:
            said = _blindly(reader, inputs, options.seed)
    except BaseException as error:  # whatever it is, it is what we look for
        if isinstance(error, KeyboardInterrupt):
            raise
        print(f"{reader.name}: FAILED", file=sys.stderr)
        traceback.print_exception(error, limit=-6)
        return False
    told = ", ".join(f"{count} {outcome}" for outcome, count in said.most_common())
    print(f"{reader.name}: {sum(said.values())} files in {time.monotonic() - begun:.0f} s: {told}{more}", flush=True)
    return True


def _blindly(reader: Reader, inputs: int, number: int) -> collections.Counter[str]:
    """Spoil whole files; how often each outcome was."""
    said: collections.Counter[str] = collections.Counter()
    fast = settings(max_examples=inputs, deadline=None, database=None, suppress_health_check=list(HealthCheck))

    @seed(number)
    @fast
    @given(st.data())
    def check(data: st.DataObject) -> None:
        said[tried(reader, data.draw(spoilt(reader)))] += 1

    check()
    return said


if __name__ == "__main__":
    sys.exit(main())
