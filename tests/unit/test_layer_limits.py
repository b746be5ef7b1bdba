"""Pins and bars of layers: whatever was set before, the layers named change and the others do not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dnnmig_gui.core.scenario.layer_limits import (
    Limits,
    bar_layers,
    bars_on,
    free_layers,
    pin_layers,
    pins_on,
    unbar_layers,
    unpin_layers,
)
from dnnmig_gui.core.scenario.schema import BarLimit, PinLimit, User

MODEL = ("a", "b", "c", "d")
PLACES = ("client", "edge", "cloud", "edge-1", "cloud-2")

some_layers = st.lists(st.sampled_from(MODEL), min_size=1, unique=True).map(tuple)
named = st.one_of(some_layers, st.just(("*",)))
places = st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True)
limit = st.one_of(
    st.builds(lambda layers, to: PinLimit(limit="pin", layers=layers, to=tuple(to)), named, places),
    st.builds(
        lambda layers, off: BarLimit.model_validate({"limit": "bar", "layers": layers, "from": tuple(off)}),
        named,
        places,
    ),
)
limits = st.lists(limit, max_size=4).map(tuple)


def state(given_limits: Limits) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    return {layer: (pins_on(given_limits, layer), bars_on(given_limits, layer)) for layer in MODEL}


@given(limits, some_layers, st.sampled_from(PLACES))
def test_pinning(before: Limits, layers: tuple[str, ...], place: str) -> None:
    after = state(pin_layers(before, layers, place, MODEL))
    for layer, (pins, bars) in state(before).items():
        assert after[layer] == (frozenset({place}) if layer in layers else pins, bars)


@given(limits, some_layers, st.sampled_from(PLACES))
def test_barring_and_letting_run_again(before: Limits, layers: tuple[str, ...], place: str) -> None:
    barred = bar_layers(before, layers, place)
    freed = unbar_layers(barred, layers, place, MODEL)
    for layer, (pins, bars) in state(before).items():
        mine = layer in layers
        assert state(barred)[layer] == (pins, bars | {place} if mine else bars)
        assert state(freed)[layer] == (pins, bars - {place} if mine else bars)


@given(limits, some_layers)
def test_removing(before: Limits, layers: tuple[str, ...]) -> None:
    free, unpinned = state(free_layers(before, layers, MODEL)), state(unpin_layers(before, layers, MODEL))
    for layer, (pins, bars) in state(before).items():
        assert free[layer] == ((frozenset(), frozenset()) if layer in layers else (pins, bars))
        assert unpinned[layer] == (frozenset() if layer in layers else pins, bars)


@given(limits, some_layers, st.sampled_from(PLACES))
def test_what_comes_out_is_a_document(before: Limits, layers: tuple[str, ...], place: str) -> None:
    for after in (
        pin_layers(before, layers, place, MODEL),
        bar_layers(before, layers, place),
        unbar_layers(before, layers, place, MODEL),
    ):
        user = User(id="u", client="c", model="m", limits=after)
        assert User.model_validate(user.model_dump(by_alias=True)) == user


def test_layers_barred_together_stay_in_one_limit() -> None:
    once = bar_layers((), ("a", "b"), "edge")
    twice = bar_layers(once, ("a", "b"), "cloud-2")
    assert [one.from_ for one in twice if isinstance(one, BarLimit)] == [("edge", "cloud-2")]
    assert bar_layers(twice, ("a",), "edge") == twice
