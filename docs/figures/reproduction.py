"""Draws the staircases of docs/reproduction.md and prints its table: python docs/figures/reproduction.py."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from dnnmig_gui.core.planning import plan_scenario, upload_plans
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.uploading import UploadingPlan

ROOT = Path(__file__).parents[2]
METHODS = ("direct", "ionn", "efficiency", "recursive-efficiency")
STYLES = {
    "direct": {"color": "#8A94A3", "linestyle": ":"},
    "ionn": {"color": "#3F4854", "linestyle": (0, (7, 4))},
    "efficiency": {"color": "#3F4854", "linestyle": "-.", "linewidth": 1.0},
    "recursive-efficiency": {"color": "#5B45E0", "linestyle": "-", "linewidth": 2.2},
}


def system_delay(plans: tuple[UploadingPlan, ...], until_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the steps of the sum over users of the delay of a query that starts at a time."""
    starts = sorted({stage.start_s for plan in plans for stage in plan.stages})
    delays = [sum(plan.stage_at(start).query_delay_s for plan in plans) for start in starts]
    return np.array([*starts, until_s]), np.array([*delays, delays[-1]])


def draw(name: str) -> None:
    """Write docs/images/reproduction-<name>.svg and print the rows of the table."""
    file = open_scenario(ROOT / "scenarios" / f"paper-{name}.dnnmig")
    plan = plan_scenario(file.scenario, file.path.parent)
    plans = upload_plans(plan, METHODS, Run(plan.seed))
    horizon = max(one.upload_s for of_method in plans.values() for one in of_method)
    early = max(one.partitions[1].done_s for one in plans["ionn"]) * 1.3
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    whole, beginning = figure.subplots(1, 2, sharey=True)
    for axes, end in ((whole, horizon * 1.05), (beginning, early)):
        for method in METHODS:
            axes.step(*system_delay(plans[method], horizon * 1.05), where="post", label=method, **STYLES[method])
        axes.set_xlim(0, end)
        axes.set_ylim(0)
        axes.grid(color="#E1E5EA")
        axes.spines[:].set_visible(False)
        axes.set_xlabel("time since the uploads began, s")
    whole.set_ylabel("system delay of a query, s")
    whole.set_title("the whole upload", fontsize=10, loc="left")
    beginning.set_title("its beginning", fontsize=10, loc="left")
    beginning.legend(frameon=False, fontsize=9)
    figure.savefig(ROOT / "docs" / "images" / f"reproduction-{name}.svg", metadata={"Date": None})
    for method in METHODS:
        queries = [one.queries_until(horizon) for one in plans[method]]
        parts = " + ".join(str(len(one.partitions)) for one in plans[method])
        sys.stdout.write(
            f"| {name} | {method} | {parts} | {horizon:.1f} | "
            + " + ".join(f"{count:.1f}" for count in queries)
            + f" | {sum(queries):.1f} |\n"
        )


if __name__ == "__main__":
    for scenario in ("alexnet", "vgg19"):
        draw(scenario)
