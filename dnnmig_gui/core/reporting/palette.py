"""The colours of reports and figures: the tokens of the design language, by name, light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dnnmig_gui.core.topology import Tier

TOKENS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "bg": ("#ECEEF1", "#0C0E12"),
        "surface": ("#FFFFFF", "#16191F"),
        "surface-2": ("#F5F6F8", "#1D2128"),
        "surface-3": ("#E7EAEE", "#2A303A"),
        "line": ("#E1E5EA", "#272D36"),
        "line-strong": ("#C5CCD5", "#434C59"),
        "text": ("#15191F", "#F1F3F6"),
        "text-2": ("#454E5B", "#BCC4CF"),
        "text-3": ("#5D6775", "#97A1AF"),
        "accent": ("#5B45E0", "#9B8AFF"),
        "on-accent": ("#FFFFFF", "#140C3B"),
        "accent-soft": ("#ECE9FD", "#2B2553"),
        "accent-ink": ("#4A35C8", "#BDB1FF"),
        "series-1": ("#3F4854", "#C9D0DA"),
        "series-2": ("#8A94A3", "#7C8796"),
        "client": ("#E69F00", "#E69F00"),
        "client-on": ("#2A1C00", "#2A1C00"),
        "client-ink": ("#7A5000", "#FFC552"),
        "client-tint": ("#FCF1D9", "#3A2C0C"),
        "client-line": ("#E69F00", "#F0AE2B"),
        "edge": ("#009E73", "#009E73"),
        "edge-on": ("#00211A", "#00211A"),
        "edge-ink": ("#00614A", "#4AD3A8"),
        "edge-tint": ("#DBF2EA", "#0C3428"),
        "edge-line": ("#009E73", "#2CBB8F"),
        "cloud": ("#0072B2", "#0072B2"),
        "cloud-on": ("#FFFFFF", "#FFFFFF"),
        "cloud-ink": ("#00578A", "#7CC5F4"),
        "cloud-tint": ("#DAEBF7", "#0B2E47"),
        "cloud-line": ("#0072B2", "#4AA8E6"),
        "failure": ("#D55E00", "#D55E00"),
        "failure-ink": ("#9C3E00", "#FF9F69"),
        "failure-tint": ("#FBE4D6", "#42210D"),
    }
)
"""Token -> (light, dark). Tier colours mean place only: never status, never a method."""

LIGHT: Mapping[str, str] = MappingProxyType({name: pair[0] for name, pair in TOKENS.items()})
DARK: Mapping[str, str] = MappingProxyType({name: pair[1] for name, pair in TOKENS.items()})
STAND_INS: Mapping[str, str] = MappingProxyType(
    {name: f"#0117{number:02x}" for number, name in enumerate(TOKENS, start=1)}
)
"""Token -> a colour used for nothing else, which becomes ``var(--token)`` in a figure that follows the page's theme."""


def tier_token(tier: Tier, part: str = "") -> str:
    """Return the token of a tier's colour; `part` is ``on``, ``ink``, ``tint`` or ``line``, none for its fill."""
    return f"{tier}-{part}" if part else tier


def css_variables() -> str:
    """Return the CSS that declares every token, light unless the reader's system is dark; light on paper."""

    def block(colors: Mapping[str, str]) -> str:
        return ":root{" + "".join(f"--{name}:{color};" for name, color in colors.items()) + "}"

    return block(LIGHT) + "@media (prefers-color-scheme:dark){" + block(DARK) + "}@media print{" + block(LIGHT) + "}"
