"""Bucket elimination against brute force: tensors with many consumers, one-way and missing links, batches."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dnnmig_gui.core.costs import elimination as module
from dnnmig_gui.core.costs.elimination import Elimination, TooWideError
from dnnmig_gui.core.costs.problem import LinearCost, Tensors

Case = tuple[LinearCost, Tensors, list[np.ndarray], list[np.ndarray]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return a random DAG with several consumers a tensor, on servers without any triangle inequality."""
    servers = draw(st.integers(2, 4))
    layers = draw(st.integers(3, 7 if servers < 4 else 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    many = draw(st.booleans())
    consumers: list[set[int]] = [set() for _ in range(layers)]
    for layer in range(1, layers):
        if many and layer <= 4:
            producers = {0}  # fan out from the first layer ...
        elif many:
            producers = set(range(1, layer))  # ... and join behind
        else:
            producers = set(rng.choice(layer, size=min(layer, int(rng.integers(1, 4))), replace=False).tolist())
        for producer in producers:
            consumers[producer].add(layer)
    for layer in range(layers):
        if not consumers[layer] or rng.random() < 0.1:
            consumers[layer].add(layers)  # a result
    per_byte = rng.choice([0.0, 1.0, 2.0, 5.0, 50.0], size=(servers, servers)) * rng.random((servers, servers))
    per_transfer = np.where(rng.random((servers, servers)) < 0.15, np.inf, rng.random((servers, servers)))
    np.fill_diagonal(per_byte, 0.0)
    np.fill_diagonal(per_transfer, 0.0)
    cost = LinearCost(rng.random((layers, servers)) * 4, per_transfer, per_byte)
    tensors = Tensors(np.arange(layers), rng.random(layers), tuple(tuple(sorted(one)) for one in consumers))
    domains = [np.sort(rng.choice(servers, size=int(rng.integers(1, servers + 1)), replace=False)) for _ in consumers]
    if draw(st.booleans()):
        domains = [np.arange(servers) for _ in consumers]
    batch = draw(st.integers(1, 4))
    execution = []
    for layer, domain in enumerate(domains):
        rows = batch if rng.random() < 0.5 else 1
        costs = cost.execution[layer, domain] * rng.random((rows, len(domain)))
        execution.append(np.where(rng.random(costs.shape) < 0.1, np.inf, costs))
    return cost, tensors, domains, execution


def plan_cost(cost: LinearCost, tensors: Tensors, places: tuple[int, ...], client: int = 0) -> float:
    total = 0.0
    for producer, size, consumers in zip(tensors.producer, tensors.size_bytes, tensors.consumers, strict=True):
        there = {places[layer] if layer < len(places) else client for layer in consumers}
        total += sum(float(cost.transfer(float(size))[places[producer], place]) for place in there)
    return total


def brute_force(case: Case) -> np.ndarray:
    cost, tensors, domains, execution = case
    batch = max(len(costs) for costs in execution)
    best = np.full(batch, np.inf)
    for picks in itertools.product(*(range(len(domain)) for domain in domains)):
        places = tuple(int(domain[pick]) for domain, pick in zip(domains, picks, strict=True))
        run = sum(costs[:, pick] for costs, pick in zip(execution, picks, strict=True))
        best = np.minimum(best, plan_cost(cost, tensors, places) + run)
    return best


@pytest.mark.parametrize("small_table", [0, module.SMALL_TABLE], ids=["shared", "tables"])
@settings(deadline=None, max_examples=150)
@given(case=cases())
def test_elimination_equals_brute_force(case: Case, small_table: int) -> None:
    cost, tensors, domains, execution = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SMALL_TABLE", small_table)
        elimination = Elimination(cost, tensors, domains, client=0)
    expected = brute_force(case)
    minimum, places = elimination.cheapest(execution)
    np.testing.assert_allclose(minimum, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(elimination.minimum(execution), expected, rtol=1e-12, atol=1e-12)
    for row in np.flatnonzero(np.isfinite(minimum)):
        assert all(place in domain for place, domain in zip(places[row], domains, strict=True))
        run = sum(
            costs[row if len(costs) > 1 else 0, int(np.flatnonzero(domain == place)[0])]
            for costs, domain, place in zip(execution, domains, places[row], strict=True)
        )
        found = plan_cost(cost, tensors, tuple(int(place) for place in places[row])) + float(run)
        assert found == pytest.approx(expected[row], rel=1e-12, abs=1e-12)


def fan(consumers: int) -> Tensors:
    """Return a layer with many consumers that one layer joins."""
    last = consumers + 1
    readers = (tuple(range(1, last)), *(((last,),) * consumers), (last + 1,))
    return Tensors(np.arange(last + 1), np.ones(last + 1), readers)


def test_a_tensor_for_many_layers_needs_no_table_over_all_of_them() -> None:
    """Six consumers on 40 servers: a table over them would have 10^11 entries."""
    rng = np.random.default_rng(3)
    tensors, servers = fan(6), 40
    transfer = rng.random((servers, servers)) * (1 - np.eye(servers))
    cost = LinearCost(rng.random((8, servers)), np.zeros((servers, servers)), transfer)
    elimination = Elimination(cost, tensors, [np.arange(servers)] * 8, client=0)
    value, places = elimination.cheapest([row[None] for row in cost.execution])
    assert value[0] == pytest.approx(
        plan_cost(cost, tensors, tuple(places[0])) + cost.execution[np.arange(8), places[0]].sum()
    )
    # No change of one or two layers makes it cheaper.
    for pair in itertools.combinations(range(8), 2):
        for there in rng.integers(servers, size=(40, 2)):
            other = places[0].copy()
            other[list(pair)] = there
            assert (
                plan_cost(cost, tensors, tuple(other)) + cost.execution[np.arange(8), other].sum() >= value[0] - 1e-12
            )


def test_what_is_too_wide_is_refused_in_a_sentence() -> None:
    """Every layer hands its tensor to all layers behind it: nothing can be placed apart."""
    layers, servers = 14, 30
    readers = tuple(tuple(range(layer + 1, layers + (layer == layers - 1))) for layer in range(layers))
    tensors = Tensors(np.arange(layers), np.ones(layers), readers)
    cost = LinearCost(np.ones((layers, servers)), np.zeros((servers, servers)), 1 - np.eye(servers))
    with pytest.raises(TooWideError, match="too wide"):
        Elimination(cost, tensors, [np.arange(servers)] * layers, client=0)
