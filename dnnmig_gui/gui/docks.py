"""How the window is divided: splitters that resize and collapse, and a layout that is remembered."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

GUTTER = 8
LIBRARY_WIDTH = 200
INSPECTOR_WIDTH = 320
TIMELINE_HEIGHT = 376
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
        self._centre = _splitter(Qt.Orientation.Vertical, topology, dnn, name="centre")
        self._upper = _splitter(Qt.Orientation.Horizontal, library, self._centre, name="upper")
        self._left = _splitter(Qt.Orientation.Vertical, self._upper, timeline, name="left")
        self._whole = _splitter(Qt.Orientation.Horizontal, self._left, inspector, name="whole")
        self._splitters = (self._centre, self._upper, self._left, self._whole)
        for splitter, grows in ((self._centre, 0), (self._upper, 1), (self._left, 0), (self._whole, 0)):
            splitter.setStretchFactor(grows, 1)
            splitter.setStretchFactor(1 - grows, 0)
        self._centre.setCollapsible(0, False)
        self._upper.setCollapsible(1, False)
        self._left.setCollapsible(0, False)
        self._whole.setCollapsible(0, False)
        topology.setMinimumSize(320, 140)
        library.setMinimumWidth(160)
        inspector.setMinimumWidth(280)
        dnn.setMinimumHeight(LEAST_DNN_HEIGHT)
        timeline.setMinimumHeight(200)
        self._by_hand = False
        self._text_percent = 100
        for splitter in self._splitters:
            splitter.splitterMoved.connect(self._keep_sizes)
        box = QHBoxLayout(self)
        box.setContentsMargins(GUTTER, GUTTER, GUTTER, GUTTER)
        box.addWidget(self._whole)

    def follow_text(self, percent: int) -> None:
        """Give the parts that hold text more room where text is larger, without taking the canvases'."""
        if percent != self._text_percent:
            self._text_percent = percent
            if not self._by_hand:
                self._share_out()

    def reset(self) -> None:
        """Show every part and give it its first size."""
        for part in self.parts.values():
            part.show()
        self._by_hand = False
        self._share_out()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 (Qt's name)
        """Share the new size out as at first, until somebody has drawn a border by hand."""
        super().resizeEvent(event)
        if not self._by_hand:
            self._share_out()

    def _keep_sizes(self) -> None:
        self._by_hand = True

    def _share_out(self) -> None:
        width, height = self.width() - 2 * GUTTER, self.height() - 2 * GUTTER
        timeline = min(TIMELINE_HEIGHT, max(200, round(height * 0.42)))
        upper = height - timeline - GUTTER
        dnn = min(DNN_HEIGHT, max(LEAST_DNN_HEIGHT, round(upper * 0.36)))
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
        settings.setValue(f"{_KEY}/by-hand", self._by_hand)
        for name, part in self.parts.items():
            settings.setValue(f"{_KEY}/hidden-{name}", part.isHidden())

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
        if not self._by_hand:
            self._share_out()


def _splitter(orientation: Qt.Orientation, *parts: QWidget, name: str) -> QSplitter:
    made = QSplitter(orientation)
    made.setObjectName(name)
    made.setHandleWidth(GUTTER)
    made.setChildrenCollapsible(True)
    for part in parts:
        made.addWidget(part)
    return made
