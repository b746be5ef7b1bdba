"""Where a command's file goes: checked before the work starts, written in one step at its end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.file import write_atomically


def output_path(name: str | None, suffixes: tuple[str, ...] = (), option: str = "--output") -> Path | None:
    """Return the path to write to, or None without a name.

    Raises
    ------
    InputError
        If nothing can be written there: so that nobody waits for a result that cannot be kept.
    """
    if name is None:
        return None
    if not name or "\0" in name:
        raise InputError("must be the name of a file", field=option)
    path = Path(name)
    if suffixes and path.suffix.lower() not in suffixes:
        raise InputError(
            f"cannot be written as {path.suffix or 'a file without a suffix'}",
            source=name,
            field=option,
            hint=f"give it the suffix {' or '.join(suffixes)}",
        )
    try:
        if path.is_dir():
            raise InputError("is a folder", source=name, field=option, hint="name a file")
        if path.exists() and not path.is_file():
            return path  # a device or a pipe is written to as it is, whatever folder it lies in
        folder = path.resolve().parent
        if not folder.is_dir():
            raise InputError("its folder does not exist", source=name, field=option, hint="make the folder first")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InputError("its folder cannot be written to", source=name, field=option)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(f"cannot be written: {reason or error}", source=name, field=option) from None
    return path


def write_output(path: Path, content: str | bytes, option: str = "--output") -> None:
    """Write a file in one step, or raise an `InputError` and leave what was there."""
    with naming_output(option):
        write_atomically(path, content if isinstance(content, bytes) else content.encode())


@contextmanager
def naming_output(option: str = "--output") -> Iterator[None]:
    """Name the option in the error of whatever writes a file inside."""
    try:
        yield
    except InputError as error:
        error.field = error.field or option
        raise
