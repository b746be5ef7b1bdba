"""Colour tokens of the design language, light and dark. No colour is written anywhere else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from dnnmig_gui.core.topology import Tier


@dataclass(frozen=True)
class TierColors:
    """Colours of a tier: `fill` with `on` as its text, `ink` for text on surfaces, `line` for strokes and hatches."""

    fill: QColor
    on: QColor
    ink: QColor
    tint: QColor
    line: QColor


@dataclass(frozen=True)
class Theme:
    """All colours of one theme."""

    name: Literal["light", "dark"]
    bg: QColor
    surface: QColor
    surface_2: QColor
    surface_3: QColor
    line: QColor
    line_strong: QColor
    text: QColor
    text_2: QColor
    text_3: QColor
    accent: QColor
    on_accent: QColor
    accent_soft: QColor
    accent_ink: QColor
    series_1: QColor
    series_2: QColor
    client: TierColors
    edge: TierColors
    cloud: TierColors
    failure: TierColors
    outlines: bool = False
    """Whether shapes of a tier have an outline of 1 px in its ink: high contrast."""

    def outline(self, colors: TierColors) -> QPen:
        """Return the pen around a shape filled with a tier's colour: its ink in high contrast, else none."""
        return QPen(colors.ink, 1) if self.outlines else QPen(Qt.PenStyle.NoPen)

    def tier(self, tier: Tier) -> TierColors:
        """Return the colours of a tier."""
        return {"client": self.client, "edge": self.edge, "cloud": self.cloud}[tier]


def _theme(name: Literal["light", "dark"], tiers: dict[str, tuple[str, str, str, str, str]], **colors: str) -> Theme:
    values: dict[str, Any] = {key: QColor(value) for key, value in colors.items()}
    values |= {key: TierColors(*(QColor(value) for value in five)) for key, five in tiers.items()}
    return Theme(name=name, **values)


LIGHT = _theme(
    "light",
    {
        "client": ("#E69F00", "#2A1C00", "#7A5000", "#FCF1D9", "#E69F00"),
        "edge": ("#009E73", "#00211A", "#00614A", "#DBF2EA", "#009E73"),
        "cloud": ("#0072B2", "#FFFFFF", "#00578A", "#DAEBF7", "#0072B2"),
        "failure": ("#D55E00", "#1F0D00", "#9C3E00", "#FBE4D6", "#D55E00"),
    },
    bg="#ECEEF1",
    surface="#FFFFFF",
    surface_2="#F5F6F8",
    surface_3="#E7EAEE",
    line="#E1E5EA",
    line_strong="#C5CCD5",
    text="#15191F",
    text_2="#454E5B",
    text_3="#5D6775",
    accent="#5B45E0",
    on_accent="#FFFFFF",
    accent_soft="#ECE9FD",
    accent_ink="#4A35C8",
    series_1="#3F4854",
    series_2="#8A94A3",
)

DARK = _theme(
    "dark",
    {
        "client": ("#E69F00", "#2A1C00", "#FFC552", "#3A2C0C", "#F0AE2B"),
        "edge": ("#009E73", "#00211A", "#4AD3A8", "#0C3428", "#2CBB8F"),
        "cloud": ("#0072B2", "#FFFFFF", "#7CC5F4", "#0B2E47", "#4AA8E6"),
        "failure": ("#D55E00", "#1F0D00", "#FF9F69", "#42210D", "#F07A2E"),
    },
    bg="#0C0E12",
    surface="#16191F",
    surface_2="#1D2128",
    surface_3="#2A303A",
    line="#272D36",
    line_strong="#434C59",
    text="#F1F3F6",
    text_2="#BCC4CF",
    text_3="#97A1AF",
    accent="#9B8AFF",
    on_accent="#140C3B",
    accent_soft="#2B2553",
    accent_ink="#BDB1FF",
    series_1="#C9D0DA",
    series_2="#7C8796",
)


def high_contrast(theme: Theme) -> Theme:
    """Return a theme with stronger text and lines, and with outlines around what has a tier's colour."""
    tiers = {name: getattr(theme, name) for name in ("client", "edge", "cloud", "failure")}
    return replace(
        theme,
        text_2=theme.text,
        text_3=theme.text_2,
        line=theme.line_strong,
        line_strong=theme.text_3,
        outlines=True,
        **{name: replace(colors, line=colors.ink) for name, colors in tiers.items()},
    )


LIGHT_HIGH = high_contrast(LIGHT)
DARK_HIGH = high_contrast(DARK)
