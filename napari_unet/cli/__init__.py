"""The same work from a terminal: `napari-unet`. Nothing heavy is imported before the command is understood."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module

from napari_unet.cli.parser import COMMANDS, SAMPLE, make_parser
from napari_unet.core.cores import PATIENT
from napari_unet.core.errors import UnetError

INTERRUPTED = 130
UNEXPECTED = 1


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line. Returns its exit code; a person's mistake is a sentence, never a traceback."""
    words = sys.argv[1:] if words is None else list(words)
    os.environ.update(PATIENT | os.environ)
    try:
        code = _run(words)
        sys.stdout.flush()  # here, where a reader that has gone is understood
        return code
    except UnetError as error:
        print(error.sentence, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output (`| head`) has seen enough. Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  # the last net: the person gets a sentence, the details go to a file
        from napari_unet.cli.unexpected import sentence

        print(sentence(error), file=sys.stderr)
        return UNEXPECTED


def _run(words: Sequence[str]) -> int:
    arguments = Namespace(words=words) if _is_for_window(words) else make_parser().parse_args(words)
    command = getattr(arguments, "command", "window")
    module = import_module(f"napari_unet.cli.{command.replace('-', '_')}")
    return int(module.run(arguments))


def _is_for_window(words: Sequence[str]) -> bool:
    """Whether these words are no command: nothing, or what the window is to open."""
    return not words or words[0] == SAMPLE or not (words[0].startswith("-") or words[0] in COMMANDS)
