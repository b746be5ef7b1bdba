"""What people read for the settings of the running phase and of the costs, and which setting needs which other one.

A field or a choice that is not here stands in the form by its own name, so that new ones appear by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dnnmig_gui.gui.language import mark


@dataclass(frozen=True)
class FieldWords:
    """Words of one field.

    Parameters
    ----------
    title
        What stands before the value.
    texts
        What stands for some of its choices.
    nothing
        What stands where it is left empty.
    """

    title: str
    texts: Mapping[Any, str] = field(default_factory=dict)
    nothing: str = ""


RUNNING: Mapping[str, FieldWords] = {
    "queries_after_upload": FieldWords(mark("Queries after upload")),
    "horizon_s": FieldWords(mark("Ends at"), nothing=mark("After those")),
    "asking": FieldWords(
        mark("Next query"),
        {"back-to-back": mark("At once"), "think": mark("After pause"), "poisson": mark("At random")},
    ),
    "think_s": FieldWords(mark("Pause")),
    "queries_per_s": FieldWords(mark("Queries a second")),
    "servers": FieldWords(mark("On servers"), {"planned": mark("As planned"), "fifo": mark("Queue up")}),
    "execution_times": FieldWords(
        mark("Execution times"), {"constant": mark("Constant"), "exponential": mark("At random")}
    ),
    "sharing": FieldWords(
        mark("Links are shared"),
        {"none": mark("Not at all"), "fair": mark("Equally"), "queries-first": mark("Queries first")},
    ),
    "resend": FieldWords(mark("Failed uploads again"), {"at-once": mark("At once"), "back-off": mark("After pauses")}),
    "back_off_s": FieldWords(mark("First pause")),
    "most_tries": FieldWords(mark("Tries at most"), nothing=mark("No limit")),
    "resume": FieldWords(mark("Resume uploads")),
    "confirmation": FieldWords(mark("CR arrives"), {"at-once": mark("At once"), "route": mark("After latency")}),
    "policy": FieldWords(
        mark("Users plan"),
        {"planned": mark("Beforehand"), "first-come": mark("On arrival"), "fair": mark("At each change")},
    ),
}

COSTS: Mapping[str, FieldWords] = {
    "delay": FieldWords(mark("Layers run"), {"serial": mark("One by one"), "parallel": mark("In parallel")}),
    "contention": FieldWords(mark("Servers' speed"), {"none": mark("Not shared"), "shared": mark("Shared")}),
    "routing": FieldWords(mark("Routes"), {"relay": mark("Over servers"), "direct": mark("Own link only")}),
    "energy": FieldWords(mark("Energy counted"), {"client": mark("Of the client"), "all": mark("Of all")}),
    "ties": FieldWords(mark("Of equal plans"), {"first": mark("The first"), "fewest-servers": mark("Fewest servers")}),
}

NEEDS: Mapping[str, tuple[str, Any]] = {
    "think_s": ("asking", "think"),
    "queries_per_s": ("asking", "poisson"),
    "back_off_s": ("resend", "back-off"),
}
"""Settings that mean something only where another one has a value: they are shown then."""
