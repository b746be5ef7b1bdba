"""One run of the program: the application object, the window, and what the command line asked for."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    QSettings,
    QSocketNotifier,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from dnnmig_gui import __version__
from dnnmig_gui.gui.garbage import collect_between_events
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.speech import code_of, speak, stored_language
from dnnmig_gui.gui.theme.fonts import load_fonts
from dnnmig_gui.gui.theme.look import Choice, Look
from dnnmig_gui.gui.view_actions import dress, recall_look, stored_theme
from dnnmig_gui.gui.window import MainWindow

NAME = "DNN Migration Planner"
TITLE_BAR_PX = 32


def make_application() -> QApplication:
    """Return the application object with its name, style and fonts; garbage goes between events from then on."""
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    collect_between_events()
    application.setApplicationName("dnnmig")
    application.setApplicationDisplayName(NAME)
    application.setApplicationVersion(__version__)
    application.setOrganizationName("dnnmig")
    application.setStyle("Fusion")
    load_fonts()
    return application


def make_window(look: Look, settings: QSettings) -> MainWindow:
    """Return the window, dressed in the theme."""
    window = MainWindow(look, settings)
    dress(look)  # once all is put together: Qt would polish each part again and again as it moves into the next
    return window


def run_window(
    *,
    scenario: Path | None = None,
    plan: bool = False,
    screenshot: Path | None = None,
    size: tuple[int, int] | None = None,
    theme: Choice | None = None,
    time_s: float | None = None,
    exit_after_paint: bool = False,
) -> int:
    """Open the window and return the exit code when it is closed.

    Parameters
    ----------
    scenario, plan
        What to open, and whether to plan it right away.
    screenshot
        PNG to write once all is planned and painted; the window is closed then. The layout remembered is left out
        of it, so that the picture depends on the arguments alone.
    time_s
        Time of the run to show.
    exit_after_paint
        Leave after the first complete painting.
    """
    application = make_application()
    if application.platformName() == "offscreen":
        qInstallMessageHandler(_say_unless_chatter)
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "once.ini"), QSettings.Format.IniFormat) if screenshot else QSettings()
        look = Look(theme or stored_theme(settings))
        recall_look(look, settings)
        speak(code_of(stored_language(settings)))
        window = make_window(look, settings)
        if size is not None:
            window.setMinimumSize(0, 0)
            window.resize(*size)
        errand = _Errand(window, plan=plan, screenshot=screenshot, time_s=time_s, exit_after_paint=exit_after_paint)
        owner = QObject()  # it outlives windows that are made anew
        guard(owner, told=errand.fail if screenshot is not None or exit_after_paint else None)
        if scenario is not None and not window.files.open_path(scenario) and screenshot is not None:
            return _refuse(window.banner.text)
        if scenario is None and window.document.path is None and window.document.is_clean:
            window.start.show()
        errand.begin()
        if size is None and screenshot is None and not _fits(window):
            window.showMaximized()
        else:
            window.show()
        if screenshot is None and not exit_after_paint:
            QTimer.singleShot(0, window.keeping.offer)
        code = application.exec()
        for each in QApplication.topLevelWidgets():
            if isinstance(each, MainWindow):
                each.jobs.close()
        return errand.code or code


def _fits(window: MainWindow) -> bool:
    """Return whether the window and its title bar fit on the screen."""
    room = window.screen().availableSize()
    return window.width() <= room.width() and window.height() + TITLE_BAR_PX <= room.height()


class _Errand(QObject):
    """Plans, waits, sets the time, takes the picture: whatever the command line asked for."""

    def __init__(
        self, window: MainWindow, *, plan: bool, screenshot: Path | None, time_s: float | None, exit_after_paint: bool
    ) -> None:
        super().__init__(window)
        self._window = window
        self._plan = plan
        self._screenshot = screenshot
        self._time_s = time_s
        self._exit_after_paint = exit_after_paint
        self.code = 0

    def begin(self) -> None:
        """Wait for the first painting; the window shows before any planning."""
        self._window.centralWidget().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Go on after the first painting."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._painted)
        return False

    def fail(self, text: str) -> None:
        """Say in one line what went wrong, and leave; only the first counts."""
        if self.code:
            return
        sys.stderr.write(f"dnnmig-gui: {' '.join(text.split())}\n")
        self.code = 1
        self._leave()

    def _painted(self) -> None:
        welcome = self._window.start.welcome
        if self._plan and self._window.document.scenario.users:
            self._window.planning.settled.connect(self._settled)
            self._window.planning.start()
        elif self._screenshot is not None and welcome is not None and not welcome.complete:
            welcome.settled.connect(self._finish)
        elif self._screenshot is not None and self._window.loading.busy:
            self._window.loading.changed.connect(self._finish)
            self._window.loading.failed.connect(self._finish)
        else:
            self._finish()

    def _settled(self) -> None:
        self._window.planning.settled.disconnect(self._settled)
        error = self._window.planning.error
        if error is not None and self._screenshot is not None:
            self.fail(str(error))
            return
        self._finish()

    def _finish(self) -> None:
        if self._time_s is not None:
            self._window.clock.seek(self._time_s)
        if self._screenshot is not None or self._exit_after_paint:
            QTimer.singleShot(50, self._picture)  # one more round, so that layouts settle

    def _picture(self) -> None:
        if self._screenshot is not None:
            self._screenshot.parent.mkdir(parents=True, exist_ok=True)
            if not self._window.grab().save(str(self._screenshot), "PNG"):
                self.fail(f"{self._screenshot}: the picture cannot be written")
                return
        self._leave()

    def _leave(self) -> None:
        self._window.checking.stop()
        self._window.jobs.close()
        QApplication.exit(self.code)


def _say_unless_chatter(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Pass on what Qt has to say, except that painting into memory knows no size hints: it says so at every window."""
    del kind, context
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"{text}\n")


def _refuse(text: str) -> int:
    sys.stderr.write(f"dnnmig-gui: {' '.join(text.split())}\n")
    return 2


def guard(owner: QObject, *, told: Callable[[str], None] | None) -> None:
    """Show what was not foreseen instead of dying silently, and let Ctrl+C in the terminal close the program.

    Parameters
    ----------
    told
        Takes the sentence where nobody looks at the window; a message box shows it unless given.
    """

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.exit(130)
            return
        sentence = tr("Something went wrong that should not have ({kind}: {error})").format(
            kind=kind.__name__, error=error
        )
        if told is not None:
            told(sentence)
            return
        parent = owner if isinstance(owner, QWidget) else QApplication.activeWindow()
        box = QMessageBox(QMessageBox.Icon.Warning, NAME, f"{sentence}.", QMessageBox.StandardButton.Close, parent)
        box.setInformativeText(tr("The scenario is still open: save it under another name before you go on."))
        box.setDetailedText("".join(traceback.format_exception(kind, error, trace)))
        box.open()

    sys.excepthook = tell
    if os.name == "posix":
        _heed_signals(owner)


def _heed_signals(owner: QObject) -> None:
    """Leave on Ctrl+C in the terminal and on a polite kill, without a timer that would keep an idle program awake.

    Python acts on a signal only when it gets to run: a byte in a socket that Qt watches wakes it.
    """
    signal.signal(signal.SIGINT, lambda *_: QApplication.exit(130))
    signal.signal(signal.SIGTERM, lambda *_: QApplication.exit(143))
    heard, told = socket.socketpair()
    for end in (heard, told):
        end.setblocking(False)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(heard.fileno(), QSocketNotifier.Type.Read, owner)
    notifier.activated.connect(lambda: heard.recv(64))

    def stop_listening() -> None:
        signal.set_wakeup_fd(-1)
        heard.close()
        told.close()

    owner.destroyed.connect(stop_listening)
