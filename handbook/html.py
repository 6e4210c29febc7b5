"""What Markdown cannot say of a page, said in its HTML: flags stay whole, and pictures open in their full size."""

from __future__ import annotations

import re

IN_A_SENTENCE = re.compile(r"<code>[^<\n]*</code>")
"""Code in a sentence or a table; that of a block is made of coloured parts, or has several lines."""

FLAG = re.compile(r"(?<![\w-])--[a-z][\w-]*")
PHOTOGRAPH = re.compile(r'<img\b[^>]*\bsrc="([^"]+\.png)"[^>]*>')


def flags_whole(html: str) -> str:
    """The page with flags that no line ends in: browsers break a line behind each of their dashes."""
    return IN_A_SENTENCE.sub(lambda code: FLAG.sub(r'<span class="whole">\g<0></span>', code[0]), html)


def pictures_open(html: str) -> str:
    """The page with a link from each photograph to itself: beside a text, a window is too small to be read."""
    return PHOTOGRAPH.sub(r'<a class="picture" href="\1" title="Open in full size">\g<0></a>', html)
