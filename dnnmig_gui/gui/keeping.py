"""Nothing is lost: what a killed process left behind is offered, and changes of the file by others are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QLocale, QObject

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
        document.keeping_failed.connect(banner.tell)

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
        self._banner.ask(
            tr("“{title}” was not saved when the program ended at {time} on {date}.{more}").format(
                title=found.title, time=f"{when:%H:%M}", date=date, more=more
            ),
            {tr("Restore"): self._restore, tr("Discard"): self._discard, tr("Later"): self.leave},
        )

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
            mine = "" if self._document.is_clean else tr(", and you have changes of your own")
            self._banner.ask(
                tr("{name} was changed by another program{mine}.").format(name=path.name, mine=mine),
                {tr("Take it as it is now"): self._reload, tr("Keep mine"): lambda: None},
            )

    def _reload(self) -> None:
        try:
            self._document.revert(tr("Take the file as it is now"))
        except PlannerError as error:
            self._banner.tell(error)

    def _tell_gone(self) -> None:
        path = self._document.path
        if path is not None:
            self._banner.ask(
                tr("{name} is no longer there: it was moved or deleted. Saving writes it again.").format(
                    name=path.name
                ),
                {tr("Save it again"): self._save_again},
            )

    def _save_again(self) -> None:
        try:
            self._document.save()
        except PlannerError as error:
            self._banner.tell(error)
