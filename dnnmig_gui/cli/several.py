"""Several values after one option: ``--offloading pso exact`` reads as ``--offloading pso --offloading exact``."""

from __future__ import annotations

import os
from pathlib import Path

COMMAND = "compare"
OPTIONS = ("--offloading", "--uploading", "--seeds")


def repeat_options(arguments: list[str]) -> list[str]:
    """Return the arguments of `compare` with each further value of an option given an option of its own.

    What follows an option up to the next option is its values. Where no scenario stands before the first of
    these options, a last value that looks like a path (it has a folder or a suffix, or exists) is the scenario.
    Arguments of other commands come back as they are.
    """
    if not arguments or arguments[0] != COMMAND:
        return arguments
    result = [COMMAND]
    option = ""
    scenario_seen = False
    awaits_value = False
    rest = arguments[1:]
    for place, argument in enumerate(rest):
        if argument in OPTIONS:
            option = argument
            result.append(argument)
            awaits_value = True
            continue
        if argument.startswith("-"):
            option = ""
            result.append(argument)
            awaits_value = argument in ("--horizon", "--output", "--summary", "--convergence")
            continue
        if not option:
            scenario_seen = scenario_seen or not awaits_value
            awaits_value = False
            result.append(argument)
            continue
        if not awaits_value:
            last = place + 1 == len(rest) or rest[place + 1].startswith("-")
            if last and not scenario_seen and _looks_like_path(argument):
                scenario_seen, option = True, ""
            else:
                result.append(option)
        awaits_value = False
        result.append(argument)
    return result


def _looks_like_path(argument: str) -> bool:
    path = Path(argument)
    return "/" in argument or os.sep in argument or bool(path.suffix) or path.exists()
