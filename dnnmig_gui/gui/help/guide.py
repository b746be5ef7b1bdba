"""The guide (F1): a window of its own that stays open beside the work."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QWidget

from dnnmig_gui.gui.controls import column, follow, frame, label
from dnnmig_gui.gui.help.topics import topics
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.theme.look import Look

SIZE = (820, 600)


class Guide(QDialog):
    """Topics at the left, the page at the right."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Guide"))
        self.resize(*SIZE)
        self._topics = {topic.id: topic for topic in topics()}
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Topics"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setProperty("kind", "topics")
        self.list.setFixedWidth(230)
        group = ""
        for topic in self._topics.values():
            if topic.group != group:
                group = topic.group
                heading = QListWidgetItem(group)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(heading)
            item = QListWidgetItem(topic.title)
            item.setData(Qt.ItemDataRole.UserRole, topic.id)
            item.setToolTip(topic.title)
            self.list.addItem(item)
        self.title = label("", "chapter", wrap=True)
        self.page = QTextBrowser()
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setAccessibleName(tr("Page of the guide"))
        self.page.setProperty("kind", "page")
        sheet = frame("panel")
        right = column((24, 20, 20, 16), 8)
        right.addWidget(self.title)
        right.addWidget(self.page, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(12, 12, 12, 12)
        sheet.setLayout(right)
        whole.addWidget(self.list)
        whole.addWidget(sheet, 1)
        self.list.currentItemChanged.connect(self._show_item)

        def dress() -> None:
            theme = look.theme
            self.page.document().setDefaultStyleSheet(
                f"p, li {{ color: {theme.text_2.name()}; }} b {{ color: {theme.text.name()}; }}"
                f"code {{ color: {theme.accent_ink.name()}; }}"
            )
            self._show_item(self.list.currentItem())

        follow(self, look, dress)
        self.show_topic("first-steps")

    @property
    def topic(self) -> str:
        """Id of the page shown."""
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def show_topic(self, topic_id: str) -> None:
        """Show a page."""
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole) == topic_id:
                self.list.setCurrentRow(place)

    def _show_item(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(Qt.ItemDataRole.UserRole) is not None:
            topic = self._topics[item.data(Qt.ItemDataRole.UserRole)]
            self.title.setText(topic.title)
            self.page.setHtml(topic.text)
