"""The page on drawing names every preset with its source."""

from pathlib import Path

import pytest

from dnnmig_gui.core.scenario.presets import LINK_PRESETS, SERVER_PRESETS, Preset


@pytest.mark.parametrize("preset", [*SERVER_PRESETS, *LINK_PRESETS], ids=lambda preset: preset.name)
def test_the_page_tells_where_a_preset_comes_from(checkout: Path, preset: Preset) -> None:
    (row,) = [
        line
        for line in (checkout / "docs" / "drawing.md").read_text().splitlines()
        if line.startswith(f"| {preset.name} |")
    ]
    assert row.endswith(f"| {preset.source} | {preset.estimated} |")
    for value in preset.stated.values():
        assert value is None or f"{value:g} " in row
