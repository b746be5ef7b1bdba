"""Many methods on one scenario, side by side at a common horizon."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dnnmig_gui.core.errors import InfeasibleError, InputError
from dnnmig_gui.core.planning import (
    MigrationPlan,
    assemble_plan,
    prepare_problem,
    solve_offloading,
    solve_uploading,
    upload_tasks,
)
from dnnmig_gui.core.run import Report, Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import MethodChoice


@dataclass(frozen=True)
class ComparisonRow:
    """One plan of the scenario and its measures.

    Parameters
    ----------
    system_delay_s
        Sum over users of share x query delay.
    gap
        (objective - bound) / bound; None where no bound is proven.
    upload_s
        When the last CR of any user arrives, counted from the start of its uploads.
    queries_during_upload, queries_at_horizon
        Completed queries, fractions counted, summed over users: until each user's own last CR, and until the
        common horizon.
    mean_query_delay_s
        Mean delay of the queries during the upload: the users' upload times over their queries; that of a query
        without an upload if there is none.
    energy_j, money
        Of one query of each user under the whole plan, summed over users.
    seconds
        Time that the methods took.
    violations
        The limits that the plan breaks.
    """

    offloading: str
    uploading: str
    seed: int
    system_delay_s: float
    gap: float | None
    upload_s: float
    queries_during_upload: float
    queries_at_horizon: float
    mean_query_delay_s: float
    energy_j: float
    money: float
    seconds: float
    violations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A pair of methods that gave no plan, and why; `uploading` is empty where the offloading method gave none."""

    offloading: str
    uploading: str
    seed: int
    reason: str


@dataclass(frozen=True, eq=False)
class Comparison:
    """Rows in the order asked for: by offloading method, then seed, then uploading method."""

    horizon_s: float
    rows: tuple[ComparisonRow, ...]
    plans: tuple[MigrationPlan, ...]
    refused: tuple[Refusal, ...]

    def summaries(self) -> tuple[Summary, ...]:
        """Return each pair of methods over its seeds, in the order of the rows."""
        pairs: dict[tuple[str, str], list[int]] = {}
        for number, row in enumerate(self.rows):
            pairs.setdefault((row.offloading, row.uploading), []).append(number)
        found = []
        for (offloading, uploading), numbers in pairs.items():
            rows = [self.rows[number] for number in numbers]
            found.append(
                Summary(
                    offloading,
                    uploading,
                    len(rows),
                    sum(bool(row.violations) for row in rows),
                    spread([self.plans[number].offloading.objective for number in numbers]),
                    spread([row.system_delay_s for row in rows]),
                    spread([row.queries_at_horizon for row in rows], most_is_best=True),
                    spread([row.seconds for row in rows]),
                )
            )
        return tuple(found)


def spread(values: Sequence[float], *, most_is_best: bool = False) -> Spread:
    """Return mean, best, worst and the 95 % confidence interval of the mean."""
    count = len(values)
    mean = math.fsum(values) / count
    best, worst = (max(values), min(values)) if most_is_best else (min(values), max(values))
    if count < 2:
        return Spread(mean, best, worst, None, None)
    from scipy.special import stdtrit

    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    half = float(stdtrit(count - 1, 0.975)) * deviation / math.sqrt(count)
    return Spread(mean, best, worst, mean - half, mean + half)


@dataclass(frozen=True)
class Spread:
    """A measure over seeds.

    Parameters
    ----------
    low, high
        The 95 % confidence interval of the mean, by Student's t; None with one seed, where nothing can be said.
    """

    mean: float
    best: float
    worst: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Summary:
    """A pair of methods over all seeds that gave a plan.

    Parameters
    ----------
    broken
        How many of the plans break a limit.
    """

    offloading: str
    uploading: str
    seeds: int
    broken: int
    objective: Spread
    system_delay_s: Spread
    queries_at_horizon: Spread
    seconds: Spread


@dataclass(frozen=True, eq=False)
class _Entry:
    plan: MigrationPlan
    seconds: float


def compare(
    scenario: Scenario,
    folder: Path,
    offloading: Sequence[MethodChoice],
    uploading: Sequence[MethodChoice],
    seeds: Sequence[int],
    horizon_s: float | None = None,
    run: Run | None = None,
) -> Comparison:
    """Plan a scenario with every offloading method, seed and uploading method.

    All uploading methods share the one offloading plan of their offloading method and seed.

    Parameters
    ----------
    horizon_s
        Until when `queries_at_horizon` counts; the longest upload of the rows unless given.

    Raises
    ------
    InputError
        If the scenario cannot be planned at all, or no pair of methods gives a plan because of bad input.
    InfeasibleError
        If no pair of methods gives a plan.
    CancelledError
        If the run is cancelled.
    """
    run = run or Run()
    if horizon_s is not None and not (math.isfinite(horizon_s) and horizon_s > 0):
        raise InputError(f"must be a finite number of seconds above 0, not {horizon_s:g}", field="horizon")
    problem = prepare_problem(scenario, folder)
    pairs = [(choice, seed) for choice in offloading for seed in seeds]
    entries: list[_Entry] = []
    refused: list[Refusal] = []
    first_refusal: InputError | InfeasibleError | None = None
    for number, (placing, seed) in enumerate(pairs):
        run.check()
        part = Run(seed, _share_of(run, number, len(pairs)), run.is_cancelled)
        started = time.perf_counter()
        try:
            placed = solve_offloading(problem, placing, part.part(0.0, 0.7))
            tasks = upload_tasks(problem, placed.places)
        except (InputError, InfeasibleError) as error:
            first_refusal = first_refusal or error
            refused.append(Refusal(placing.method, "", seed, str(error)))
            continue
        placing_s = time.perf_counter() - started
        for place, choice in enumerate(uploading):
            started = time.perf_counter()
            inner = part.part(0.7 + 0.3 * place / len(uploading), 0.7 + 0.3 * (place + 1) / len(uploading))
            try:
                uploaded = solve_uploading(tasks, choice, inner)
            except (InputError, InfeasibleError) as error:
                first_refusal = first_refusal or error
                refused.append(Refusal(placing.method, choice.method, seed, str(error)))
                continue
            seconds = placing_s + time.perf_counter() - started
            plan = assemble_plan(scenario, problem, seed, (placing.method, placed), (choice.method, uploaded))
            entries.append(_Entry(plan, seconds))
    if not entries and first_refusal is not None:
        raise first_refusal
    horizon = horizon_s if horizon_s is not None else max((_upload_s(entry.plan) for entry in entries), default=0.0)
    return Comparison(
        horizon,
        tuple(_row(entry, horizon) for entry in entries),
        tuple(entry.plan for entry in entries),
        tuple(refused),
    )


def _share_of(run: Run, number: int, count: int) -> Report:
    return run.part(number / count, (number + 1) / count).report


def _upload_s(plan: MigrationPlan) -> float:
    return max((user.uploading.upload_s for user in plan.users), default=0.0)


def _row(entry: _Entry, horizon_s: float) -> ComparisonRow:
    plan = entry.plan
    uploads = [user.uploading for user in plan.users]
    queries = sum(upload.queries_during_upload for upload in uploads)
    uploading_s = sum(upload.upload_s for upload in uploads)
    without_upload = sum(upload.mean_query_delay_s for upload in uploads) / len(uploads)
    return ComparisonRow(
        offloading=plan.offloading_method,
        uploading=plan.uploading_method,
        seed=plan.seed,
        system_delay_s=plan.system_delay_s,
        gap=plan.offloading.gap,
        upload_s=_upload_s(plan),
        queries_during_upload=queries,
        queries_at_horizon=sum(upload.queries_until(horizon_s) for upload in uploads),
        mean_query_delay_s=uploading_s / queries if queries > 0 else without_upload,
        energy_j=sum(user.figures.energy_j for user in plan.users),
        money=sum(user.figures.money for user in plan.users),
        seconds=entry.seconds,
        violations=tuple(violation for user in plan.users for violation in user.violations),
    )
