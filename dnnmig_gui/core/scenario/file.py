"""Scenario files: strict to open, atomic to save, and unchanged byte for byte where nothing changed."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.references import check_references
from dnnmig_gui.core.scenario.schema import FORMAT, VERSION, Scenario
from dnnmig_gui.core.validation import first_problem

SUFFIX = ".dnnmig"
LARGEST_BYTES = 64 * 2**20
"""A scenario is a short document; what is larger is some other file."""


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
    source = path.name
    text = read_text(path, LARGEST_BYTES, "a scenario")
    try:
        return ScenarioFile(path, parse_scenario(text), text)
    except InputError as error:
        raise error.within(source) from None


def parse_scenario(text: str) -> Scenario:
    """Return the checked scenario of a text; errors carry no file name."""
    values = read_json(text)
    if not isinstance(values, dict):
        raise InputError("is not a scenario: the file must hold one JSON object")
    if values.get("format") != FORMAT:
        raise InputError(f"must be {FORMAT!r}, not {values.get('format')!r}", field="format", hint="is this a scenario?")
    if values.get("version") != VERSION:
        raise InputError(
            f"version {values.get('version')!r} cannot be read; this program reads version {VERSION}",
            field="version",
            hint="open it with the program that wrote it, or update this one",
        )
    try:
        # Python's own types keep strictness for numbers while JSON's lists become the document's tuples.
        scenario = Scenario.model_validate_json(json.dumps(values))
    except ValidationError as error:
        field, message, hint = first_problem(error, Scenario)
        raise InputError(message, field=field, hint=hint) from None
    check_references(scenario)
    return scenario


def read_text(path: Path, largest_bytes: int, what: str) -> str:
    """Return the text of a UTF-8 file, or raise an `InputError` that says why it cannot be had."""
    source = path.name or str(path)
    try:
        if path.is_dir():
            raise InputError(f"is a folder, not {what}", source=source, hint="name a file")
        size = path.stat().st_size
        if size > largest_bytes:
            raise InputError(f"is too large for {what} ({size / 1e6:.0f} MB)", source=source)
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError("no such file", source=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", source=source) from None
    if not content.strip():
        raise InputError("is empty", source=source)
    try:
        return content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"is not a text file (byte {error.start} is not UTF-8)", source=source) from None


def read_json(text: str) -> Any:
    """Return the values of a JSON text; NaN, infinities and keys given twice are refused."""

    def refuse_constant(name: str) -> Any:
        raise InputError(f"{name} is not a number in JSON", hint="use a finite number")

    def refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise InputError(f"the key {twice!r} is given twice in one object", field=twice)
        return found

    try:
        return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=refuse_twins)
    except json.JSONDecodeError as error:
        raise InputError(
            f"is not valid JSON: {error.msg.lower()}", field=f"line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise InputError("is not valid JSON: brackets are nested too deeply") from None
    except ValueError as error:  # an integer of thousands of digits
        raise InputError(f"is not valid JSON: {error}") from None


def scenario_text(scenario: Scenario) -> str:
    """Return the canonical text: keys in the order of the schema, only what was said."""
    values = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


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

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        if path.is_dir():
            raise InputError("is a folder", source=str(path), hint="name a file")
        target = path.resolve()  # a link stays a link to what it points at
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                os.chmod(name, target.stat().st_mode & 0o777)
            else:
                umask = os.umask(0)
                os.umask(umask)
                os.chmod(name, 0o666 & ~umask)
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", source=str(path)) from None
