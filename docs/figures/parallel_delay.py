"""Prints the table of docs/delay.md: the serial delay beside the parallel one, on the paper's servers.

Run it as ``python docs/figures/parallel_delay.py``.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from dnnmig_gui.core.dnn.zoo import zoo_model
from dnnmig_gui.core.offloading import exact
from dnnmig_gui.core.planning import prepare_problem, solve_uploading, upload_tasks
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import ModelEntry, Scenario, Weights, open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice

SCENARIOS = Path(__file__).parents[2] / "scenarios"
MODELS = ("googlenet", "squeezenet", "resnet50", "resnet101", "mobilenet-v2", "inception-resnet-v1")


def scenario(model: str, delay: str, energy: float) -> Scenario:
    """Return the paper's servers with one user who runs `model`."""
    paper = open_scenario(SCENARIOS / "paper-alexnet.dnnmig").scenario
    user = paper.users[0].model_copy(
        update={"model": model, "weights": Weights(delay=1 - energy, energy=energy, money=0)}
    )
    costs = paper.costs.model_copy(update={"delay": delay})
    return paper.model_copy(update={"models": (ModelEntry(id=model, zoo=model),), "users": (user,), "costs": costs})


def main() -> None:
    """Print the table."""
    head = (
        "| model | layers | delay | on the client | proven optimum | time | half energy: gap, time | queries, bound |"
    )
    sys.stdout.write(f"{head}\n|---|---|---|---|---|---|---|---|\n")
    for model in MODELS:
        for delay in ("serial", "parallel"):
            cells = []
            for energy in (0.0, 0.5):
                problem = prepare_problem(scenario(model, delay, energy), SCENARIOS)
                start = time.perf_counter()
                plan = exact.solve(problem, exact.ExactParameters(), Run(1))
                seconds = time.perf_counter() - start
                gap = plan.gap or 0.0
                if energy:
                    cells.append(f"{gap:.1%}, {seconds:.2f} s")
                    continue
                (user,) = problem.users
                upload = solve_uploading(
                    upload_tasks(problem, plan.places), MethodChoice(method="recursive-efficiency"), Run(1)
                )[0]
                least = upload.stages[-1].query_delay_s
                cells += [f"{user.local.delay_s:.3f} s", f"{least:.4f} s", f"{seconds * 1e3:.0f} ms"]
                queries = f"{upload.queries_during_upload:.2f}, {upload.bound_queries:.2f}"
            sys.stdout.write(f"| {model} | {len(zoo_model(model))} | {delay} | {' | '.join(cells)} | {queries} |\n")


if __name__ == "__main__":
    main()
