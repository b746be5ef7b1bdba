"""Nothing is lost: what a killed process left behind is offered, and changes of the file by others are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QLocale, QObject, QTimer

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.gui.banner import Banner
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.file_watch import FileWatch
from dnnmig_gui.gui.language import spoken, tr
from dnnmig_gui.gui.recovery import LeftBehind, left_behind


class HasDocument(Protocol):
    """A window, as far as it matters here."""

    document: Document


class Keeping(QObject):
    """Asks in the banner, one question at a time."""

    def __init__(
        self, document: Document, banner: Banner, open_window: Callable[[], HasDocument], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._banner = banner
        self._open_window = open_window
        self._left: list[LeftBehind] = []
        self.watch = FileWatch(document, self)
        self.watch.changed.connect(self._tell_changed)
        self.watch.gone.connect(self._tell_gone)
        self.watch.settled.connect(document.regain_file)
        self.watch.settled.connect(self._withdraw)
        document.file_changed.connect(self._withdraw)
        self._asked_of_file = ""
        document.keeping_failed.connect(banner.tell)
        banner.freed.connect(self._ask_again)
        banner.put_away.connect(self._think_of_it_later)
        self._offer = ""
        """What the offer says; other messages may take its place for a while."""

    @property
    def asks(self) -> bool:
        """Whether something that was left unsaved still waits for an answer."""
        return bool(self._left)

    def offer(self) -> None:
        """Offer what other processes left unsaved, the latest first."""
        self._left += left_behind()
        self._ask_next()

    def stop(self) -> None:
        """Ask no more; what was not answered is offered again next time."""
        self.watch.stop()
        for each in self._left:
            each.release()
        self._left.clear()

    def _ask_next(self) -> None:
        if not self._left:
            return
        found = self._left[0]
        when = datetime.fromtimestamp(found.unsaved.edited_s).astimezone()
        others = len(self._left) - 1
        more = tr(" ({count} more)").format(count=others) if others else ""
        month = QLocale(spoken()).monthName(when.month)
        date = tr("{day} {month}").format(day=f"{when:%d}", month=month)
        self._offer = tr("“{title}” was not saved when the program ended at {time} on {date}.{more}").format(
            title=found.title, time=f"{when:%H:%M}", date=date, more=more
        )
        self._banner.ask(
            self._offer,
            {tr("Restore"): self._restore, tr("Discard"): self._discard, tr("Later"): self.leave},
        )

    def _ask_again(self) -> None:
        """Offer once more what another message took off the screen."""
        QTimer.singleShot(0, self, lambda: self._ask_next() if self._banner.isHidden() else None)

    def _think_of_it_later(self) -> None:
        if self._banner.text == self._offer:
            self.leave()
        else:
            self._ask_again()

    def _restore(self) -> None:
        found = self._left.pop(0)
        fresh = self._document.is_clean and self._document.path is None
        document = self._document if fresh or self._document.path == found.unsaved.path else None
        if document is None or not document.is_clean:
            document = self._open_window().document
        try:
            document.restore(found.unsaved)
        except PlannerError as error:
            self._banner.tell(error)
            found.release()
            return
        found.remove()
        self._ask_next()

    def _discard(self) -> None:
        self._left.pop(0).remove()
        self._ask_next()

    def leave(self) -> None:
        """Leave what is offered for the next start."""
        for each in self._left:
            each.release()
        self._left.clear()

    def _tell_changed(self) -> None:
        path = self._document.path
        if path is not None:
            mine = tr(", and you have changes of your own") if self._document.is_edited else ""
            self._document.lose_file()
            self._asked_of_file = tr("{name} was changed by another program{mine}.").format(name=path.name, mine=mine)
            self._banner.ask(
                self._asked_of_file,
                {tr("Take it as it is now"): self._reload, tr("Keep mine"): lambda: None},
            )

    def _withdraw(self) -> None:
        """Ask no more about the file: it is as it should be, or another one."""
        if self._banner.text == self._asked_of_file and not self._banner.isHidden():
            self._banner.withdraw()

    def _reload(self) -> None:
        try:
            self._document.revert(tr("Take the file as it is now"))
        except PlannerError as error:
            self._banner.tell(error)

    def _tell_gone(self) -> None:
        path = self._document.path
        if path is not None:
            self._document.lose_file()
            self._asked_of_file = tr(
                "{name} is no longer there: it was moved or deleted. Saving writes it again."
            ).format(name=path.name)
            self._banner.ask(
                self._asked_of_file,
                {tr("Save it again"): self._save_again},
            )

    def _save_again(self) -> None:
        try:
            self._document.save()
        except PlannerError as error:
            self._banner.tell(error)
