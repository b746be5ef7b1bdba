"""The way in and the way out: runs a command and turns whatever goes wrong into one line and an exit code."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dnnmig_gui.cli.line import tell
from dnnmig_gui.core.errors import PlannerError

if TYPE_CHECKING:
    import typer

INPUT_ERROR = 2
INTERNAL_ERROR = 70
CANCELLED = 130
CLOSED_PIPE = 141
TRACEBACK_VARIABLE = "DNNMIG_TRACEBACK"

_PLAIN = {"\u202f": " ", "\u2013": "-", "\u2212": "-", "\u2192": "->", "\u00d7": "x", "\u00b7": "|", "\u2026": "..."}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    0: done; 1: the answer is no, or infeasible; 2: bad input; 130: cancelled; 141: whoever read the output
    went away; 70: a fault of the program itself. An error is one line on standard error. A traceback is shown
    only where the environment variable ``DNNMIG_TRACEBACK`` asks for it.

    Parameters
    ----------
    argv
        The arguments after the program's name; those of the process unless given.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    _print_anything()
    streams = sys.stdout, sys.stderr
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # typer and rich leave on a closed pipe, and on nothing else
        sys.stdout, sys.stderr = streams
        _drop_output()
        return CLOSED_PIPE
    except OSError as error:
        _drop_output()
        return _fail(f"standard output: cannot be written: {error.strerror or error}", INPUT_ERROR)
    if code == CANCELLED:
        return _fail("cancelled", CANCELLED)
    return code


def _run(arguments: list[str]) -> int:
    import typer

    from dnnmig_gui.cli.app import app
    from dnnmig_gui.cli.several import repeat_options

    try:
        return int(app(args=repeat_options(arguments), prog_name="dnnmig", standalone_mode=False) or 0)
    except PlannerError as error:
        return _fail(str(error), error.exit_code)
    except typer.TyperException as error:
        return _fail(_usage_message(error, arguments), INPUT_ERROR)
    except (KeyboardInterrupt, typer.Abort):
        return CANCELLED
    except OSError:
        raise
    except Exception as error:  # the last guard: a fault of ours is told in one line as well
        if os.environ.get(TRACEBACK_VARIABLE):
            raise
        name = type(error).__name__
        return _fail(
            f"a fault of the program: {name}: {error}; set {TRACEBACK_VARIABLE}=1 and report what it shows",
            INTERNAL_ERROR,
        )


def _usage_message(error: typer.TyperException, arguments: list[str]) -> str:
    """Return a command-line parser's finding in one line, with the command and the way out."""
    from dnnmig_gui.cli.app import app

    commands = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    told = error.format_message().strip().rstrip(".")
    told = told[:1].lower() + told[1:]
    if arguments and arguments[0] in commands:
        return f"{arguments[0]}: {told}; try 'dnnmig {arguments[0]} --help'"
    return f"{told}; try 'dnnmig --help'"


def _fail(message: str, code: int) -> int:
    tell(message)
    return code


def _print_anything() -> None:
    """Let a stream with a narrow encoding show a plain character for one it lacks."""

    def plainer(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeEncodeError):
            raise error
        text = error.object[error.start : error.end]
        return "".join(_PLAIN.get(letter, "?") for letter in text), error.end

    codecs.register_error("dnnmig.plainer", plainer)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="dnnmig.plainer")


def _drop_output() -> None:
    """Point standard output nowhere, so that the interpreter's last flush cannot fail."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError, AttributeError):
        return  # a stream without a file behind it has nothing to flush
