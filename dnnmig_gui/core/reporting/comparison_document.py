"""A comparison as a document: JSON for programs, CSV for tables."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import asdict, fields
from typing import Any

from dnnmig_gui.core.comparison import Comparison, Spread
from dnnmig_gui.core.reporting.convergence import COLUMNS as CURVE_COLUMNS
from dnnmig_gui.core.reporting.convergence import Curve, History, curve_of

COLUMNS = (
    "offloading",
    "uploading",
    "seed",
    "system_delay_s",
    "gap",
    "upload_s",
    "queries_during_upload",
    "queries_at_horizon",
    "mean_query_delay_s",
    "energy_j",
    "money",
    "seconds",
)


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Return what ``dnnmig compare --json`` prints; a number that is not finite is null."""
    rows = []
    for row in comparison.rows:
        values = asdict(row)
        rows.append(
            {column: _finite(values[column]) for column in COLUMNS}
            | {"feasible": not row.violations, "violations": list(row.violations)}
        )
    return {
        "horizon_s": _finite(comparison.horizon_s),
        "rows": rows,
        "refused": [asdict(refusal) for refusal in comparison.refused],
        "summaries": [_finite_all(asdict(summary)) for summary in comparison.summaries()],
        "histories": [
            {"offloading": offloading, "seed": seed, "best": [list(point) for point in history]}
            for (offloading, seed), history in histories(comparison).items()
        ],
        "convergence": [
            {"offloading": offloading, "seeds": curve.seeds}
            | {name: getattr(curve, name).tolist() for name in CURVE_COLUMNS if name != "seeds"}
            for offloading, curve in convergence_curves(comparison).items()
        ],
    }


def histories(comparison: Comparison) -> dict[tuple[str, int], tuple[tuple[int, float, float], ...]]:
    """Return how offloading methods came to their plans, by method and seed: (evaluations, seconds, best objective)."""
    found: dict[tuple[str, int], tuple[tuple[int, float, float], ...]] = {}
    for plan in comparison.plans:
        found.setdefault((plan.offloading_method, plan.seed), plan.offloading.history)
    return found


def convergence_curves(comparison: Comparison) -> dict[str, Curve]:
    """Return the curve of each offloading method over its seeds."""
    by_method: dict[str, list[History]] = {}
    for (offloading, _), history in histories(comparison).items():
        by_method.setdefault(offloading, []).append(history)
    return {offloading: curve_of(told) for offloading, told in by_method.items()}


def summary_csv(comparison: Comparison) -> str:
    """Return the measures over the seeds as CSV text, a row a pair of methods; an unknown number is an empty cell."""
    measures = ("objective", "system_delay_s", "queries_at_horizon", "seconds")
    spreads = tuple(field.name for field in fields(Spread))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    heads = [f"{measure}_{name}" for measure in measures for name in spreads]
    writer.writerow(["offloading", "uploading", "seeds", "broken", *heads])
    for summary in comparison_document(comparison)["summaries"]:
        cells = [summary[measure][name] for measure in measures for name in spreads]
        writer.writerow([summary["offloading"], summary["uploading"], summary["seeds"], summary["broken"], *cells])
    return text.getvalue()


def comparison_csv(comparison: Comparison) -> str:
    """Return the rows as a CSV text, the horizon in a column of its own; an unknown number is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, "horizon_s", "feasible"])
    for row in comparison_document(comparison)["rows"]:
        cells = [row[column] for column in COLUMNS]
        writer.writerow([*cells, _finite(comparison.horizon_s), "yes" if row["feasible"] else "no"])
    return text.getvalue()


def _finite_all(values: dict[str, Any]) -> dict[str, Any]:
    return {key: _finite_all(value) if isinstance(value, dict) else _finite(value) for key, value in values.items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
