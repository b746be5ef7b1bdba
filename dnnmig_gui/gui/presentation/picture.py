"""The presentation as a picture: a pure function of the scene, the size and a time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from dnnmig_gui.core.simulation.trace import SliceKind
from dnnmig_gui.gui.charts.axis import TimeAxis, seconds_label, seconds_ticks
from dnnmig_gui.gui.charts.brushwork import Brushwork
from dnnmig_gui.gui.charts.clip import clipped
from dnnmig_gui.gui.charts.lane_painter import paint_lane
from dnnmig_gui.gui.charts.lanes import BED, SLICE
from dnnmig_gui.gui.charts.lettering import BOLD, MEDIUM, draw_text, faded, metrics, text_width
from dnnmig_gui.gui.charts.slices import paint_diamond
from dnnmig_gui.gui.charts.staircase import DelayScale, Stairs, label_tops, paint_delay_axis, paint_stairs
from dnnmig_gui.gui.charts.texts import clock_text
from dnnmig_gui.gui.presentation.scene import Headline, Scene
from dnnmig_gui.gui.presentation.servers import paint_servers
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.tokens import Theme

WIDTH, HEIGHT = 1600.0, 1000.0
"""The page is drawn on at least so many units; a unit is a pixel of a screen of that size."""
LEAST_TEXT_PX = 24
EDGE = 56.0
HEAD = 208.0
CAPTION = 112.0
LANE_PITCH = 29.0
NAMED = ("ionn", "direct")
"""Methods beside the followed one; more lines would not be told apart from the last row."""


@dataclass(frozen=True)
class Sheet:
    """A page of a size.

    Parameters
    ----------
    width, height
        Units.
    scale
        Pixels a unit.
    px
        Size of the smallest text, in units.
    """

    width: float
    height: float
    scale: float
    px: int

    @classmethod
    def of(cls, size: QSizeF) -> Sheet:
        """Return the page that fills a screen."""
        scale = max(1e-3, min(size.width() / WIDTH, size.height() / HEIGHT))
        px = max(26, math.ceil(LEAST_TEXT_PX / scale))
        return cls(size.width() / scale, size.height() / scale, scale, px)


def paint_page(painter: QPainter, size: QSizeF, scene: Scene | None, t: float, theme: Theme, caption: str = "") -> None:
    """Draw the whole page.

    Parameters
    ----------
    caption
        Stands below instead of what the scene has to say.
    """
    sheet = Sheet.of(size)
    painter.save()
    painter.scale(sheet.scale, sheet.scale)
    painter.fillRect(QRectF(0, 0, sheet.width, sheet.height), theme.bg)
    if scene is not None:
        _paint_heads(painter, sheet, scene, t, theme)
        left = QRectF(EDGE, HEAD + 24, 0.35 * sheet.width, sheet.height - CAPTION - HEAD - 48)
        paint_servers(painter, left, scene, t, theme, sheet.px)
        names = 0.35 * sheet.width + EDGE + 30
        rect = QRectF(names, HEAD + 32, sheet.width - EDGE - names, sheet.height - CAPTION - HEAD - 52)
        _paint_run(painter, rect, scene, t, theme, sheet.px / 11)
    _paint_caption(painter, sheet, scene, t, theme, caption)
    painter.restore()


def _paint_heads(painter: QPainter, sheet: Sheet, scene: Scene, t: float, theme: Theme) -> None:
    room = sheet.width - 2 * EDGE
    # Room for the widest that each ever gets, so that nothing moves while the numbers change.
    moments = [scene.headlines(scene.run.end_s * share) for share in (0.0, 0.1, 0.3, 0.6, 1.0)]
    large = 112
    while True:
        widths = [max(_head_width(heads[place], large, sheet.px) for heads in moments) for place in range(3)]
        if sum(widths) + 2 * 36 <= room or large <= 64:
            break
        large -= 4
    gap = max(24.0, (room - sum(widths)) / 2)
    left = EDGE
    for number, (head, width) in enumerate(zip(scene.headlines(t), widths, strict=True)):
        color = theme.accent_ink if number == 0 else theme.text
        _paint_head(painter, sheet, head, QRectF(left, 0, width + 8, HEAD), large, color, theme)
        left += width + gap
    painter.setPen(QPen(theme.line, 2))
    painter.drawLine(QPointF(EDGE, HEAD), QPointF(sheet.width - EDGE, HEAD))


def _head_width(head: Headline, large: int, px: int) -> float:
    """Return the width of a number with its unit and the lines beside it."""
    lines = max(text_width(head.first, px, BOLD), text_width(head.second, px))
    return _width(head.number, large) + 8 + _width(head.unit, 44) + 24 + lines


def _paint_head(
    painter: QPainter, sheet: Sheet, head: Headline, rect: QRectF, large: int, color: QColor, theme: Theme
) -> None:
    base = 152.0
    painter.setPen(color)
    painter.setFont(font(large, display=True))
    painter.drawText(QPointF(rect.left(), base), head.number)
    x = rect.left() + _width(head.number, large) + 8
    painter.setFont(font(44, display=True))
    painter.drawText(QPointF(x, base), head.unit)
    x += _width(head.unit, 44) + 24
    for text, weight, ink, y in ((head.first, BOLD, theme.text, 102.0), (head.second, 400, theme.text_2, 144.0)):
        painter.setFont(font(sheet.px, weight))
        painter.setPen(ink)
        shown = metrics(sheet.px, weight).elidedText(text, Qt.TextElideMode.ElideRight, rect.right() - x + 16)
        painter.drawText(QPointF(x, y), shown)


def _width(text: str, px: int) -> float:
    return QFontMetricsF(font(px, display=True)).horizontalAdvance(text)


def _paint_run(painter: QPainter, rect: QRectF, scene: Scene, t: float, theme: Theme, k: float) -> None:
    """Draw staircase and lanes: the same as on the timeline, `k` times as large."""
    painter.save()
    painter.translate(rect.topLeft())
    painter.scale(k, k)
    width, height = rect.width() / k, rect.height() / k
    names = 12 + max((text_width(title, 11, BOLD) for title, _, _ in scene.lanes), default=0.0) + 12
    axis = TimeAxis()
    axis.place(names, width - names)
    axis.set_run(scene.run.end_s)
    axis.show(*scene.window(t))
    lanes = LANE_PITCH * len(scene.lanes)
    ruler = 22.0
    chart = QRectF(names, 2, axis.width, max(40.0, height - lanes - ruler - 8))
    lanes_top = chart.bottom() + 8
    bottom = lanes_top + lanes
    x = min(max(axis.x(t), axis.left), axis.right)
    painter.setPen(QPen(theme.line, 0.8))
    ticks = seconds_ticks(axis.start, axis.stop, max(2, int(axis.width / 70)))
    for tick in ticks:
        painter.drawLine(QPointF(axis.x(tick.value), 0), QPointF(axis.x(tick.value), bottom))
    stairs = [line for line in scene.stairs if line.followed or line.method in NAMED]
    scale = DelayScale.of(stairs, chart)
    paint_delay_axis(painter, scale, theme)
    _paint_beds(painter, scene, axis, lanes_top, theme)
    for past, low, high in ((True, axis.left, x), (False, x, axis.right)):
        if high > low:
            with clipped(painter, QRectF(low, -4, high - low, bottom + 4)):
                paint_stairs(painter, stairs, axis, scale, theme, (axis.start, axis.stop), past=past)
                work = Brushwork(axis, theme, (axis.start, axis.stop), past)
                for place, (_, _, row) in enumerate(scene.lanes):
                    top = lanes_top + place * LANE_PITCH + (LANE_PITCH - 5 - SLICE) / 2
                    paint_lane(painter, row, top, work, scene.texts)
    _paint_confirms(painter, scene, axis, lanes_top, t, theme)
    _paint_names(painter, stairs, axis, scale, theme, t)
    _paint_now(painter, axis, stairs, scale, t, bottom, theme)
    pill = _paint_pill(painter, axis, t, bottom, theme, scene.story_s)
    for tick in ticks:
        half = text_width(tick.label) / 2
        center = min(axis.x(tick.value), axis.right - half)
        if center + half + 5 < pill.left() or center - half - 5 > pill.right():
            box = QRectF(center - half - 1, bottom + 3, 2 * half + 2, 18)
            draw_text(painter, box, tick.label, theme.text_2, weight=MEDIUM, align=Qt.AlignmentFlag.AlignHCenter)
    painter.restore()


def _paint_beds(painter: QPainter, scene: Scene, axis: TimeAxis, top: float, theme: Theme) -> None:
    for place, (title, tier, _) in enumerate(scene.lanes):
        y = top + place * LANE_PITCH
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(QRectF(axis.left, y, axis.width, LANE_PITCH - 5), 4, 4)
        painter.setBrush(theme.text_3 if tier is None else theme.tier(tier).fill)
        painter.drawRoundedRect(QRectF(axis.left - 9, y + 1, 3.6, LANE_PITCH - 7), 1.8, 1.8)
        ink = theme.text if tier is None else theme.tier(tier).ink
        box = QRectF(0, y, axis.left - 14, LANE_PITCH - 5)
        draw_text(painter, box, title, ink, weight=BOLD, align=Qt.AlignmentFlag.AlignRight)


def _paint_confirms(painter: QPainter, scene: Scene, axis: TimeAxis, top: float, t: float, theme: Theme) -> None:
    trace = scene.run.trace
    rows = trace.of_kind(SliceKind.CONFIRM)
    rows = rows[trace.user[rows] == scene.user]
    for when in trace.start[rows].tolist():
        if axis.start <= when <= axis.stop:
            paint_diamond(painter, axis.x(when), top + BED / 2 + 1, theme, arrived=when <= t)


def _paint_names(
    painter: QPainter, stairs: list[Stairs], axis: TimeAxis, scale: DelayScale, theme: Theme, t: float
) -> None:
    """Write at each line whose it is, and for the others when they first get faster."""
    wanted: list[tuple[float, str, QColor, float]] = []
    for line in stairs:
        x = axis.x(float(line.start[1])) if len(line.start) > 1 else math.inf
        y = scale.y(float(line.delay[0]))
        if line.followed:
            last = line.value(min(max(axis.start, t), axis.stop))
            low = scale.y(last) if last is not None else scale.rect.bottom()
            if scale.rect.bottom() - low > 20:
                wanted.append((scale.rect.bottom() - 17, line.title, line.ink(theme), axis.left + 6))
            elif (end := line.value(axis.stop)) is not None:
                left = axis.right - text_width(line.title, 11, BOLD) - 2
                wanted.append((scale.y(end) - 19, line.title, line.ink(theme), left))
            continue
        if x <= axis.right - 20:
            text = f"{line.title}: from {seconds_label(float(line.start[1]), axis.span / 200)}"
            after = scale.y(float(line.delay[1]))
            left = x + 5 if x + 5 + text_width(text, 11, BOLD) < axis.right else x - 5 - text_width(text, 11, BOLD)
            wanted.append(((y + after) / 2 - 8, text, line.ink(theme), left))
        elif len(line.start) > 1:
            text = f"{line.title}: nothing until {seconds_label(float(line.start[1]), line.until / 100)}"
            wanted.append((y + 5, text, line.ink(theme), axis.right - text_width(text, 11, BOLD) - 2))
    wanted.sort(key=lambda one: one[0])
    tops = label_tops([one[0] for one in wanted], scale.rect.top(), scale.rect.bottom() + 2, 15.0)
    for (_, text, ink, left), top in zip(wanted, tops, strict=True):
        width = text_width(text, 11, BOLD)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(theme.bg, 0.7))
        painter.drawRoundedRect(QRectF(left - 2, top, width + 4, 15), 3, 3)
        draw_text(painter, QRectF(left, top, width + 2, 15), text, ink, weight=BOLD)


def _paint_now(
    painter: QPainter, axis: TimeAxis, stairs: list[Stairs], scale: DelayScale, t: float, bottom: float, theme: Theme
) -> None:
    x = axis.x(t)
    if not axis.left - 0.5 <= x <= axis.right + 0.5:
        return
    painter.setPen(QPen(theme.accent, 1.2))
    painter.drawLine(QPointF(x, -4), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    for line in stairs:
        value = line.value(t)
        if value is not None:
            painter.setBrush(theme.bg)
            painter.drawEllipse(QPointF(x, scale.y(value)), 4.8, 4.8)
            painter.setBrush(line.color(theme))
            painter.drawEllipse(QPointF(x, scale.y(value)), 3.4, 3.4)


def _paint_pill(painter: QPainter, axis: TimeAxis, t: float, bottom: float, theme: Theme, span: float) -> QRectF:
    text = clock_text(t, span)
    width = text_width(text, 11, BOLD) + 18
    center = min(max(axis.x(t), axis.left + width / 2 - 10), axis.right - width / 2)
    pill = QRectF(center - width / 2, bottom + 2, width, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent)
    painter.drawRoundedRect(pill, 9, 9)
    draw_text(painter, pill, text, theme.on_accent, weight=BOLD, align=Qt.AlignmentFlag.AlignHCenter)
    return pill


def _paint_caption(painter: QPainter, sheet: Sheet, scene: Scene | None, t: float, theme: Theme, caption: str) -> None:
    """Write what is happening, as large as it fits on one line or two, above the line of progress."""
    band = QRectF(0, sheet.height - CAPTION, sheet.width, CAPTION)
    painter.fillRect(band, theme.surface)
    text = caption or (scene.caption(t) if scene is not None else "")
    box = band.adjusted(EDGE, 4, -EDGE, -8)
    px = 40
    flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    while px > sheet.px:
        needed = QFontMetricsF(font(px, BOLD)).boundingRect(box, flags, text)
        if needed.height() <= box.height() and (px <= 32 or needed.height() < 1.5 * px):
            break
        px -= 2
    painter.setFont(font(px, BOLD))
    painter.setPen(theme.text)
    painter.drawText(box, flags, text)
    if scene is not None and scene.run.end_s > 0:
        painter.fillRect(QRectF(0, sheet.height - 6, sheet.width, 6), theme.surface_3)
        share = min(1.0, t / scene.run.end_s)
        painter.fillRect(QRectF(0, sheet.height - 6, share * sheet.width, 6), theme.accent)
