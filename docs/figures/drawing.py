"""Takes the pictures of docs/drawing.md: the window, light and dark, at 1280 x 800 and 1920 x 1080.

``python docs/figures/drawing.py`` paints the window into memory, plans the paper's scenario with AlexNet, selects a
client in the middle of the upload, and writes docs/images/drawing-*.png.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from dnnmig_gui.gui.application import make_application, make_window
from dnnmig_gui.gui.theme.look import Choice, Look

CHECKOUT = Path(__file__).resolve().parents[2]
SIZES = ((1280, 800), (1920, 1080))
MOMENT_S = 8.0
"""In the middle of the upload."""
SELECTED = "Client 1"


def wait(application: QApplication, seconds: float) -> None:
    """Let the window live for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()


def take(application: QApplication, theme: Choice, folder: Path) -> None:
    """Write the pictures of one theme."""
    settings = QSettings(str(folder / f"{theme}.ini"), QSettings.Format.IniFormat)
    window = make_window(Look(theme), settings)
    window.resize(*SIZES[0])
    window.show()
    window.files.open_path(CHECKOUT / "scenarios" / "paper-alexnet.dnnmig")
    window.planning.start()
    while window.planning.busy:
        wait(application, 0.05)
    wait(application, 1.0)
    window.clock.seek(MOMENT_S)
    window.selection.select(server=SELECTED)
    for width, height in SIZES:
        window.resize(width, height)
        wait(application, 1.0)
        target = CHECKOUT / "docs" / "images" / f"drawing-{theme}-{width}x{height}.png"
        window.grab().save(str(target), "PNG", 0)
        sys.stdout.write(f"{target.relative_to(CHECKOUT)}\n")
    window.document.undo_stack.setClean()
    window.close()


def main() -> None:
    """Write all pictures."""
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[variable] = folder
        themes: tuple[Choice, ...] = ("light", "dark")
        for theme in themes:
            take(application, theme, Path(folder))


if __name__ == "__main__":
    main()
