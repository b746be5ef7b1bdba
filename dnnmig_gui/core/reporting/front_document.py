"""A Pareto front as a document: JSON for programs, CSV for tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from dnnmig_gui.core.costs import Problem
from dnnmig_gui.core.offloading.pareto import FrontPoint
from dnnmig_gui.core.reporting.stretches import layers_text, stretches


def front_document(problem: Problem, front: Sequence[FrontPoint]) -> dict[str, Any]:
    """Return what ``dnnmig pareto --json`` prints; points are numbered from 1, by rising delay."""
    return {
        "points": [
            {
                "point": number,
                "weights": point.weights.model_dump(),
                "delay_s": point.figures.delay_s,
                "energy_j": point.figures.energy_j,
                "money": point.figures.money,
                "gap": point.plan.gap,
                "assignments": {
                    user.id: {
                        layer.name: problem.server_ids[place] for layer, place in zip(user.model, places, strict=True)
                    }
                    for user, places in zip(problem.users, point.plan.places, strict=True)
                },
            }
            for number, point in enumerate(front, 1)
        ]
    }


def front_csv(problem: Problem, front: Sequence[FrontPoint]) -> str:
    """Return a row a point as CSV text, with a column a user that says where its layers run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = ["point", "weight_delay", "weight_energy", "weight_money", "delay_s", "energy_j", "money"]
    writer.writerow([*columns, *(user.id for user in problem.users)])
    for number, point in enumerate(front, 1):
        weights, figures = point.weights, point.figures
        writer.writerow(
            [
                number,
                *(f"{weight:.6g}" for weight in (weights.delay, weights.energy, weights.money)),
                figures.delay_s,
                figures.energy_j,
                figures.money,
                *(where_text(problem, point, user) for user in range(len(problem.users))),
            ]
        )
    return text.getvalue()


def where_text(problem: Problem, point: FrontPoint, user: int) -> str:
    """Return where a user's layers run, in words: ``Client 1: input; Edge 5: conv1 to prob (23 layers)``."""
    model = problem.users[user].model
    return "; ".join(
        f"{problem.server_ids[stretch.server]}: {layers_text(model, tuple(range(stretch.first, stretch.last + 1)))}"
        for stretch in stretches(point.plan.places[user])
    )
