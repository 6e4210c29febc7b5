"""The page of every command and flag, from the terminal's own parsers."""

from __future__ import annotations

import argparse
from functools import cache

from napari_unet.cli.parser import EXIT_CODES, WINDOW, make_parser

LEAD = f"""\
# Commands and flags

Written from the program's own parser; `napari-unet COMMAND --help` says the same. What the commands are for, with an
example each, is in [The terminal](../terminal.md).

```
{WINDOW}
```

opens the window: empty, with the practice project, with your project folder, or with pictures.
"""


@cache
def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each command."""
    commands = next(one for one in make_parser()._actions if isinstance(one, argparse._SubParsersAction))
    return dict(commands.choices)


def commands_page() -> str:
    """Every command with its flags."""
    codes = EXIT_CODES.replace("exit codes:\n", "")
    parts = [LEAD, *(_command(name, parser) for name, parser in parsers().items())]
    return "\n".join([*parts, "## Exit codes\n", "```", codes.rstrip(), "```\n"])


def _command(name: str, parser: argparse.ArgumentParser) -> str:
    parts = [f"## {name} {{ #{name} }}\n", f"{parser.description}\n", "```", _usage(name, parser), "```\n"]
    for group in parser._action_groups:
        rows = [_row(action) for action in group._group_actions if not isinstance(action, argparse._HelpAction)]
        if rows:
            title = {"positional arguments": "what is worked on", "options": "flags"}.get(str(group.title), group.title)
            parts += [
                f"**{str(title)[0].upper()}{str(title)[1:]}**\n",
                "| word | what it does |",
                "| --- | --- |",
                *rows,
                "",
            ]
    return "\n".join(parts)


def _usage(name: str, parser: argparse.ArgumentParser) -> str:
    """The command with what it must be given."""
    words = [f"napari-unet {name}"]
    for action in parser._actions:
        if not action.option_strings:
            words.append(f"{action.metavar}{'...' if action.nargs == '+' else ''}")
        elif action.required:
            words.append(f"{action.option_strings[0]} {action.metavar}")
    return " ".join([*words, "[flags]"])


def _row(action: argparse.Action) -> str:
    word = ", ".join(action.option_strings) or str(action.metavar)
    value = "" if action.nargs == 0 or not action.option_strings else f" {_value(action)}"
    told = str(action.help or "").replace("%%", "%")
    return f"| `{word}{value}` | {told} |"


def _value(action: argparse.Action) -> str:
    if action.metavar:
        return str(action.metavar)
    return "{" + ",".join(map(str, action.choices or ())) + "}"
