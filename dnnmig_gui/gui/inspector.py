"""The inspector dock: a panel with tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy, QStackedWidget, QWidget

from dnnmig_gui.gui.controls import button, column, frame, row
from dnnmig_gui.gui.language import tr


class Inspector(QFrame):
    """Tabs over a stack of panels."""

    def __init__(self, tabs: dict[str, QWidget]) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName(tr("Inspector"))
        self.stack = QStackedWidget()
        self.tabs: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        track = frame("track")
        line = row(spacing=0)
        line.setContentsMargins(2, 2, 2, 2)
        for place, (title, panel) in enumerate(tabs.items()):
            tab = button(tr(title), "segment", tr("{title} tab").format(title=tr(title)))
            tab.setCheckable(True)
            tab.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            tab.clicked.connect(lambda _, place=place: self.stack.setCurrentIndex(place))
            tab.toggled.connect(self._lead_keyboard)
            group.addButton(tab)
            line.addWidget(tab, 1)
            self.stack.addWidget(panel)
            self.tabs[title] = tab
        track.setLayout(line)
        next(iter(self.tabs.values())).setChecked(True)
        head = column((16, 12, 16, 0))
        head.addWidget(track)
        outer = column()
        outer.addLayout(head)
        outer.addWidget(self.stack, 1)
        self.setLayout(outer)

    def _lead_keyboard(self) -> None:
        """Let Tab come to the tab that is in front, also where it was not the keyboard that brought it there."""
        for tab in self.tabs.values():
            tab.setFocusPolicy(Qt.FocusPolicy.StrongFocus if tab.isChecked() else Qt.FocusPolicy.ClickFocus)

    def show_tab(self, title: str) -> None:
        """Bring a tab to the front."""
        self.tabs[title].click()
