"""One cell of a study: planned by itself from its own text and seed, and kept as a file."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

from dnnmig_gui.core.errors import InfeasibleError
from dnnmig_gui.core.planning import MigrationPlan, plan_scenario
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.file import parse_scenario, write_atomically
from dnnmig_gui.core.study.grid import Cell
from dnnmig_gui.core.study.results import Row


def plan_cell(cell: Cell, folder: Path, target: Path) -> None:
    """Plan one cell and keep its row; what is infeasible is a result as well."""
    scenario = parse_scenario(cell.text)
    try:
        row = _row(cell, scenario, plan_scenario(scenario, folder, Run(cell.seed), offloading=cell.offloading))
    except InfeasibleError as error:
        row = _without_plan(cell, scenario, str(error))
    write_atomically(target, (json.dumps(row, ensure_ascii=False, indent=1) + "\n").encode())


def _row(cell: Cell, scenario: Scenario, plan: MigrationPlan) -> dict[str, Any]:
    names = plan.problem.server_ids
    chains = []
    for user in plan.users:
        ids = [names[place] for place in user.places]
        chains.append(" > ".join(f"{name} ({len(list(layers))})" for name, layers in itertools.groupby(ids)))
    places = json.dumps([user.places.tolist() for user in plan.users])
    uploads = [user.uploading for user in plan.users]
    offloading = plan.offloading
    return _without_plan(cell, scenario, "; ".join(fault for user in plan.users for fault in user.violations)) | {
        "feasible": plan.feasible,
        "objective": offloading.objective,
        "bound": offloading.bound,
        "gap": offloading.gap,
        "system_delay_s": plan.system_delay_s,
        "energy_j": sum(user.figures.energy_j for user in plan.users),
        "money": sum(user.figures.money for user in plan.users),
        "upload_s": max(upload.upload_s for upload in uploads),
        "queries_during_upload": sum(upload.queries_during_upload for upload in uploads),
        "plan": hashlib.sha256(places.encode()).hexdigest()[:10],
        "servers": "; ".join(chains),
    }


def _without_plan(cell: Cell, scenario: Scenario, reason: str) -> dict[str, Any]:
    figures = ("objective", "bound", "gap", "system_delay_s", "energy_j", "money", "upload_s", "queries_during_upload")
    return {
        "values": list(cell.values),
        "offloading": (cell.offloading or scenario.offloading).method,
        "seed": cell.seed,
        "feasible": False,
        **dict.fromkeys(figures),
        "plan": "",
        "servers": "",
        "reason": reason,
    }


def read_cell(target: Path, cell: Cell) -> Row | None:
    """Return a finished cell; None if there is none, or its writer was stopped."""
    try:
        values = json.loads(target.read_text(encoding="utf-8"))
        return Row(**{**values, "values": cell.values})
    except (OSError, ValueError, TypeError):
        return None
