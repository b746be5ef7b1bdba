"""How long exact optima and cuts take; docs/benchmarks/offloading.md has the figures."""

from __future__ import annotations

import numpy as np
import pytest
from offloading_measurements import cuts, solve
from offloading_workload import model_named, model_names, one_way
from pytest_benchmark.fixture import BenchmarkFixture
from yardstick import keeps

from dnnmig_gui.core.costs.plain import plain_objective
from dnnmig_gui.core.offloading.exact import optimum_alone


@pytest.mark.parametrize("name", model_names())
def test_exact_proves_the_optimum_on_twelve_servers(benchmark: BenchmarkFixture, name: str) -> None:
    problem = one_way(model_named(name))
    user = problem.users[0]
    value, places = benchmark.pedantic(optimum_alone, args=(user, user.objective), rounds=7, warmup_rounds=1)
    plan = solve(problem, "exact")
    assert plan.bound is not None
    assert plan.gap == pytest.approx(0.0, abs=1e-9)
    assert value == pytest.approx(plan.bound, rel=1e-12)
    assert plain_objective(problem, (places,)) == pytest.approx(value, rel=1e-9)
    assert len(np.unique(places)) > 1  # the servers are such that the best plan splits
    assert keeps(benchmark, 0.25)


@pytest.mark.parametrize(("servers", "most_s"), [(30, 0.5), (100, 5.0)])
@pytest.mark.parametrize("name", ["googlenet", "light_inception_v1"])
def test_exact_with_many_servers(benchmark: BenchmarkFixture, name: str, servers: int, most_s: float) -> None:
    problem = one_way(model_named(name), servers)
    user = problem.users[0]
    value, places = benchmark.pedantic(optimum_alone, args=(user, user.objective), rounds=3, warmup_rounds=1)
    assert plain_objective(problem, (places,)) == pytest.approx(value, rel=1e-9)
    assert keeps(benchmark, most_s)


def test_a_cut_takes_a_twentieth_of_networkx() -> None:
    """DenseNet-121, one server, building counted."""
    measured = cuts("light_densenet121")
    assert measured.networkx_s / measured.ours_s >= 20
