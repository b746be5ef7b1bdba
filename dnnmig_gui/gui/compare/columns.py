"""The columns of the comparison: what each measures, how it reads, and which is best. No Qt."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from dnnmig_gui.core.reporting.numbers import (
    count_text,
    energy_text,
    money_text,
    number_text,
    percent_text,
    seconds_text,
)
from dnnmig_gui.gui.compare.contender import Contender
from dnnmig_gui.gui.language import mark


@dataclass(frozen=True)
class Context:
    """What columns depend on besides the plan.

    Parameters
    ----------
    t
        The clock's time.
    user
        Number of the user that is followed.
    horizon_s
        Until when queries are counted, from the start of the upload: the longest upload of all rows.
    """

    t: float
    user: int
    horizon_s: float


@dataclass(frozen=True)
class Column:
    """One measure.

    Parameters
    ----------
    title, tip
        What people read.
    value
        Returns the measure, or None where there is none.
    text
        Writes it.
    best
        Whether the least or the greatest value is the best.
    weight
        Width in a table of 1568 px.
    shown
        Whether it is shown unless chosen otherwise.
    """

    id: str
    title: str
    tip: str
    value: Callable[[Contender, Context], float | None]
    text: Callable[[float], str]
    best: Literal["least", "greatest"] = "least"
    weight: int = 136
    shown: bool = True


def _gap(contender: Contender, _context: Context) -> float | None:
    gap = contender.plan.offloading.gap
    return None if gap is None or math.isinf(gap) else gap


COLUMNS: tuple[Column, ...] = (
    Column(
        "now",
        mark("Delay now"),
        mark("Delay of a query that starts at the clock's time"),
        lambda one, at: one.pace(at.user).delay_at(at.t),
        seconds_text,
        weight=168,
    ),
    Column(
        "mean",
        mark("Mean delay, uploading"),
        mark("Mean delay of the queries during the upload"),
        lambda one, at: one.plan.users[at.user].uploading.mean_query_delay_s,
        seconds_text,
        weight=176,
    ),
    Column(
        "queries",
        mark("Queries done"),
        mark("Queries completed until the longest upload of all rows is over, fractions counted"),
        lambda one, at: one.plan.users[at.user].uploading.queries_until(at.horizon_s),
        number_text,
        "greatest",
    ),
    Column(
        "upload",
        mark("Upload time"),
        mark("When the last CR arrives"),
        lambda one, at: one.plan.users[at.user].uploading.upload_s,
        seconds_text,
    ),
    Column(
        "energy",
        mark("Mean energy / query"),
        mark("Mean energy of the client a query until the longest upload of all rows is over"),
        lambda one, at: one.mean_energy_j(at.user, at.horizon_s),
        energy_text,
        weight=144,
    ),
    Column(
        "money",
        mark("$ per 1,000"),
        mark("Price of 1,000 queries once everything is uploaded, in the scenario's currency"),
        lambda one, at: 1000 * one.plan.users[at.user].figures.money,
        money_text,
    ),
    Column("seconds", mark("Planned in"), mark("How long the methods took"), lambda one, _: one.seconds, seconds_text),
    Column(
        "gap", mark("Gap to optimum"), mark("How far the objective can be from the optimum at most"), _gap, percent_text
    ),
    Column(
        "done",
        mark("Done now"),
        mark("Queries that have ended by the clock's time"),
        lambda one, at: one.pace(at.user).done(at.t),
        count_text,
        "greatest",
        shown=False,
    ),
    Column(
        "final",
        mark("Final delay"),
        mark("Delay of a query once everything is uploaded"),
        lambda one, at: one.plan.users[at.user].figures.delay_s,
        seconds_text,
        shown=False,
    ),
    Column(
        "system",
        mark("System delay"),
        mark("Sum over all users of share x final delay"),
        lambda one, _: one.plan.system_delay_s,
        seconds_text,
        shown=False,
    ),
    Column(
        "parts",
        "P3",
        mark("Number of pieces that are uploaded"),
        lambda one, at: len(one.plan.users[at.user].uploading.partitions),
        count_text,
        weight=96,
        shown=False,
    ),
)


def best_of(column: Column, values: Sequence[float | None]) -> float | None:
    """Return the best value; None where there is none, or where all are the same and so none is better."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return None
    least, most = min(known), max(known)
    if len(known) > 1 and _reads_alike(least, most):
        return None
    return least if column.best == "least" else most


def is_best(value: float | None, best: float | None) -> bool:
    """Return whether a value shares the first place: what reads alike in the table is as good."""
    return value is not None and best is not None and _reads_alike(value, best)


def _reads_alike(one: float, other: float) -> bool:
    return f"{one:.2e}" == f"{other:.2e}"


def horizon(contenders: Sequence[Contender], user: int) -> float:
    """Return the longest upload of a user in any row."""
    return max((one.plan.users[user].uploading.upload_s for one in contenders), default=0.0)
