"""How the window is divided: splitters that resize and collapse, and a layout that is remembered."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QWidget

from dnnmig_gui.gui.borders import GUTTER, Borders
from dnnmig_gui.gui.language import tr

LIBRARY_WIDTH = 200
INSPECTOR_WIDTH = 320
TIMELINE_HEIGHT = 376
LEAST_TIMELINE_HEIGHT = 200
LARGE_TIMELINE_HEIGHT = 280
"""The least where text is larger and the column scrolls anyway: enough for some lanes."""
LEAST_TOPOLOGY_HEIGHT = 140
LEAST_DNN_HEIGHT = 154
"""A chain with its brackets above, the texts of its bars and the overview below."""
DNN_HEIGHT = 184
_KEY = "layout"


class Docks(QWidget):
    """Library, topology over DNN, timeline below them, inspector at full height."""

    def __init__(
        self, library: QWidget, topology: QWidget, dnn: QWidget, timeline: QWidget, inspector: QWidget
    ) -> None:
        super().__init__()
        self.parts = {"library": library, "dnn": dnn, "timeline": timeline, "inspector": inspector}
        self._topology = topology
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._centre = Borders(down, "centre", topology, dnn, tr("Height of the model"))
        self._upper = Borders(across, "upper", library, self._centre, tr("Width of the library"))
        self._left = Borders(down, "left", self._upper, timeline, tr("Height of the timeline"))
        self._whole = Borders(across, "whole", _Column(self._left), inspector, tr("Width of the inspector"))
        self._splitters = (self._centre, self._upper, self._left, self._whole)
        for splitter, grows in ((self._centre, 0), (self._upper, 1), (self._left, 0), (self._whole, 0)):
            splitter.setStretchFactor(grows, 1)
            splitter.setStretchFactor(1 - grows, 0)
        self._centre.setCollapsible(0, False)
        self._upper.setCollapsible(1, False)
        self._left.setCollapsible(0, False)
        self._whole.setCollapsible(0, False)
        library.setMinimumWidth(160)
        inspector.setMinimumWidth(280)
        self._by_hand = False
        self._drawn: dict[str, int] = {}
        self._room = QSize()
        """Sizes of the parts as drawn by hand, and the size of all when they were."""
        self._text_percent = 100
        self._set_least()
        for splitter in self._splitters:
            splitter.splitterMoved.connect(self._keep_sizes)
        box = QHBoxLayout(self)
        box.setContentsMargins(GUTTER, GUTTER, GUTTER, GUTTER)
        box.addWidget(self._whole)

    def _px(self, px: int) -> int:
        return round(px * self._text_percent / 100)

    def _least_timeline(self) -> int:
        return self._px(LEAST_TIMELINE_HEIGHT if self._text_percent <= 125 else LARGE_TIMELINE_HEIGHT)

    def _set_least(self) -> None:
        """Let no canvas get so low that its text is cut: where that is more than the window has, the column scrolls."""
        self._topology.setMinimumSize(320, self._px(LEAST_TOPOLOGY_HEIGHT))
        self.parts["dnn"].setMinimumHeight(self._px(LEAST_DNN_HEIGHT))
        self.parts["timeline"].setMinimumHeight(self._least_timeline())

    def follow_text(self, percent: int) -> None:
        """Give the parts that hold text more room where text is larger, without taking the canvases'."""
        if percent != self._text_percent:
            self._text_percent = percent
            self._set_least()
            if not self._by_hand:
                self._share_out()

    def reset(self) -> None:
        """Show every part and give it its first size."""
        for part in self.parts.values():
            part.show()
        self._by_hand = False
        self._share_out()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Share the new size out as at first, or as somebody has drawn the borders by hand."""
        super().resizeEvent(event)
        if self._by_hand:
            self._fit_drawn()
        else:
            self._share_out()

    def _keep_sizes(self) -> None:
        self._by_hand = True
        self._room = self.size()
        self._drawn = {
            name: self._splitter_of(part).sizes()[self._splitter_of(part).indexOf(part)]
            for name, part in self.parts.items()
            if not part.isHidden()
        }

    def _share_out(self) -> None:
        width, height = self.width() - 2 * GUTTER, self.height() - 2 * GUTTER
        least = [self._px(LEAST_TOPOLOGY_HEIGHT), self._px(LEAST_DNN_HEIGHT), self._least_timeline()]
        height = max(height, sum(least) + 2 * GUTTER)
        timeline = min(round(height * 0.42), height - least[0] - least[1] - 2 * GUTTER)
        timeline = min(self._px(TIMELINE_HEIGHT), max(least[2], timeline))
        upper = height - timeline - GUTTER
        dnn = min(round(upper * 0.36), upper - least[0] - GUTTER)
        dnn = min(self._px(DNN_HEIGHT), max(least[1], dnn))
        inspector = min(round(INSPECTOR_WIDTH * self._text_percent / 100), max(INSPECTOR_WIDTH, round(width * 0.36)))
        library = min(round(LIBRARY_WIDTH * self._text_percent / 100), max(LIBRARY_WIDTH, round(width * 0.2)))
        left = width - inspector - GUTTER
        self._whole.setSizes([left, inspector])
        self._left.setSizes([upper, timeline])
        self._upper.setSizes([library, left - library - GUTTER])
        self._centre.setSizes([upper - dnn - GUTTER, dnn])

    def show_part(self, name: str, *, shown: bool) -> None:
        """Show or hide a part; one that was dragged shut opens again."""
        part = self.parts[name]
        part.setVisible(shown)
        if shown and self.is_shut(name):
            sizes = {
                "library": LIBRARY_WIDTH,
                "inspector": INSPECTOR_WIDTH,
                "timeline": TIMELINE_HEIGHT,
                "dnn": DNN_HEIGHT,
            }
            splitter = self._splitter_of(part)
            place, total = splitter.indexOf(part), sum(splitter.sizes())
            wanted = [total - sizes[name]] * 2
            wanted[place] = sizes[name]
            splitter.setSizes(wanted)
            self._drawn.pop(name, None)

    def is_shut(self, name: str) -> bool:
        """Return whether a part is hidden or dragged shut."""
        part = self.parts[name]
        splitter = self._splitter_of(part)
        return part.isHidden() or splitter.sizes()[splitter.indexOf(part)] == 0

    def _splitter_of(self, part: QWidget) -> QSplitter:
        return next(splitter for splitter in self._splitters if splitter.indexOf(part) >= 0)

    def remember(self, settings: QSettings) -> None:
        """Store the sizes."""
        for splitter in self._splitters:
            settings.setValue(f"{_KEY}/{splitter.objectName()}", splitter.saveState())
        settings.setValue(f"{_KEY}/room", self._room)
        settings.setValue(f"{_KEY}/by-hand", self._by_hand)
        for name, part in self.parts.items():
            settings.setValue(f"{_KEY}/hidden-{name}", part.isHidden())
            settings.setValue(f"{_KEY}/drawn-{name}", self._drawn.get(name, -1))

    def recall(self, settings: QSettings) -> None:
        """Take up the sizes stored, if there are any, once the window has its size."""
        states = [settings.value(f"{_KEY}/{splitter.objectName()}") for splitter in self._splitters]
        if not all(isinstance(state, QByteArray) and not state.isEmpty() for state in states):
            self.reset()
            return
        self._by_hand = bool(settings.value(f"{_KEY}/by-hand", defaultValue=True, type=bool))
        for splitter, state in zip(self._splitters, states, strict=True):
            splitter.restoreState(state)
        for name, part in self.parts.items():
            part.setVisible(not settings.value(f"{_KEY}/hidden-{name}", defaultValue=False, type=bool))
        room = settings.value(f"{_KEY}/room")
        self._room = room if isinstance(room, QSize) else QSize()
        self._drawn = {
            name: cast("int", settings.value(f"{_KEY}/drawn-{name}", defaultValue=-1, type=int)) for name in self.parts
        }
        if self._by_hand:
            self._fit_drawn()
        else:
            self._share_out()

    def _fit_drawn(self) -> None:
        """Give all parts the sizes drawn; where the window is smaller than it was then, all give way alike."""
        if self._room.isEmpty():
            return
        shares = {
            Qt.Orientation.Horizontal: min(1.0, self.width() / self._room.width()),
            Qt.Orientation.Vertical: min(1.0, self.height() / self._room.height()),
        }
        for splitter in reversed(self._splitters):  # from the outside in
            for name, part in self.parts.items():
                place, drawn = splitter.indexOf(part), self._drawn.get(name, -1)
                if place >= 0 and drawn >= 0:
                    sizes = [sum(splitter.sizes())] * 2
                    sizes[place] = round(drawn * shares[splitter.orientation()])
                    sizes[1 - place] -= sizes[place]
                    splitter.setSizes(sizes)


class _Column(QScrollArea):
    """The views beside the inspector: they scroll up and down where large text leaves too little height for all."""

    def __init__(self, views: QWidget) -> None:
        super().__init__()
        self._views = views
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(views)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the width that the views need, and their bar's; the height is not theirs to ask for."""
        return QSize(self._views.minimumSizeHint().width() + GUTTER, 240)
