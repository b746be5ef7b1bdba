"""More users than numpy has axes: simple methods still choose for all of them together."""

from __future__ import annotations

import numpy as np
import pytest

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.offloading.candidates import choose_jointly, whole_model_on
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.registry import find_method
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario

MODEL = DnnModel(
    "small",
    (
        Layer("input", "input", (), 0, 0, 1000),
        Layer("only", "convolution", ("input",), 10**9, 1000, 1000),
    ),
)


def crowd(users: int) -> Problem:
    clients = [{"id": f"client{number}", "tier": "client", "compute_ghz": 1.0} for number in range(users)]
    servers = [{"id": f"edge{number}", "tier": "edge", "compute_ghz": 100.0} for number in range(2)]
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": [*clients, *servers],
        "link_defaults": {"client-edge": {"bandwidth_mb_per_s": 10.0}},
        "models": [{"id": "model", "zoo": "alexnet"}],
        "users": [{"id": f"user{n}", "client": f"client{n}", "model": "model"} for n in range(users)],
    }
    return compile_problem(Scenario.model_validate(values, strict=False), {"model": LoadedModel(MODEL, Profile())})


def test_one_candidate_each_for_more_users_than_numpy_has_axes() -> None:
    problem = crowd(70)
    edge = problem.tier_servers["edge"][0]
    plan = choose_jointly(problem, [whole_model_on(user, edge)[None] for user in problem.users], Run())
    assert all(places.tolist() == [user.client, edge] for places, user in zip(plan.places, problem.users, strict=True))


@pytest.mark.parametrize("users", [12, 70])
def test_users_part_over_the_servers(users: int) -> None:
    """All combinations of few are tried; of many users each takes in turn what is best given the others."""
    problem = crowd(users)
    method = find_method("offloading", "edge-only")
    plan = method.solve(problem, method.read_parameters({}), Run())
    chosen = [int(places[1]) for places in plan.places]
    counts = np.bincount(chosen, minlength=problem.server_count)[list(problem.tier_servers["edge"])]
    assert counts.sum() == users
    assert abs(counts[0] - counts[1]) <= 1
