"""What Markdown cannot say of a page, said in its HTML: where lines may end, and that pictures open in full size."""

from __future__ import annotations

import re

IN_A_SENTENCE = re.compile(r"<code>[^<\n]*</code>")
"""Code in a sentence or a table; that of a block is made of coloured parts, or has several lines."""

FLAG = re.compile(r"(?<![\w-])--[a-z][\w-]*")
JOINT = re.compile(r"::|[_/,](?=\w)")
SHORT = 30
"""Code of so many letters stays whole."""

PHOTOGRAPH = re.compile(r'<img\b[^>]*\bsrc="([^"]+\.png)"[^>]*>')


def lines_ended(html: str) -> str:
    """The page with code that breaks where one would break it: long names at their joints, flags nowhere.

    Browsers break a line behind each dash of a flag, and a long name at any letter.
    """
    return IN_A_SENTENCE.sub(lambda code: _whole_flags(_jointed(code[0])), html)


def _jointed(code: str) -> str:
    words = code.removeprefix("<code>").removesuffix("</code>")
    if len(words) <= SHORT:
        return code
    jointed = JOINT.sub(r"\g<0><wbr>", words)
    return f"<code>{jointed}</code>"


def _whole_flags(code: str) -> str:
    return FLAG.sub(r'<span class="whole">\g<0></span>', code)


def pictures_open(html: str) -> str:
    """The page with a link from each photograph to itself: beside a text, a window is too small to be read."""
    return PHOTOGRAPH.sub(r'<a class="picture" href="\1" title="Open in full size">\g<0></a>', html)
