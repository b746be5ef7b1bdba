"""What can go wrong, said in one sentence: where, what, and the way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PlannerError(Exception):
    """An error that a user can read and act on.

    Parameters
    ----------
    message
        What is wrong, without a final full stop.
    source
        The file it was found in, as the user named it.
    field
        The place inside the file, such as ``users[0].model`` or ``row 7``.
    hint
        What to do about it.
    """

    exit_code = 2

    def __init__(
        self, message: str, *, source: str | None = None, field: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.field = field
        self.hint = hint

    def __str__(self) -> str:
        place = [part for part in (self.source, self.field) if part]
        sentence = ": ".join([*place, self.message])
        text = f"{sentence}; {self.hint}" if self.hint else sentence
        return " ".join(text.split())  # one line, whatever a library put into its message

    def within(self, source: str) -> PlannerError:
        """Return the same error with its file named, unless it names one already."""
        if self.source is None:
            self.source = source
        return self


class InputError(PlannerError):
    """A file, a field or an argument cannot be used as it is (exit code 2)."""


class MissingSizesError(InputError):
    """A model leaves sizes of its inputs open; `names` says which."""

    names: tuple[str, ...] = ()


class InfeasibleError(PlannerError):
    """The question is well put and the answer is no (exit code 1)."""

    exit_code = 1


class CancelledError(PlannerError):
    """The user stopped the work."""

    exit_code = 130

    def __init__(self, message: str = "cancelled") -> None:
        super().__init__(message)


def unknown_name(what: str, name: str, known: Iterable[str]) -> tuple[str, str | None]:
    """Return the message and the hint for a name that is not among `known`."""
    choices = sorted(known)
    near = difflib.get_close_matches(name, choices, n=1)
    if near:
        return f"no {what} {name!r}", f"did you mean {near[0]!r}?"
    if choices and len(choices) <= 24:
        return f"no {what} {name!r}", "there is " + ", ".join(repr(choice) for choice in choices)
    return f"no {what} {name!r}", None
