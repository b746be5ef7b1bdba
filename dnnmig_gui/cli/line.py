"""The one line in which the command line says what is wrong."""

from __future__ import annotations

import sys


def tell(message: object) -> None:
    """Write one line on standard error; control characters in names are written out."""
    text = " ".join(str(message).split())
    line = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    try:
        print(f"dnnmig: {line}", file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        return  # nobody is left to be told
