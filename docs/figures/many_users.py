"""Prints the table of docs/limits.md: users who share the paper's servers, with bound, gap and time.

Run it as ``python docs/figures/many_users.py``.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.exact import optimum_alone
from dnnmig_gui.core.planning import prepare_problem, solve_offloading
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice, ModelEntry

FOLDER = Path(__file__).parents[2] / "scenarios"


def crowd(count: int, models: tuple[str, ...]) -> Problem:
    """Return the paper's ten edge and cloud servers with `count` clients, each with a user, models in turn."""
    scenario = open_scenario(FOLDER / "paper-alexnet.dnnmig").scenario
    slow, fast = (server for server in scenario.servers if server.tier == "client")
    clients = tuple((slow, fast)[number % 2].model_copy(update={"id": f"client-{number}"}) for number in range(count))
    users = tuple(
        scenario.users[0].model_copy(
            update={"id": f"user-{number}", "client": f"client-{number}", "model": models[number % len(models)]}
        )
        for number in range(count)
    )
    others = tuple(server for server in scenario.servers if server.tier != "client")
    entries = tuple(ModelEntry(id=name, zoo=name) for name in models)
    changed = scenario.model_copy(update={"servers": clients + others, "users": users, "models": entries})
    return prepare_problem(changed, FOLDER)


def main() -> None:
    """Print the table."""
    sys.stdout.write("| users | models | objective | bound | gap | sum of the optima alone | time |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    for models in (("alexnet",), ("alexnet", "vgg19", "googlenet")):
        for count in (2, 3, 4, 6, 8, 10, 15, 20):
            problem = crowd(count, models)
            alone = sum(optimum_alone(user, user.objective)[0] for user in problem.users)
            started = time.perf_counter()
            plan = solve_offloading(problem, MethodChoice(method="exact"), Run(7))
            seconds = time.perf_counter() - started
            gap = "proven" if plan.gap is not None and plan.gap < 1e-8 else f"{100 * (plan.gap or 0):.2f} %"
            names = models[0] if len(models) == 1 else "three in turn"
            sys.stdout.write(
                f"| {count} | {names} | {plan.objective:.4f} | {plan.bound:.4f} | {gap} | {alone:.4f}"
                f" | {seconds:.1f} s |\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
