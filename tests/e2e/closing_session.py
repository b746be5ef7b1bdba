"""Opens windows and closes each in the middle of its work; a program of its own, so that a crash is seen as one.

``python closing_session.py SCENARIOS FOLDER SEED TRIES`` prints a line a try, and nothing else anywhere.
"""

import random
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication, QFileDialog

from dnnmig_gui.gui.application import make_application, make_window
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.window import MainWindow

PLANNING_S = 60.0
MOST_S = 0.6
"""Work is left alone for a time at random, up to this, before the window is closed."""
EXPORTS = {"export-report": "report.html", "export-plan": "plan.json", "export-timeline": "timeline.png"}


def spin(application: QApplication, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()
        time.sleep(0.001)


def planned(application: QApplication, window: MainWindow) -> None:
    """Plan, and wait for it."""
    window.planning.start()
    end = time.monotonic() + PLANNING_S
    while window.planning.busy:
        if time.monotonic() > end:
            raise TimeoutError("planning did not end")
        spin(application, 0.01)
    if window.planning.error is not None:
        raise window.planning.error


def begin(what: str, application: QApplication, window: MainWindow, target: Path) -> None:
    """Set the window to work."""
    if what == "plan":
        window.named_actions["plan"].trigger()
        return
    planned(application, window)
    if what == "compare":
        window.named_actions["compare"].trigger()
        return
    window.named_actions["play"].trigger()
    if what == "present":
        window.named_actions["present"].trigger()
    elif what in EXPORTS:
        QFileDialog.getSaveFileName = staticmethod(lambda *_, **__: (str(target), ""))
        window.named_actions[what].trigger()


def main() -> None:
    scenarios, folder, seed, tries = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    application = make_application()
    application.setQuitOnLastWindowClosed(False)
    for number in range(tries):
        what = chance.choice(["plan", "plan", "play", "present", "compare", *EXPORTS])
        name = chance.choice(["paper-alexnet", "paper-mixed", "crowded-stadium", "intermittent-link", "latecomers"])
        target = folder / f"{seed}-{number}-{EXPORTS.get(what, 'nothing')}"
        settings = QSettings(str(folder / f"{seed}.ini"), QSettings.Format.IniFormat)
        window = make_window(Look("light"), settings)
        assert window.files.open_path(scenarios / f"{name}.dnnmig")
        window.show()
        begin(what, application, window, target)
        wait_s = chance.uniform(0.0, MOST_S)
        spin(application, wait_s)
        assert window.close()
        window.deleteLater()
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        spin(application, 0.02)
        left = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
        sys.stdout.write("\t".join([str(number), what, name, f"{wait_s:.3f}", *left]) + "\n")


if __name__ == "__main__":
    main()
