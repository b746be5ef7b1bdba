"""Opening the documents that are saved beside a scenario, such as plans and traces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.file import read_text
from dnnmig_gui.core.validation import first_problem

Found = TypeVar("Found")
Kind = TypeVar("Kind", bound=BaseModel)


def open_document(path: Path | str, largest_bytes: int, what: str, parse: Callable[[str], Found]) -> Found:
    """Read a file and return what `parse` makes of its text; errors name the file.

    Parameters
    ----------
    what
        What the file should be, for errors: ``a plan``.

    Raises
    ------
    InputError
        If the file cannot be read, is too large, or `parse` refuses it.
    """
    path = Path(path)
    text = read_text(path, largest_bytes, what)
    try:
        return parse(text)
    except InputError as error:
        raise error.within(path.name) from None


def parse_document(text: str, kind: type[Kind]) -> Kind:
    """Return the checked values of a JSON text.

    Raises
    ------
    InputError
        If it is no JSON, or breaks the format; the message names the field.
    """
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        if found["type"] == "json_invalid":
            raise InputError(f"is not valid JSON: {found['ctx']['error']}") from None
        field, message, hint = first_problem(error, kind)
        raise InputError(message, field=field, hint=hint) from None
