"""Which slices are drawn, and how: laws against a plain count over pixels."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dnnmig_gui.gui.charts.series import LEVELS, NARROW_PX, Series, draw_list

WIDTH = 200.0


@st.composite
def series(draw: st.DrawFn) -> Series:
    """Slices that may touch or overlap."""
    pairs = draw(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 8)), max_size=60))
    start = np.sort(np.array([pair[0] for pair in pairs], dtype=np.float64))
    end = start + np.array([pair[1] for pair in pairs], dtype=np.float64)
    return Series("solid", "edge", np.arange(len(pairs)), start, end)


@given(slices=series(), low=st.floats(0, 100), span=st.floats(0.01, 50))
def test_within_holds_all_that_touch_the_view(slices: Series, low: float, span: float) -> None:
    found = slices.within(low, low + span)
    touching = np.flatnonzero((slices.end >= low) & (slices.start <= low + span))
    assert set(touching) <= set(range(found.start, found.stop))


@given(slices=series())
def test_coverage_is_that_of_the_union(slices: Series) -> None:
    edges = np.linspace(0, 110, 23)
    covered = slices.covered(edges)
    points = np.linspace(0, 110, 22 * 400, endpoint=False)
    inside = np.zeros(len(points), dtype=bool)
    for start, end in zip(slices.start, slices.end, strict=True):
        inside |= (points >= start) & (points < end)
    assert np.allclose(covered, inside.reshape(22, 400).mean(axis=1), atol=0.08)


@given(slices=series(), t=st.floats(0, 110))
def test_at(slices: Series, t: float) -> None:
    row = slices.at(t)
    there = np.flatnonzero((slices.start <= t) & (slices.end >= t))
    assert (row is None) == (len(there) == 0)
    assert row is None or row == there.max()


@given(slices=series(), low=st.floats(0, 90), span=st.floats(0.5, 60))
def test_every_slice_is_drawn_and_nothing_else(slices: Series, low: float, span: float) -> None:
    stop = low + span
    drawn = draw_list(slices, 0.0, WIDTH, low, stop, low, stop)
    scale = WIDTH / span
    shown = [*zip(drawn.left, drawn.right, strict=True), *((left, right) for left, right, _ in drawn.strips)]
    for start, end in zip(slices.start, slices.end, strict=True):
        if end > low and start < stop:
            x = (max(start, low) - low) * scale
            assert any(left - 1 <= x <= right + 1 for left, right in shown)
    for left, right in shown:
        touched = (slices.end >= low + (left - 1) / scale) & (slices.start <= low + (right + 1) / scale)
        assert touched.any()
    assert all(0 < density <= 1 for _, _, density in drawn.strips)
    assert all(abs(density * LEVELS - round(density * LEVELS)) < 1e-9 for _, _, density in drawn.strips)


@given(count=st.integers(1000, 5000))
def test_dense_views_cost_pixels_not_slices(count: int) -> None:
    start = np.arange(count) * 0.01
    slices = Series("solid", "edge", np.arange(count), start, start + 0.005)
    drawn = draw_list(slices, 0.0, WIDTH, 0.0, count * 0.01, 0.0, count * 0.01)
    assert len(drawn.left) == 0
    assert 1 <= len(drawn.strips) <= WIDTH + 1
    assert np.allclose([density for _, _, density in drawn.strips], 0.6, atol=0.21)


def test_a_short_slice_that_stands_alone_stays_a_slice() -> None:
    slices = Series("solid", "edge", np.arange(2), np.array([10.0, 50.0]), np.array([10.01, 60.0]))
    drawn = draw_list(slices, 0.0, WIDTH, 0.0, 100.0, 0.0, 100.0)
    assert drawn.strips == []
    assert drawn.right[0] - drawn.left[0] >= NARROW_PX - 1
