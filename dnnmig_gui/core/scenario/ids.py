"""New names beside those there are: ``edge-6`` after ``edge-5``, ``Edge 6`` after ``Edge 5``."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 200
_NUMBERED = re.compile(r"(.*?)([- ])([0-9]{1,9})", re.DOTALL)


class FreshIds:
    """Gives out ids that nothing has yet.

    Parameters
    ----------
    taken
        The ids in use.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._highest: dict[str, int] = {}
        for name in self._taken:
            stem, _, number = _parts(name)
            key = stem.casefold()
            self._highest[key] = max(self._highest.get(key, 0), number)

    def like(self, name: str) -> str:
        """Return the next id after `name`: its number counted up, or 2 where it has none."""
        stem, separator, _ = _parts(name)
        key = stem.casefold()
        number = max(1, self._highest.get(key, 0))
        found = name
        while found in self._taken or len(found) > LONGEST:
            number += 1
            tail = f"{separator}{number}"
            found = f"{stem[: LONGEST - len(tail)]}{tail}"
        self._highest[key] = max(number, self._highest.get(key, 0))
        self._taken.add(found)
        return found

    def numbered(self, stem: str, alike: Iterable[str]) -> str:
        """Return the next id of a kind, ``stem-1`` first, written as the last of those `alike` is."""
        separator = "-"
        for name in alike:
            other, between, number = _parts(name)
            if number and other.casefold() == stem.casefold():
                stem, separator = other, between
        return self.like(f"{stem}{separator}{self._highest.get(stem.casefold(), 0) + 1}")


def _parts(name: str) -> tuple[str, str, int]:
    """Return what stands before the number, what separates them, and the number (0 for none)."""
    found = _NUMBERED.fullmatch(name)
    return (found[1], found[2], int(found[3])) if found and found[1] else (name, " ", 0)
