"""Laws of the uploading methods, on random models, servers and one-way links."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_scenarios import problems

from dnnmig_gui.core.costs.compile import compile_problem
from dnnmig_gui.core.costs.plain import plain_figures
from dnnmig_gui.core.costs.problem import Problem
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.errors import InfeasibleError, InputError
from dnnmig_gui.core.profiling import Profile
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.registry import all_methods, find_method
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.uploading import UploadingPlan, bound, efficiency
from dnnmig_gui.core.uploading.beam import completed, search_order
from dnnmig_gui.core.uploading.bound import _under_lines
from dnnmig_gui.core.uploading.delay_tables import ByTables
from dnnmig_gui.core.uploading.evaluate import UploadTask, make_uploading_plan
from dnnmig_gui.core.uploading.orders import best_order
from dnnmig_gui.core.uploading.query_delays import ByElimination
from dnnmig_gui.core.uploading.robust import RobustParameters, expected_queries, expected_upload_s


def planned(task: UploadTask, method: str) -> UploadingPlan:
    found = find_method("uploading", method)
    return make_uploading_plan(task, method, found.solve(task, found.read_parameters({}), Run(1)))


@st.composite
def tasks(draw: st.DrawFn, most_layers: int = 6, users: int = 1) -> tuple[Problem, UploadTask, tuple[np.ndarray, ...]]:
    """Return a task whose layers lie anywhere that the client can upload to."""
    problem = draw(problems(most_layers=most_layers, most_servers=3 + users, users=users, weights=False))
    assume(problem.users[0].local.delay_s > 1e-6)
    places = []
    for user in problem.users:
        open_to = [
            [
                server
                for server in range(problem.server_count)
                if user.allowed[layer, server] and np.isfinite(problem.topology.latency_s[user.client, server])
            ]
            for layer in range(len(user.model))
        ]
        places.append(np.array([draw(st.sampled_from(servers)) for servers in open_to], dtype=np.int64))
    return problem, UploadTask.of(problem, 0, tuple(places)), tuple(places)


def brute_force(
    problem: Problem, task: UploadTask, places: Sequence[np.ndarray], uploaded: set[int], layers: Sequence[int]
) -> float:
    """Return q by trying every combination of planned server and client."""
    client = task.user.client
    options = []
    for layer, model_layer in enumerate(task.user.model):
        free = model_layer.param_bytes == 0 and task.places[layer] != client
        there = free or (layer in uploaded and layer in layers)
        options.append({client, int(task.targets[layer])} if there else {client})
    return min(plain_figures(problem, 0, (np.array(mine), *places[1:])).delay_s for mine in itertools.product(*options))


@settings(deadline=None, max_examples=60)
@given(tasks(users=1), st.data())
def test_query_delay_equals_brute_force(
    drawn: tuple[Problem, UploadTask, tuple[np.ndarray, ...]], data: st.DataObject
) -> None:
    problem, task, places = drawn
    layers = task.all_layers
    uploaded = {layer for layer in layers if data.draw(st.booleans())}
    mask = np.array([[layer in uploaded for layer in layers]])
    expected = brute_force(problem, task, places, uploaded, layers)
    assert task.query_delays(layers).of_sets(mask)[0] == pytest.approx(expected, rel=1e-9)


@settings(deadline=None, max_examples=25)
@given(tasks(most_layers=4, users=2))
def test_query_delay_counts_the_users_that_share_a_server(
    drawn: tuple[Problem, UploadTask, tuple[np.ndarray, ...]],
) -> None:
    problem, task, places = drawn
    layers = task.p1_layers
    everything = np.ones((1, len(layers)), dtype=bool)
    expected = brute_force(problem, task, places, set(layers), layers)
    assert task.query_delays(layers).of_sets(everything)[0] == pytest.approx(expected, rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(tasks(most_layers=9), st.data())
def test_ways_to_evaluate_agree(drawn: tuple[Problem, UploadTask, tuple[np.ndarray, ...]], data: st.DataObject) -> None:
    _, task, _ = drawn
    layers = task.all_layers
    count = len(layers)
    tables = task.query_delays(layers)
    other = ByElimination(task.choices(layers), task.cost, task.user.tensors, task.user.client)
    assert isinstance(tables, ByTables)
    subsets = tables.of_subsets()
    bits = (np.arange(2**count)[:, None] >> np.arange(count - 1, -1, -1) & 1).astype(bool)
    assert subsets == pytest.approx(tables.of_sets(bits), rel=1e-12)
    assert subsets == pytest.approx(other.of_subsets(), rel=1e-9)

    cut = data.draw(st.integers(0, count))
    segments = [(first, last) for first, last in ((0, cut - 1), (cut, count - 1)) if first <= last]
    without, runs = tables.of_runs(segments)
    assert without == pytest.approx(subsets[0], rel=1e-12)
    assert other.of_runs(segments)[0] == pytest.approx(without, rel=1e-9)
    assert runs == pytest.approx(other.of_runs(segments)[1], rel=1e-9, nan_ok=True)
    for first, last in segments:
        run = sum(1 << (count - 1 - layer) for layer in range(first, last + 1))
        assert runs[first, last] == pytest.approx(subsets[run], rel=1e-9)

    if count:
        number = data.draw(st.integers(0, count - 1))
        with_it = subsets[(np.arange(2**count) >> (count - 1 - number) & 1).astype(bool)]
        assert tables.given(number).of_subsets() == pytest.approx(with_it, rel=1e-9)
        assert other.given(number).of_subsets() == pytest.approx(with_it, rel=1e-9)

    prices = np.array([[data.draw(st.floats(0, 1)) for _ in layers] for _ in range(2)])
    expected = (subsets[None, :] + prices @ bits.T).min(axis=1)
    assert tables.with_prices(prices) == pytest.approx(expected, rel=1e-9)
    assert other.with_prices(prices) == pytest.approx(expected, rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(tasks(most_layers=8))
def test_more_uploaded_is_never_slower(drawn: tuple[Problem, UploadTask, tuple[np.ndarray, ...]]) -> None:
    _, task, _ = drawn
    layers = task.all_layers
    subsets = task.query_delays(layers).of_subsets()
    numbers = np.arange(len(subsets))
    for bit in range(len(layers)):
        assert (subsets[numbers | 1 << bit] <= subsets * (1 + 1e-12)).all()


@settings(deadline=None, max_examples=60)
@given(tasks(most_layers=7))
def test_every_method_makes_a_plan_and_none_beats_the_optimum(
    drawn: tuple[Problem, UploadTask, tuple[np.ndarray, ...]],
) -> None:
    _, task, _ = drawn
    task = replace(task, upload_latency_s=np.zeros_like(task.upload_latency_s))
    plans = {method.name: planned(task, method.name) for method in all_methods("uploading")}
    horizon = max(plan.upload_s for plan in plans.values())
    best = plans["optimal"].queries_until(horizon)
    for name, plan in plans.items():
        found = [layer for partition in plan.partitions for layer in partition.layers]
        assert len(found) == len(set(found))
        with_parameters = {layer for layer in found if task.user.model.layers[layer].param_bytes}
        assert with_parameters == set(task.all_layers if name in ("optimal", "robust") else task.p1_layers)
        assert plan.queries_until(horizon) <= best * (1 + 1e-9)
        assert plan.queries_during_upload <= plan.bound_queries * (1 + 1e-9)
        delays = [stage.query_delay_s for stage in plan.stages]
        assert all(after <= before * (1 + 1e-12) for before, after in itertools.pairwise(delays))
        assert plan.queries_until(plan.upload_s) == pytest.approx(plan.queries_during_upload, rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(tasks(most_layers=8))
def test_plans_add_up(drawn: tuple[Problem, UploadTask, tuple[np.ndarray, ...]]) -> None:
    problem, task, places = drawn
    for method in all_methods("uploading"):
        plan = planned(task, method.name)
        clock = 0.0
        for partition, stage in zip(plan.partitions, plan.stages[1:], strict=True):
            for layer in partition.layers:
                assert task.targets[layer] == partition.server
            own = [layer for layer in partition.layers if task.user.model.layers[layer].param_bytes]
            assert partition.size_bytes == sum(task.user.model.layers[layer].param_bytes for layer in own) > 0
            topology = problem.topology
            assert partition.upload_s == pytest.approx(
                topology.latency_s[task.user.client, partition.server]
                + partition.size_bytes * topology.s_per_byte[task.user.client, partition.server]
            )
            clock += partition.upload_s
            assert partition.done_s == pytest.approx(clock)
            assert stage.start_s == partition.done_s
            assert stage.query_delay_s == partition.query_delay_after_s
        for stage in plan.stages:
            mine = (stage.places, *places[1:])
            assert plain_figures(problem, 0, mine).delay_s == pytest.approx(stage.query_delay_s, rel=1e-9)
        assert plan.queries_during_upload <= plan.bound_queries * (1 + 1e-9)


@settings(deadline=None, max_examples=60)
@given(tasks(most_layers=8))
def test_bound_by_lines_holds_for_every_order(drawn: tuple[Problem, UploadTask, tuple[np.ndarray, ...]]) -> None:
    _, task, _ = drawn
    layers = task.all_layers
    if layers:
        delays = task.query_delays(layers)
        upload_s = task.layer_upload_s(layers)
        subsets = delays.of_subsets()
        optimum = best_order(subsets, upload_s, Run())[1]
        most = _under_lines(delays, upload_s, float(subsets[0]), float(subsets[-1]))
        assert most >= optimum * (1 - 1e-9)
        assert most <= upload_s.sum() / subsets[-1] * (1 + 1e-9)


def test_best_order_equals_trying_all_orders() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        upload_s = rng.uniform(0.1, 5, 5)
        delays = np.sort(rng.uniform(0.1, 3, 32))[::-1]
        order, most = best_order(delays, upload_s, Run())
        found = {}
        for one in itertools.permutations(range(5)):
            there, total = 0, 0.0
            for layer in one:
                total += upload_s[layer] / delays[there]
                there |= 1 << (4 - layer)
            found[one] = total
        assert most == pytest.approx(max(found.values()))
        assert found[tuple(order)] == pytest.approx(most)


# ------------------------------------------------------------------------------------------- worked examples


def chain(*layers: tuple[str, int, int], output_bytes: int = 1000) -> DnnModel:
    """Return a chain of (name, FLOPs, parameter bytes)."""
    made = [Layer("input", "input", (), 0, 0, output_bytes)]
    for name, flops, param_bytes in layers:
        made.append(Layer(name, "convolution", (made[-1].name,), flops, param_bytes, output_bytes))
    return DnnModel("chain", tuple(made))


def task_of(model: DnnModel, places: Sequence[int], **changes: object) -> UploadTask:
    """Return the task of a client (0) with two edge servers (1, 2) ten times its speed."""
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": [
            {"id": "client", "tier": "client", "compute_ghz": 1.0},
            {"id": "edge-1", "tier": "edge", "compute_ghz": 10.0},
            {"id": "edge-2", "tier": "edge", "compute_ghz": 10.0},
        ],
        "link_defaults": {
            "client-edge": {"bandwidth_mb_per_s": 10, "latency_ms": 2},
            "edge-edge": {"bandwidth_mb_per_s": 10},
        },
        "models": [{"id": "m", "zoo": "alexnet"}],
        "users": [{"id": "user", "client": "client", "model": "m", **changes}],
    }
    problem = compile_problem(Scenario.model_validate(values, strict=False), {"m": LoadedModel(model, Profile())})
    return UploadTask.of(problem, 0, (np.array([0, *places]),))


def test_layers_without_parameters_travel_with_a_neighbour_on_their_server() -> None:
    model = chain(("relu0", 10**6, 0), ("a", 10**9, 10**6), ("relu1", 10**6, 0), ("b", 10**9, 10**6), ("relu2", 1, 0))
    task = task_of(model, [1, 1, 2, 2, 2])
    assert [partition.layers for partition in planned(task, "direct").partitions] == [(1, 2), (3, 4, 5)]
    # relu1 shares its server with no other layer: no partition is sent there.
    task = task_of(model, [1, 1, 2, 1, 1])
    assert [partition.layers for partition in planned(task, "direct").partitions] == [(1, 2, 4, 5)]


def test_latency_is_paid_once_a_partition() -> None:
    model = chain(("a", 10**9, 10**6), ("b", 10**9, 10**6))
    task = task_of(model, [1, 1])
    assert planned(task, "direct").upload_s == pytest.approx(0.002 + 0.2)
    assert planned(task, "optimal").upload_s == pytest.approx(2 * 0.002 + 0.2)


def test_equal_candidates_go_in_order_of_length_and_place() -> None:
    model = chain(*[(name, 10**9, 10**6) for name in "abcd"], output_bytes=0)
    task = task_of(model, [1, 1, 1, 1])
    task = replace(task, upload_latency_s=np.zeros(3), cost=replace(task.cost, per_transfer=np.zeros((3, 3))))
    assert [partition.layers for partition in planned(task, "efficiency").partitions] == [(1,), (2,), (3,), (4,)]


def test_what_no_candidate_gains_from_is_uploaded_all_the_same() -> None:
    model = chain(("a", 10**6, 10**6), ("b", 10**6, 10**6), output_bytes=10**6)  # far quicker on the client
    task = task_of(model, [1, 2])
    for method in ("ionn", "efficiency", "recursive-efficiency"):
        plan = planned(task, method)
        assert [(partition.server, partition.layers) for partition in plan.partitions] == [(1, (1,)), (2, (2,))]
        assert plan.stages[-1].query_delay_s == pytest.approx(0.002)


def test_a_pinned_layer_waits_on_the_client_and_then_stays_on_its_server() -> None:
    model = chain(("a", 10**6, 10**6), output_bytes=10**6)
    task = task_of(model, [1], limits=[{"limit": "pin", "layers": ["a"], "to": ["edge"]}])
    for method in all_methods("uploading"):
        plan = planned(task, method.name)
        assert [stage.places.tolist() for stage in plan.stages] == [[0, 0], [0, 1]]
        assert plan.stages[1].query_delay_s > plan.stages[0].query_delay_s
        assert plan.queries_during_upload <= plan.bound_queries


def test_nothing_to_upload() -> None:
    model = chain(("a", 10**6, 10**6))
    for method in all_methods("uploading"):
        plan = planned(task_of(model, [0]), method.name)
        assert plan.partitions == ()
        assert plan.upload_s == plan.queries_during_upload == plan.bound_queries == 0
        assert plan.mean_query_delay_s == pytest.approx(0.001)


def many_layers(count: int, seed: int = 3) -> UploadTask:
    rng = np.random.default_rng(seed)
    layers = [(f"layer{n}", int(rng.integers(1e8, 1e9)), int(rng.integers(1e5, 1e7))) for n in range(count)]
    return task_of(chain(*layers), [1] * count)


def test_optimal_orders_p1_alone_where_all_layers_would_be_too_many() -> None:
    layers = [(f"layer{number}", 10**9, 10**6) for number in range(22)]
    plan = planned(task_of(chain(*layers), [0] * 17 + [1] * 5), "optimal")
    assert sorted(layer for partition in plan.partitions for layer in partition.layers) == [18, 19, 20, 21, 22]


@pytest.mark.parametrize("count", [21, 40])
def test_optimal_searches_where_layers_are_many(count: int) -> None:
    task = many_layers(count)
    plan = planned(task, "optimal")
    assert len(plan.partitions) == count
    for other in ("direct", "ionn", "efficiency", "recursive-efficiency"):
        assert plan.queries_during_upload >= planned(task, other).queries_during_upload * (1 - 1e-9)
    assert plan.queries_during_upload <= plan.bound_queries <= 1.2 * plan.queries_during_upload
    assert plan.gap == pytest.approx(1 - plan.queries_during_upload / plan.bound_queries)


@pytest.mark.parametrize("seed", range(6))
def test_the_search_comes_close_to_the_best_order(seed: int) -> None:
    task = many_layers(12, seed)
    delays, upload_s = task.query_delays(task.p1_layers), task.layer_upload_s(task.p1_layers)
    best = best_order(delays.of_subsets(), upload_s, Run())[1]
    order = np.array([search_order(delays, upload_s, [], 16, Run())])
    found = completed(delays, upload_s, order)[0]
    assert best * (1 - 1e-3) <= found <= best * (1 + 1e-9)


def failing(task: UploadTask, rate: float) -> UploadTask:
    return replace(task, upload_failure_rate={int(server): rate for server in task.targets})


@settings(deadline=None, max_examples=30)
@given(
    tasks(most_layers=5),
    st.sampled_from([0.1, 0.5]),
    st.sampled_from([0.0, 0.2]),
    st.sampled_from([None, 1, 3]),
)
def test_robust_expects_most_queries(
    drawn: tuple[Problem, UploadTask, tuple[np.ndarray, ...]], rate: float, pause_s: float, most_tries: int | None
) -> None:
    task = failing(drawn[1], rate)
    method = find_method("uploading", "robust")
    parameters = RobustParameters(pause_s=pause_s, most_tries=most_tries)
    parts = method.solve(task, parameters, Run())
    layers = sorted(layer for part in parts for layer in part)
    horizon_s = 10 * sum(expected_upload_s(task, (layer,), parameters) for layer in layers)
    found = expected_queries(task, parts, parameters, horizon_s) if parts else 0.0
    for order in itertools.islice(itertools.permutations(layers), 120):
        if order:
            singles = [(layer,) for layer in order]
            assert expected_queries(task, singles, parameters, horizon_s) <= found * (1 + 1e-9)


def test_expected_queries_are_the_mean_over_what_arrives() -> None:
    """Against chance itself: attempts drawn one by one, partitions given up after two tries."""
    task = failing(many_layers(4), 0.4)
    parameters = RobustParameters(pause_s=0.05, most_tries=2)
    parts = [(layer,) for layer in task.p1_layers]
    delays = task.query_delays(task.p1_layers)
    horizon_s = sum(2 * task.upload_s(part) + 0.05 for part in parts)
    rng = np.random.default_rng(5)
    runs = []
    for _ in range(3000):
        now, queries, there = 0.0, 0.0, np.zeros((1, 4), dtype=bool)
        for number, part in enumerate(parts):
            tries = int(np.argmax([*(rng.random(2) > 0.4), True])) + 1
            seconds = min(tries, 2) * task.upload_s(part) + (min(tries, 2) - 1) * 0.05
            queries += seconds / float(delays.of_sets(there)[0])
            now += seconds
            there[0, number] = tries <= 2
        runs.append(queries + (horizon_s - now) / float(delays.of_sets(there)[0]))
    expected = expected_queries(task, parts, parameters, horizon_s)
    assert np.mean(runs) == pytest.approx(expected, abs=4 * np.std(runs) / np.sqrt(len(runs)))
    late = 50 * horizon_s  # what is given up is missed to the end
    never = expected_queries(task, parts, RobustParameters(pause_s=0.05), late)
    assert expected_queries(task, parts, parameters, late) < 0.95 * never


def test_robust_puts_layers_together_where_attempts_are_dear() -> None:
    task = failing(many_layers(6), 0.3)
    method = find_method("uploading", "robust")
    cheap = method.solve(task, method.read_parameters({}), Run())
    dear = method.solve(task, method.read_parameters({"pause_s": 60}), Run())
    assert len(dear) < len(cheap)


def test_more_lines_tighten_the_bound_of_a_deep_model(monkeypatch: pytest.MonkeyPatch) -> None:
    task = many_layers(60)
    delays, upload_s = task.query_delays(task.p1_layers), task.layer_upload_s(task.p1_layers)
    ends = delays.of_sets(np.array([[False] * 60, [True] * 60]))
    best = completed(delays, upload_s, np.array([search_order(delays, upload_s, [], 4, Run())]))[0]
    found = []
    for prices in (24, 95, 400):
        monkeypatch.setattr(bound, "PRICES", prices)
        found.append(_under_lines(delays, upload_s, *ends.tolist()))
    assert found[0] > found[1] > found[2] >= best


def test_bound_of_many_layers_is_close() -> None:
    rng = np.random.default_rng(3)
    layers = [(f"layer{n}", int(rng.integers(1e8, 1e9)), int(rng.integers(1e5, 1e7))) for n in range(16)]
    task = task_of(chain(*layers), [1] * 16)
    plan = planned(task, "optimal")
    assert plan.queries_during_upload <= plan.bound_queries <= 1.2 * plan.queries_during_upload


def test_unreachable_servers_and_empty_queries_are_refused() -> None:
    model = chain(("a", 10**9, 10**6))
    task = task_of(chain(("a", 0, 10**6), output_bytes=0), [1])
    with pytest.raises(InputError, match="no time at all"):
        planned(replace(task, cost=replace(task.cost, per_transfer=np.zeros((3, 3)))), "direct")
    values = {
        "format": "dnnmig-scenario",
        "version": 1,
        "servers": [
            {"id": "client", "tier": "client", "compute_ghz": 1.0},
            {"id": "edge", "tier": "edge", "compute_ghz": 1.0},
            {"id": "cloud", "tier": "cloud", "compute_ghz": 1.0},
        ],
        "link_defaults": {"client-edge": {"bandwidth_mb_per_s": 1}, "edge-cloud": {"bandwidth_mb_per_s": 1}},
        "models": [{"id": "m", "zoo": "alexnet"}],
        "users": [{"id": "user", "client": "client", "model": "m"}],
        "costs": {"routing": "direct"},
    }
    problem = compile_problem(Scenario.model_validate(values, strict=False), {"m": LoadedModel(model, Profile())})
    with pytest.raises(InfeasibleError, match="no route leads from 'client' to 'cloud'"):
        UploadTask.of(problem, 0, (np.array([0, 2]),))


def test_partitions_that_are_no_plan_are_refused() -> None:
    task = task_of(chain(("a", 10**9, 10**6), ("b", 10**9, 10**6)), [1, 2])
    for partitions in ([(1, 2)], [(1,)], [(1,), (1,), (2,)], [(1,), (), (2,)]):
        with pytest.raises(InputError, match="every layer of P1"):
            make_uploading_plan(task, "mine", partitions)


def test_models_too_wide_for_tables_are_eliminated() -> None:
    layers = [Layer("input", "input", (), 0, 0, 10**5)]
    layers += [Layer(f"a{n}", "convolution", ("input",), 10**9 + n * 10**8, 10**6, 10**5) for n in range(12)]
    layers.append(Layer("concat", "concat", tuple(f"a{branch}" for branch in range(12)), 10**9, 10**5, 1000))
    model = DnnModel("wide", tuple(layers))
    task = task_of(model, [1] * 13)
    assert isinstance(task.query_delays(task.p1_layers), ByElimination)
    best = planned(task, "optimal").queries_during_upload
    for method in all_methods("uploading"):
        plan = planned(task, method.name)
        assert plan.queries_during_upload <= best * (1 + 1e-9)
        assert plan.stages[-1].query_delay_s == pytest.approx(
            sum(1 + n / 10 for n in range(12)) / 10 + 0.1 + 0.0101 + 0.004
        )


def test_more_layers_than_runs_can_be_compared_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(efficiency, "MOST_LAYERS", 3)
    task = task_of(chain(*[(name, 10**9, 10**6) for name in "abcd"]), [1] * 4)
    for method in ("efficiency", "recursive-efficiency"):
        with pytest.raises(InputError, match=r"4 layers .* more than the 3 .*'ionn'"):
            planned(task, method)
