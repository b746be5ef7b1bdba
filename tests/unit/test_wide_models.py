"""Models too wide for bucket elimination: said so, planned by others, bounded with fewer transfers."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from random_scenarios import problems

from dnnmig_gui.core.costs.batch import BatchEvaluator
from dnnmig_gui.core.costs.elimination import TooWideError
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.offloading.narrowed import as_forest, narrowed_bound
from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.file import ScenarioFile
from dnnmig_gui.core.scenario.schema import MethodChoice

WIDTH = 9
"""Layers side by side, each of which reads all of the stage before it."""


@pytest.fixture
def wide(tmp_path: Path) -> ScenarioFile:
    rng = np.random.default_rng(1)
    rows = ["name,kind,inputs,flops,param_bytes,output_bytes", "input,input,,0,0,600000"]
    before = ["input"]
    for stage in range(3):
        here = [f"s{stage}k{branch}" for branch in range(WIDTH)]
        rows += [
            f"{name},Conv,{' '.join(before)},{rng.integers(10**6, 6 * 10**7)},{rng.integers(10**5, 4 * 10**6)},"
            f"{rng.integers(10**4, 3 * 10**5)}"
            for name in here
        ]
        before = here
    rows.append(f"out,Concat,{' '.join(before)},1000000,0,4000")
    (tmp_path / "wide.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    shipped = Path(__file__).parents[2] / "scenarios" / "paper-alexnet.dnnmig"
    values = json.loads(shipped.read_text(encoding="utf-8"))
    values["models"] = [{"id": "wide", "file": "wide.csv"}]
    values["users"] = [values["users"][0] | {"model": "wide"}]
    path = tmp_path / "wide.dnnmig"
    path.write_text(json.dumps(values), encoding="utf-8")
    return open_scenario(path)


def test_exact_says_that_the_model_is_too_wide(wide: ScenarioFile) -> None:
    with pytest.raises(TooWideError, match="too wide for exact elimination"):
        plan_scenario(wide.scenario, wide.path.parent, offloading=MethodChoice(method="exact"))


@pytest.mark.parametrize("method", ["local", "one-step", "min-cut", "gibbs"])
def test_other_methods_plan_it_with_a_bound_and_say_so(wide: ScenarioFile, method: str) -> None:
    plan = plan_scenario(
        wide.scenario, wide.path.parent, offloading=MethodChoice(method=method), uploading=MethodChoice(method="direct")
    ).offloading
    assert plan.bound is not None
    assert 0 < plan.bound <= plan.objective
    assert plan.gap is not None
    assert method == "local" or plan.gap < 1
    assert ("too wide" in plan.note) == (plan.gap > 1e-9)


@settings(deadline=None, max_examples=40)
@given(problems(users=1, most_layers=5, most_servers=4))
def test_fewer_transfers_never_cost_more(problem: Problem) -> None:
    user = problem.users[0]
    places = [range(problem.server_count) if computes else [user.client] for computes in user.computes]
    best = BatchEvaluator(problem).objectives(np.array(list(itertools.product(*places)))).min()
    bound = narrowed_bound(user)
    assert bound is not None
    assert bound <= best * (1 + 1e-9) + 1e-12
    forest = as_forest(user.tensors, len(user.model))
    read = [reader for readers in forest.consumers for reader in readers if reader < len(user.model)]
    assert len(read) == len(set(read))
