"""Scenario files: strict to open, atomic to save, and unchanged byte for byte where nothing changed."""

from __future__ import annotations

import json
import math
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.references import check_references
from dnnmig_gui.core.scenario.schema import FORMAT, VERSION, Scenario
from dnnmig_gui.core.scenario.text import scenario_text
from dnnmig_gui.core.validation import field_path, first_problem

SUFFIX = ".dnnmig"
BYTE_ORDER_MARK = "\ufeff"
LARGEST_BYTES = 64 * 2**20
"""A scenario is a short document; what is larger is some other file."""
DEEPEST = 32
"""No document of ours nests brackets deeper than a third of this."""


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario as it lies on disk: `text` is what was read, so that saving it unchanged keeps every byte."""

    path: Path
    scenario: Scenario
    text: str


def open_scenario(path: Path | str) -> ScenarioFile:
    """Read and check a scenario file.

    Raises
    ------
    InputError
        If the file cannot be read, is no JSON, or breaks the format; the message names the field.
    """
    path = Path(path)
    text = _decoded(path, LARGEST_BYTES, "a scenario")
    try:
        return ScenarioFile(path, parse_scenario(text.removeprefix(BYTE_ORDER_MARK)), text)
    except InputError as error:
        raise error.within(path.name) from None


def parse_scenario(text: str) -> Scenario:
    """Return the checked scenario of a text; errors carry no file name."""
    values = read_json(text)
    if not isinstance(values, dict):
        raise InputError("is not a scenario: the file must hold one JSON object")
    if values.get("format") != FORMAT:
        raise InputError(
            f"must be {FORMAT!r}, not {values.get('format')!r}", field="format", hint="is this a scenario?"
        )
    if type(values.get("version")) is not int or values["version"] != VERSION:  # for Python, True is 1
        raise InputError(
            f"version {values.get('version')!r} cannot be read; this program reads version {VERSION}",
            field="version",
            hint="open it with the program that wrote it, or update this one",
        )
    try:
        # Python's own types keep strictness for numbers while JSON's lists become the document's tuples.
        scenario = Scenario.model_validate_json(json.dumps(values))
    except RecursionError:
        raise InputError("is not a scenario: brackets are nested too deeply") from None
    except ValidationError as error:
        field, message, hint = first_problem(error, Scenario)
        raise InputError(message, field=field, hint=hint) from None
    check_references(scenario)
    return scenario


def read_text(path: Path, largest_bytes: int, what: str) -> str:
    """Return the text of a UTF-8 file, or raise an `InputError` that says why it cannot be had."""
    return _decoded(path, largest_bytes, what).removeprefix(BYTE_ORDER_MARK)


def read_content(path: Path, largest_bytes: int, what: str) -> bytes:
    """Return the bytes of a file, or raise an `InputError` that says why they cannot be had."""
    source = path.name or str(path)
    try:
        if path.is_dir():
            raise InputError(f"is a folder, not {what}", source=source, hint="name a file")
        with path.open("rb") as file:
            content = file.read(largest_bytes + 1)  # a device has no size, but may have no end
    except FileNotFoundError:
        raise InputError("no such file", source=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", source=source) from None
    except ValueError:  # a NUL or half a character in the name
        raise InputError("is not a name that a file can have", source=ascii(str(path))) from None
    if len(content) > largest_bytes:
        raise InputError(f"is too large for {what} (more than {largest_bytes / 1e6:.0f} MB)", source=source)
    if not content.strip():
        raise InputError("is empty", source=source)
    return content


def _decoded(path: Path, largest_bytes: int, what: str) -> str:
    """Return all that a UTF-8 file holds, a byte order mark included."""
    content = read_content(path, largest_bytes, what)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        source = path.name or str(path)
        raise InputError(f"is not a text file (byte {error.start} is not UTF-8)", source=source) from None


def read_json(text: str) -> Any:
    """Return the values of a JSON text.

    NaN, infinities, half characters, keys given twice and brackets nested deeper than `DEEPEST` are refused, with
    their field where it can be told.
    """

    def refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"the key {twice!r} is given twice in one object", field=twice)
        return found

    try:
        values = json.loads(text, object_pairs_hook=refuse_twins)
    except json.JSONDecodeError as error:
        what = error.msg.lower().removesuffix(" starting at")  # where that is stands in the field
        place = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"is not valid JSON: {what}", field=place) from None
    except RecursionError:
        raise InputError("is not valid JSON: brackets are nested too deeply") from None
    except ValueError as error:  # an integer of thousands of digits
        raise InputError(f"is not valid JSON: {error}") from None
    _check_values(values)
    return values


def _check_values(values: Any) -> None:
    """Refuse what Python's JSON lets through; walks without recursion, for the nesting is the file's choice."""
    waiting: list[tuple[Any, tuple[int | str, ...]]] = [(values, ())]
    while waiting:
        value, location = waiting.pop()
        if len(location) > DEEPEST:
            raise InputError("brackets are nested too deeply", field=str(location[0]))
        if isinstance(value, float) and not math.isfinite(value):
            name = json.dumps(value)
            raise InputError(
                f"must be a finite number, not {name}", field=field_path(location), hint="JSON has no such number"
            )
        if isinstance(value, str):
            _check_characters(value, location)
        elif isinstance(value, list):
            waiting.extend((part, (*location, number)) for number, part in enumerate(value))
        elif isinstance(value, dict):
            for name, part in value.items():
                _check_characters(name, location)
                waiting.append((part, (*location, name)))


def _check_characters(text: str, location: tuple[int | str, ...]) -> None:
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InputError("holds half a character (a lone surrogate)", field=field_path(location))


def save_scenario(scenario: Scenario, path: Path | str, unchanged: ScenarioFile | None = None) -> ScenarioFile:
    """Write a scenario atomically: either the whole new file is there or the old one.

    Parameters
    ----------
    unchanged
        What was opened; if `scenario` still says the same, its very text is written.

    Raises
    ------
    InputError
        If the file cannot be written; an old file is then untouched.
    """
    path = Path(path)
    text = scenario_text(scenario)
    if unchanged is not None and text == scenario_text(unchanged.scenario):
        text = unchanged.text
    write_atomically(path, text.encode())
    return ScenarioFile(path, scenario, text)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside `path` and move it there in one step.

    What is no ordinary file, such as a pipe or `/dev/stdout`, is written to and stays what it is.

    Raises
    ------
    InputError
        If it cannot be written; an old file is then untouched.
    """
    try:
        if path.is_dir():
            raise InputError("is a folder", source=str(path), hint="name a file")
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # unresolved: what /dev/stdout points at, where that is a pipe, has no path
            return
        target = path.resolve()  # a link stays a link to what it points at
        if not target.exists():
            _replace(target, content, _usual_mode())
        elif os.access(target, os.W_OK):
            _replace(target, content, target.stat().st_mode & 0o777)
        else:
            raise InputError("cannot be written: it is read-only", source=str(path), hint="save under another name")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", source=str(path)) from None
    except ValueError:  # a NUL or half a character in the name
        raise InputError("is not a name that a file can have", source=ascii(str(path))) from None


def _replace(target: Path, content: bytes, mode: int) -> None:
    """Put a new file in the place of `target`, or leave all as it was."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written.chmod(mode)
        written.replace(target)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _usual_mode() -> int:
    """Return the permissions that a new file would get."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
