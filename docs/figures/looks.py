"""Lays each mock-up beside the real window, as docs/looks.md shows them.

``python docs/figures/looks.py MOCKUPS`` paints the window into memory at the mock-ups' 1600 x 1000 and writes
docs/images/looks-*.png; MOCKUPS is the folder of ``main-light.png`` and the other mock-ups. Without it, and for a theme
that has no mock-up, the picture shows the window alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from dnnmig_gui.gui.application import make_application, make_window
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.window import MainWindow

CHECKOUT = Path(__file__).resolve().parents[2]
IMAGES = CHECKOUT / "docs" / "images"
WIDTH, HEIGHT = 1600, 1000
SHOWN = 960, 600
"""Size of either half of a picture."""
GAP = 12
ALEXNET_AT_S, VGG19_AT_S = 8.0, 100.0
"""Moments in the middle of an upload."""


class Session:
    """One window in one theme, led from view to view."""

    def __init__(self, application: QApplication, theme: str, folder: Path) -> None:
        self.application = application
        settings = QSettings(str(folder / f"{theme}.ini"), QSettings.Format.IniFormat)
        self.window: MainWindow = make_window(Look(theme), settings)
        self.window.resize(WIDTH, HEIGHT)
        self.window.show()

    def wait(self, seconds: float) -> None:
        """Let the window live for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()

    def wait_for(self, done: Callable[[], bool]) -> None:
        """Let the window live until something is so, and a moment longer."""
        while not done():
            self.wait(0.05)
        self.wait(0.5)

    def welcome(self) -> QWidget:
        """Show the welcome screen, all its cards planned."""
        self.window.named_actions["welcome"].trigger()
        welcome = self.window.start.welcome
        self.wait_for(lambda: welcome is not None and welcome.complete)
        return self.window

    def main(self) -> QWidget:
        """Show the paper's scenario in the middle of its upload."""
        self.window.files.open_path(CHECKOUT / "scenarios" / "paper-alexnet.dnnmig")
        self.window.planning.start()
        self.wait_for(lambda: not self.window.planning.busy)
        self.wait(1.0)
        self.window.clock.seek(ALEXNET_AT_S)
        self.wait(0.3)
        return self.window

    def compare(self) -> QWidget:
        """Show the comparison of the usual methods."""
        self.window.files.open_path(CHECKOUT / "scenarios" / "paper-alexnet.dnnmig")
        self.window.planning.start()
        self.wait_for(lambda: not self.window.planning.busy)
        self.window.named_actions["compare"].trigger()
        comparing = self.window.pages.comparing
        self.wait_for(lambda: len(comparing.done) == len(comparing.entries) > 0)
        self.window.clock.seek(ALEXNET_AT_S)
        self.wait(0.3)
        return self.window

    def present(self) -> QWidget:
        """Show VGG19 as a speaker does."""
        self.window.named_actions["compare"].trigger()
        self.window.files.open_path(CHECKOUT / "scenarios" / "paper-vgg19.dnnmig")
        self.window.planning.start()
        self.wait_for(lambda: not self.window.planning.busy)
        self.window.clock.seek(VGG19_AT_S)
        self.window.named_actions["present"].trigger()
        page = self.window.pages.presentation
        if page is None:
            raise RuntimeError("the presentation did not open")
        page.showNormal()
        page.resize(WIDTH, HEIGHT)
        self.wait(0.5)
        self.window.clock.seek(VGG19_AT_S)
        self.wait(0.3)
        return page


def beside(mockup: Path | None, window: QImage, target: Path) -> None:
    """Write the mock-up, where there is one, and the window in one picture."""
    pictures = [window] if mockup is None else [QImage(str(mockup)), window]
    width, height = SHOWN
    canvas = QImage(len(pictures) * width + (len(pictures) - 1) * GAP, height, QImage.Format.Format_RGB32)
    canvas.fill(Qt.GlobalColor.white)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for number, picture in enumerate(pictures):
        small = picture.scaled(width, height, mode=Qt.TransformationMode.SmoothTransformation)
        painter.drawImage(QRect(number * (width + GAP), 0, width, height), small)
    painter.end()
    canvas.save(str(target), "PNG", 0)


def main() -> None:
    """Write all pictures."""
    mockups = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[variable] = folder
        for theme in ("light", "dark"):
            session = Session(application, theme, Path(folder))
            for view in ("welcome", "main", "compare", "present"):
                shown: QWidget = getattr(session, view)()
                mockup = None if mockups is None else mockups / f"{view}-{theme}.png"
                target = IMAGES / f"looks-{view}-{theme}.png"
                beside(mockup if mockup and mockup.exists() else None, shown.grab().toImage(), target)
                sys.stdout.write(f"{target.relative_to(CHECKOUT)}\n")
            session.window.pages.close()
            session.window.document.undo_stack.setClean()
            session.window.close()


if __name__ == "__main__":
    main()
