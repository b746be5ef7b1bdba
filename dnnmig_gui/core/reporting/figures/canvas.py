"""What every figure stands on: a sheet in pixels, lettering, colours by token, and the way out as SVG or PNG."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape

from dnnmig_gui.core.reporting.palette import LIGHT, STAND_INS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_PX = 960
"""Every figure of a report is this wide."""
DPI = 72
"""At this resolution a point is a pixel."""
FAMILY = "Inter"
_FONTS = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
_PAGE_FONT = "Inter, system-ui, -apple-system, 'Segoe UI', sans-serif"


@cache
def _load_fonts() -> None:
    from matplotlib import font_manager

    for name in _FONTS:
        font_manager.fontManager.addfont(str(files("dnnmig_gui.resources") / "fonts" / name))


@contextmanager
def lettering() -> Iterator[None]:
    """Draw with the product's font and line widths; a `$` in a name is a `$`, not mathematics."""
    import matplotlib as mpl

    _load_fonts()
    settings: Any = {
        "font.family": [FAMILY, "DejaVu Sans"],
        "font.size": 11,
        "svg.fonttype": "none",
        "svg.hashsalt": "dnnmig",
        "text.parse_math": False,
        "axes.unicode_minus": True,
        "axes.linewidth": 1.0,
        "hatch.linewidth": 1.4,
        "figure.dpi": DPI,
        "savefig.dpi": DPI,
        "path.simplify": False,
    }
    chooser = logging.getLogger("matplotlib.font_manager")
    level = chooser.level
    with mpl.rc_context(settings), warnings.catch_warnings():
        # A script that neither font has is drawn by the reader's own fonts: the SVG carries text, not outlines.
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        chooser.setLevel(logging.ERROR)  # it tells of each weight that the second font lacks
        try:
            yield
        finally:
            chooser.setLevel(level)


def sheet(height_px: float, width_px: float = WIDTH_PX) -> tuple[Figure, Axes]:
    """Return a figure whose axes are its pixels: x to the right, y down, nothing drawn yet."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_px / DPI, height_px / DPI), dpi=DPI)
    figure.patch.set_alpha(0)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width_px)
    axes.set_ylim(height_px, 0)
    axes.axis("off")
    return figure, axes


def chart(
    height_px: float, colors: Mapping[str, str], *, left: float = 56, top: float = 36, bottom: float = 28
) -> tuple[Figure, Axes]:
    """Return a figure with axes in data coordinates, a light grid and no frame."""
    from matplotlib.figure import Figure

    right = 12
    figure = Figure(figsize=(WIDTH_PX / DPI, height_px / DPI), dpi=DPI)
    figure.patch.set_alpha(0)
    axes = figure.add_axes(
        (
            left / WIDTH_PX,
            bottom / height_px,
            (WIDTH_PX - left - right) / WIDTH_PX,
            (height_px - top - bottom) / height_px,
        )
    )
    axes.patch.set_alpha(0)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(visible=True, color=colors["line"], linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6, colors=colors["text-3"], labelsize=11)
    return figure, axes


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    color: str,
    *,
    size: float = 11,
    weight: int = 400,
    align: Literal["left", "center", "right"] = "left",
    rotation: float = 0,
) -> None:
    """Write one line, its middle at `y`."""
    axes.text(
        x,
        y,
        text,
        color=color,
        fontsize=size,
        fontweight=weight,
        ha=align,
        va="center_baseline",
        rotation=rotation,
        zorder=7,
    )


def box(
    axes: Axes, x: float, y: float, width: float, height: float, fill: str, *, radius: float = 3, **style: Any
) -> None:
    """Draw a box with round corners, its top left at (x, y)."""
    from matplotlib.patches import FancyBboxPatch

    radius = min(radius, width / 2, height / 2)
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle=f"round,pad=0,rounding_size={radius}",
            facecolor=fill,
            **{"edgecolor": "none", "linewidth": 0, **style},
        )
    )


@cache
def _measured(text: str) -> float:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties(family=FAMILY, weight=500)))
    font.set_size(100, DPI)
    font.set_text(text)
    return float(font.get_width_height()[0]) / 64 / 100


def text_width(text: str, size: float = 11) -> float:
    """Return about how many pixels a text takes; letters of wide scripts, which Inter lacks, count as squares."""
    wide = sum(ord(letter) >= 0x1100 for letter in text)
    known = "".join(letter for letter in text if ord(letter) < 0x1100)
    return (_measured(known) + wide) * size


def fitted(text: str, width_px: float, size: float = 11) -> str:
    """Return the text, or its beginning and an ellipsis, so that it takes no more than `width_px`."""
    if text_width(text, size) <= width_px:
        return text
    kept = text
    while kept and text_width(kept + "\u2026", size) > width_px:
        kept = kept[:-1]
    return kept.rstrip() + "\u2026" if kept else ""


def figure_bytes(figure: Figure, form: Literal["svg", "png", "pdf"], ground: str = LIGHT["surface"]) -> bytes:
    """Return a figure as a file's content: the same bytes for the same figure.

    PNG comes at twice the size and on a ground of this colour, as viewers may be of another.
    """
    stream = io.BytesIO()
    metadata: dict[str, Any] = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}}.get(form, {})
    if form == "png":
        figure.patch.set_facecolor(ground)
        figure.patch.set_alpha(1.0)
    with lettering():
        figure.savefig(stream, format=form, metadata=metadata, dpi=2 * DPI if form == "png" else DPI)
    return stream.getvalue()


def inline_svg(figure: Figure, name: str, title: str) -> str:
    """Return a figure drawn in `STAND_INS` as an SVG element for a page, in the colours of the page's theme.

    Parameters
    ----------
    name
        Unique on the page: it keeps the figure's ids apart from those of others.
    title
        What a reader who cannot see it is told.
    """
    text = figure_bytes(figure, "svg").decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)  # it would hold for the whole page
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    used = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'xlink:href="#([^"]+)"', text))
    text = re.sub(r' id="([^"]+)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    text = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{name}-\1"', text)
    variables = {color: f"var(--{token})" for token, color in STAND_INS.items()}
    text = re.sub(r"#0117[0-9a-f]{2}", lambda found: variables[found[0]], text)
    text = text.replace("'Inter', 'DejaVu Sans'", _PAGE_FONT)
    head_end = text.index(">")
    view = re.search(r'viewBox="([^"]+)"', text[:head_end])
    size = view[1] if view else f"0 0 {WIDTH_PX} {WIDTH_PX}"
    told = escape(title, {'"': "&quot;"})
    return f'<svg viewBox="{size}" role="img" aria-label="{told}"><title>{told}</title>{text[head_end + 1 :]}'


def key_above(axes: Axes, lines: Sequence[Any], colors: Mapping[str, str]) -> None:
    """Name the lines in a row above the chart."""
    axes.legend(
        handles=list(lines),
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=max(1, min(6, len(lines))),
        frameon=False,
        labelcolor=colors["text-2"],
        fontsize=11,
        handlelength=2.6,
        columnspacing=1.8,
        borderpad=0.2,
        borderaxespad=0.3,
    )
