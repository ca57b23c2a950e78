"""Text of a contract file made safe to print: without control characters, and in the encoding of the stream."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufffe\uffff]")
_TYPOGRAPHIC = str.maketrans(
    {
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2026": "...",
        "\u00a0": " ",
        "\u202f": " ",
        "\u00b1": "+/-",
        "\u00b7": "-",
    }
)


def clean(text: str) -> str:
    """Text without control characters and marks that turn the writing direction; tab = space, line end = LF."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))


def one_line(text: str) -> str:
    """Clean text on one line."""
    return " ".join(clean(text).split())


def plain(text: str, encoding: str) -> str:
    """Text for a stream: typographic dashes and quotes as ASCII, ``?`` for what the encoding cannot say."""
    return text.translate(_TYPOGRAPHIC).encode(encoding, "replace").decode(encoding)
