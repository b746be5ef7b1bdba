"""Tiers stay apart for every colour vision: the check of docs/accessibility.md."""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS / "figures"))
from color_vision import MATRICES, ciede2000, contrast, difference, simulated, table, tier_fills  # noqa: E402

from dnnmig_gui.gui.theme.tokens import DARK, DARK_HIGH, LIGHT, LIGHT_HIGH, Theme  # noqa: E402

PLACES = ("client", "edge", "cloud")
THEMES = {"light": LIGHT, "dark": DARK, "light-high": LIGHT_HIGH, "dark-high": DARK_HIGH}
AT_A_GLANCE = 10.0
"""A CIEDE2000 difference that is seen without looking twice."""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ],
)
def test_differences_are_those_of_the_published_pairs(one: tuple, other: tuple, expected: float) -> None:
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


def test_greys_look_the_same_to_everybody() -> None:
    for grey in (0.0, 0.3, 1.0):
        for vision in MATRICES:
            assert simulated(np.full(3, grey), vision) == pytest.approx(np.full(3, grey), abs=1e-3)


@pytest.mark.parametrize("vision", MATRICES)
def test_the_three_places_are_told_apart_by_everybody(vision: str) -> None:
    fills = tier_fills()
    for one, other in combinations(PLACES, 2):
        assert difference(fills[one], fills[other], vision) > AT_A_GLANCE, (one, other)


@pytest.mark.parametrize("vision", [name for name in MATRICES if name != "greyscale"])
def test_a_failure_is_told_from_places_by_colour_where_there_is_any(vision: str) -> None:
    fills = tier_fills()
    for place in PLACES:
        assert difference(fills["failure"], fills[place], vision) > AT_A_GLANCE, place


@pytest.mark.parametrize(
    "theme", [LIGHT, DARK, LIGHT_HIGH, DARK_HIGH], ids=["light", "dark", "light-high", "dark-high"]
)
@pytest.mark.parametrize("vision", MATRICES)
def test_text_in_the_ink_of_a_tier_is_legible_to_everybody(theme: Theme, vision: str) -> None:
    surface = np.array(theme.surface.getRgbF()[:3])
    for name in (*PLACES, "failure"):
        colors = getattr(theme, name)
        ink, on, fill = (np.array(color.getRgbF()[:3]) for color in (colors.ink, colors.on, colors.fill))
        assert contrast(ink, surface, vision) >= 4.5, name
        # On the fill of a failure stand a cross and a number in bold, never a line of text.
        assert contrast(on, fill, vision) >= (3.0 if name == "failure" else 4.5), name


def test_the_page_has_the_figures_of_today() -> None:
    assert table() in (DOCS / "accessibility.md").read_text()
