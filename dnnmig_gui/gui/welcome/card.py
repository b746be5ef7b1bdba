"""The cards of the gallery: an example with its real topology and figures, and the blank canvas."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from dnnmig_gui.core.reporting.numbers import SPACE, seconds_text
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.icons import draw_icon
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.welcome.figures import Figures
from dnnmig_gui.gui.welcome.glimpse import Glimpse
from dnnmig_gui.gui.welcome.thumbnail import paint_topology

RING = 3
"""Room around a card for the ring of the one that has the focus."""
INSET = 8
PAD = 24
TEXT_HEIGHT = 136
PICTURE_SHARE = 212 / 288
DOT_PITCH = 24
ROOMY = 270
"""A card wider than this has the margins of the mock-up, a narrower one has less."""


class Card(QAbstractButton):
    """A card: a picture above, a title, a line, a chip and a figure below."""

    def __init__(self, look: Look, title: str, subtitle: str, chip: str) -> None:
        super().__init__()
        self._look = look
        self._title = title
        self._subtitle = subtitle
        self._chip = chip
        self._hovered = False
        self._by_keyboard = False
        self.setAccessibleName(f"{title}. {subtitle}. {chip}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self.updateGeometry)
        look.changed.connect(self.update)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  Qt's name
        """The picture keeps its shape."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  Qt's name
        """Return the picture's height and that of the texts."""
        return round((width - 2 * (RING + INSET)) * PICTURE_SHARE) + INSET + 2 * RING + self._look.px(TEXT_HEIGHT)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size of the mock-up."""
        return QSize(310, self.heightForWidth(310))

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802  Qt's name
        """Lift it."""
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Let it down."""
        self._hovered = False
        self.update()

    def focusInEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Show the ring where the keyboard led here."""
        keyboard = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.OtherFocusReason)
        self._by_keyboard = event.reason() in keyboard
        super().focusInEvent(event)
        self.update()

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
        """Open by Enter as well as by Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the card."""
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        body = whole.adjusted(RING, RING, -RING, -RING)
        ringed = self._hovered or (self.hasFocus() and self._by_keyboard)
        if ringed or theme.outlines:
            painter.setPen(QPen(theme.accent if ringed else theme.line_strong, 2 if ringed else 1))
            painter.setBrush(theme.surface if self.isDown() else theme.bg)
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), 18, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface)
        painter.drawRoundedRect(body, 16, 16)
        picture = body.adjusted(INSET, INSET, -INSET, 0)
        picture.setHeight(picture.width() * PICTURE_SHARE)
        painter.setBrush(theme.surface_2)
        painter.drawRoundedRect(picture, 10, 10)
        self._paint_picture(painter, picture)
        self._paint_texts(
            painter, QRectF(body.left(), picture.bottom(), body.width(), body.bottom() - picture.bottom())
        )
        painter.end()

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        raise NotImplementedError

    def _paint_figure(self, painter: QPainter, box: QRectF) -> None:
        raise NotImplementedError

    def _figure_width(self) -> float:
        raise NotImplementedError

    def _paint_texts(self, painter: QPainter, box: QRectF) -> None:
        look, theme = self._look, self._look.theme
        pad = PAD if box.width() > ROOMY else 14
        within = 12 if box.width() > ROOMY else 9
        line = QRectF(box.left() + pad, box.top(), box.width() - 2 * pad, 0)
        for text, sizes, weight, color, top, height in (
            (self._title, (17, 15, 14), 600, theme.text, 18, 26),
            (self._subtitle, (13, 12), 400, theme.text_2, 48, 20),
        ):
            font = _fitting(text, [look.font(px, weight) for px in sizes], line.width())
            line.moveTop(box.top() + look.px(top))
            line.setHeight(look.px(height))
            painter.setFont(font)
            painter.setPen(color)
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        line.moveTop(box.top() + look.px(84))
        line.setHeight(look.px(28))
        font = look.font(12, 500)
        room = line.width() - self._figure_width() - 12
        chip = QFontMetricsF(font).elidedText(self._chip, Qt.TextElideMode.ElideRight, max(0.0, room - 2 * within))
        width = QFontMetricsF(font).horizontalAdvance(chip) + 2 * within
        pill = QRectF(line.left(), line.top(), width, line.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.surface_2)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setFont(font)
        painter.setPen(theme.text_2)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, chip)
        self._paint_figure(painter, line)


def _fitting(text: str, fonts: list[QFont], width: float) -> QFont:
    """Return the first font in which a text fits, else the last."""
    return next((font for font in fonts if QFontMetricsF(font).horizontalAdvance(text) <= width), fonts[-1])


class ExampleCard(Card):
    """An example: a click opens it."""

    def __init__(self, look: Look, glimpse: Glimpse) -> None:
        super().__init__(look, tr(glimpse.title), tr(glimpse.subtitle), glimpse.models)
        self.glimpse = glimpse
        self.figures: Figures | None = None
        self.setToolTip(f"<p>{tr(glimpse.story)}</p>" if glimpse.story else tr(glimpse.title))

    @property
    def figure_text(self) -> str:
        """What the plan gains: "2.30 s → 388 ms"; empty until it is known."""
        if self.figures is None:
            return ""
        before, after = seconds_text(self.figures.before_s), seconds_text(self.figures.after_s)
        value, _, unit = before.rpartition(SPACE)
        return f"{value if after.endswith(SPACE + unit) else before} → {after}"

    def show_figures(self, figures: Figures) -> None:
        """Show what planning found."""
        self.figures = figures
        glimpse = self.glimpse
        self.setAccessibleName(
            tr("{title}. {subtitle}. {models}. Delay of a query before and after: {delays}").format(
                title=tr(glimpse.title),
                subtitle=tr(glimpse.subtitle),
                models=glimpse.models,
                delays=self.figure_text,
            )
        )
        self.update()

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        inner = box.adjusted(16, 16, -16, -16)
        ways = self.figures.ways if self.figures else ()
        paint_topology(painter, self.glimpse, ways, inner, self._look.theme)

    def _figure_width(self) -> float:
        return QFontMetricsF(self._look.font(13, 600)).horizontalAdvance(self.figure_text)

    def _paint_figure(self, painter: QPainter, box: QRectF) -> None:
        painter.setFont(self._look.font(13, 600))
        painter.setPen(self._look.theme.accent_ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.figure_text)


class BlankCard(Card):
    """The way to a scenario of one's own."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, tr("Blank canvas"), tr("Draw your own servers and links"), tr("Any model"))

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        theme = self._look.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.line_strong)
        columns, rows = int(box.width() // DOT_PITCH) - 1, int(box.height() // DOT_PITCH) - 1
        left = box.center().x() - (columns - 1) * DOT_PITCH / 2
        top = box.center().y() - (rows - 1) * DOT_PITCH / 2
        for column in range(columns):
            for line in range(rows):
                painter.drawEllipse(QRectF(left + column * DOT_PITCH - 1.4, top + line * DOT_PITCH - 1.4, 2.8, 2.8))
        disc = QRectF(0, 0, 56, 56)
        disc.moveCenter(box.center())
        painter.setBrush(theme.accent_soft)
        painter.drawEllipse(disc)
        draw_icon(painter, "add", disc.adjusted(15, 15, -15, -15), theme.accent_ink)

    def _figure_width(self) -> float:
        return 20

    def _paint_figure(self, painter: QPainter, box: QRectF) -> None:
        place = QRectF(box.right() - 16, box.center().y() - 9, 18, 18)
        draw_icon(painter, "chevron-right", place, self._look.theme.accent_ink)
