"""First come, first served, against planning everybody anew: who gets what, what moves, and how fair that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dnnmig_gui.core.planning import MigrationPlan, plan_scenario
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.simulation import SliceKind, Trace
from dnnmig_gui.core.simulation.fairness import fairness
from dnnmig_gui.core.simulation.played import Played
from dnnmig_gui.core.simulation.simulate import run_phase, simulate

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def latecomers(**running: Any) -> MigrationPlan:
    file = open_scenario(SCENARIOS / "latecomers.dnnmig")
    changed = file.scenario.running.model_copy(update=running)
    return plan_scenario(file.scenario.model_copy(update={"running": changed}), file.path.parent)


@pytest.fixture(scope="module")
def greedy() -> Played:
    return run_phase(latecomers(policy="first-come"))


@pytest.fixture(scope="module")
def fair() -> Played:
    return run_phase(latecomers(policy="fair"))


def remote_servers(trace: Trace, user: int, start: float, end: float) -> set[int]:
    rows = trace.of_kind(SliceKind.EXECUTE)
    rows = rows[(trace.user[rows] == user) & (trace.start[rows] >= start) & (trace.end[rows] <= end)]
    return set(np.unique(trace.source[rows]).tolist()) - {user}


def test_who_comes_first_keeps_its_server_to_itself(greedy: Played) -> None:
    trace = greedy.trace
    taken = [remote_servers(trace, user, 0.0, trace.end_s) for user in range(4)]
    assert taken[0]
    assert taken[1]
    assert not taken[0] & taken[1]
    assert taken[2] == taken[3] == set()  # nothing is left, and nobody moves when Ada leaves
    assert [len(user.uploading.partitions) > 0 for user in greedy.plan.users] == [True, True, False, False]


def test_fair_lets_everybody_have_a_share(fair: Played) -> None:
    trace = fair.trace
    assert all(remote_servers(trace, user, 60.0, 85.0) for user in range(4))
    assert not remote_servers(trace, 0, 90.0, trace.end_s)


def test_fair_is_fairer_and_the_worst_off_is_better_off(greedy: Played, fair: Played) -> None:
    one, other = fairness(greedy.plan, greedy.trace), fairness(fair.plan, fair.trace)
    assert one.mean_jain is not None
    assert other.mean_jain is not None
    assert other.mean_jain > one.mean_jain + 0.2
    assert one.worst_gain == pytest.approx(1.0)
    assert other.worst_gain is not None
    assert other.worst_gain > 3
    assert one.worst_user in (2, 3)


def test_what_moves_is_uploaded_again(fair: Played) -> None:
    """A layer runs on a server only behind a CR for it there; users that moved have several CRs for one layer."""
    moved = 0
    for number, user in enumerate(fair.plan.users):
        rows = fair.trace.of_kind(SliceKind.CONFIRM)
        rows = rows[fair.trace.user[rows] == number]
        layers = [layer for row in rows for layer in user.uploading.partitions[fair.trace.partition[row]].layers]
        parametric = fair.plan.problem.users[number].model.parametric_layers
        counts = [layers.count(layer) for layer in parametric]
        moved += max(counts) > 1
        assert all(
            fair.trace.source[row] == user.uploading.partitions[fair.trace.partition[row]].server for row in rows
        )
    assert moved >= 1


def test_the_plan_as_played_numbers_all_partitions(fair: Played, greedy: Played) -> None:
    for played in (fair, greedy):
        for number, user in enumerate(played.plan.users):
            rows = np.flatnonzero((played.trace.user == number) & (played.trace.partition >= 0))
            assert played.trace.partition[rows].max(initial=-1) < len(user.uploading.partitions)
            assert len(user.uploading.stages) == len(user.uploading.partitions) + 1
            assert [one.index for one in user.uploading.partitions] == list(
                range(1, len(user.uploading.partitions) + 1)
            )


def test_what_is_planned_beforehand_stays_as_planned() -> None:
    plan = latecomers(policy="planned")
    assert run_phase(plan).plan is plan


def test_nobody_left_is_nobody_served(fair: Played) -> None:
    found = fairness(fair.plan, fair.trace)
    before = found.time_s < 15.0
    assert np.isnan(found.gain[1:, before]).all()
    assert found.jain[before][5:] == pytest.approx(1.0)  # one user is treated like itself
    assert (found.worst[before][5:] == 0).all()
    everyone = (found.time_s > 46) & (found.time_s < 89)
    assert (found.jain[everyone] <= 1 + 1e-12).all()
    assert (found.jain[everyone] >= 1 / 4).all()


def test_jains_index_of_known_gains(greedy: Played) -> None:
    found = fairness(greedy.plan, greedy.trace)
    at = int(np.searchsorted(found.time_s, 80.0))
    gains = found.gain[:, at]
    assert found.jain[at] == pytest.approx(gains.sum() ** 2 / (4 * (gains**2).sum()))


def test_policies_repeat() -> None:
    plan = latecomers(policy="fair", horizon_s=40.0)
    assert simulate(plan).start.tolist() == simulate(plan).start.tolist()
