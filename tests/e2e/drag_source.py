"""A small window of another program, from which files are dragged: ``python drag_source.py X Y FILE...``."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

SIZE = 40


class Source(QLabel):
    """Begins a drag of its files as soon as the mouse moves with the button held, and says what was agreed on.

    The data are fetched after the drop: the program goes on until it is ended.
    """

    def __init__(self, files: list[str]) -> None:
        super().__init__("drag")
        self._urls = [QUrl.fromLocalFile(file) for file in files]
        self._drag: QDrag | None = None
        self.setWindowFlags(Qt.WindowType.X11BypassWindowManagerHint | Qt.WindowType.WindowStaysOnTopHint)
        self.setFixedSize(SIZE, SIZE)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take the press."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Drag, once."""
        if self._drag is None:
            data = QMimeData()
            data.setUrls(self._urls)
            self._drag = QDrag(self)
            self._drag.setMimeData(data)
            say(self._drag.exec(Qt.DropAction.CopyAction).name)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    application = QApplication([])
    source = Source(sys.argv[3:])
    source.move(int(sys.argv[1]), int(sys.argv[2]))
    source.show()
    source.raise_()
    say("shown")
    application.exec()
