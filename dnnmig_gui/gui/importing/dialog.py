"""What was understood of another program's topology, what was not, and which tiers its servers get."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from dnnmig_gui.core.reporting.numbers import count_text
from dnnmig_gui.core.scenario.importing import ImportedTopology
from dnnmig_gui.core.topology import TIERS, Tier
from dnnmig_gui.gui.controls import Combo, Dot, Scrolled, button, column, follow, frame, label, row
from dnnmig_gui.gui.importing.server_table import ServerTable, ServerTiers
from dnnmig_gui.gui.language import mark, tr, tr_n
from dnnmig_gui.gui.theme.icons import icon_pixmap
from dnnmig_gui.gui.theme.look import Look

SIZE = (600, 760)
TITLE_BAR_PX = 48
"""Room left above, so that the buttons below are on the screen."""
TITLES: dict[Tier, str] = {"client": mark("Clients"), "edge": mark("Edge servers"), "cloud": mark("Cloud servers")}
MOST_NAMES = 40
"""Names of servers in a tool tip."""


def _tier_count(tier: Tier, count: int) -> str:
    if tier == "client":
        text = tr_n("{count} client", "{count} clients", count)
    elif tier == "edge":
        text = tr_n("{count} edge server", "{count} edge servers", count)
    else:
        text = tr_n("{count} cloud server", "{count} cloud servers", count)
    return text.format(count=count_text(count))


class TierRow:
    """A group of servers with the tier that it gets."""

    def __init__(self, look: Look, name: str, tier: Tier, reason: str, members: Sequence[str]) -> None:
        self.name = name
        self.combo = Combo(look, tr("Tier of {name}").format(name=name))
        self.combo.setProperty("compact", True)
        for each in TIERS:
            self.combo.addItem(tr(TITLES[each]), each)
        self.combo.setCurrentIndex(TIERS.index(tier))
        self.dot = Dot(8, lambda: look.theme.tier(self.tier).fill)
        self.combo.currentIndexChanged.connect(self.dot.update)
        names = ", ".join(members[:MOST_NAMES]) + (" …" if len(members) > MOST_NAMES else "")
        self.title = label(name, "number")
        self.title.setToolTip(names)
        self.count = label(count_text(len(members)), "quiet")
        self.count.setToolTip(names)
        self.reason = label(reason, "quiet")

    @property
    def tier(self) -> Tier:
        """The tier chosen."""
        return TIERS[self.combo.currentIndex()]


class ImportDialog(QDialog):
    """The preview; accepted, `tiers` says what was confirmed."""

    def __init__(self, look: Look, imported: ImportedTopology, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.imported = imported
        self._look = look
        self.setWindowTitle(tr("Import {source}").format(source=imported.source))
        self.setModal(True)
        room = (parent or self).screen().availableSize()
        self.resize(min(SIZE[0], room.width()), min(SIZE[1], room.height() - TITLE_BAR_PX))
        self.rows = [
            TierRow(
                look,
                group.name,
                group.tier,
                group.reason,
                [server.id for server in imported.servers if server.group == group.name],
            )
            for group in imported.groups
        ]
        self.lacks = label(role="caption", wrap=True)
        self.accept_button = button(tr("Import"), "primary")
        self.accept_button.setDefault(True)
        cancel = button(tr("Cancel"), "quiet")
        cancel.setAutoDefault(False)
        self.accept_button.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        self.servers = ServerTable(look, ServerTiers(imported, self._of_groups()))
        for each in self.rows:
            each.combo.currentIndexChanged.connect(self._follow_groups)
        self.servers.tiers.own_changed.connect(self._count)
        body = column((16, 16, 16, 16), 16)
        body.addWidget(self._tiers())
        body.addWidget(self.servers)
        for title, sign, lines in (
            (tr("Understood"), "check", imported.understood),
            (tr("Assumed"), "settings", imported.assumed),
            (tr("Left out"), "remove", imported.left_out),
        ):
            if lines:
                body.addWidget(self._told(title, sign, lines))
        body.addStretch(1)
        panel = frame("panel")
        inner = column()
        inner.addWidget(Scrolled(body))
        panel.setLayout(inner)
        layout = column((16, 16, 16, 16), 12)
        head = column(spacing=4)
        head.addWidget(label(imported.name, "title"))
        head.addWidget(
            label(
                tr("{format} · {servers} servers, {links} links").format(
                    format=imported.source_format,
                    servers=count_text(len(imported.servers)),
                    links=count_text(len(imported.links)),
                ),
                "caption",
            )
        )
        layout.addLayout(head)
        layout.addWidget(panel, 1)
        layout.addWidget(self.lacks)
        layout.addLayout(row(None, cancel, self.accept_button))
        self.setLayout(layout)
        self._count()

    @property
    def tiers(self) -> dict[str, Tier]:
        """The tier of each group, by its name, and of each server that has one of its own, by its id."""
        return self._of_groups() | self.servers.tiers.own

    def _of_groups(self) -> dict[str, Tier]:
        return {each.name: each.tier for each in self.rows}

    def _follow_groups(self) -> None:
        self.servers.tiers.set_groups(self._of_groups())
        self._count()

    def _tiers(self) -> QFrame:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for place, title in enumerate(("", tr("Servers that are alike"), "", "", tr("Become"))):
            grid.addWidget(label(title, "section"), 0, place)
        for line, each in enumerate(self.rows, start=1):
            for place, part in enumerate((each.dot, each.title, each.count, each.reason, each.combo)):
                grid.addWidget(part, line, place, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(3, 1)
        grid.setColumnMinimumWidth(4, 150)
        made = QFrame()
        made.setLayout(grid)
        return made

    def _told(self, title: str, sign: str, lines: Sequence[str]) -> QFrame:
        layout = column(spacing=6)
        layout.addWidget(label(title, "section"))
        for line in lines:
            picture = self._sign(sign)
            text = label(line[:1].upper() + line[1:], wrap=True)
            text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            layout.addLayout(row(picture, text, spacing=8))
        made = QFrame()
        made.setLayout(layout)
        return made

    def _sign(self, name: str) -> QLabel:
        made = QLabel()
        made.setFixedWidth(16)
        made.setAlignment(Qt.AlignmentFlag.AlignTop)
        ratio = self.devicePixelRatioF()
        follow(made, self._look, lambda: made.setPixmap(icon_pixmap(name, self._look.theme.text_3, 14, ratio)))
        return made

    def _count(self) -> None:
        """Say how many servers each tier gets, and what a scenario would lack."""
        found = self.imported.tiers(self.tiers)
        counts = {tier: sum(1 for each in found.values() if each == tier) for tier in TIERS}
        parts = [_tier_count(tier, counts[tier]) for tier in TIERS]
        text = ", ".join(parts) + "."
        if not counts["client"]:
            text += tr(" Without a client nobody asks: add one afterwards, or make a group clients.")
        elif not counts["edge"] and not counts["cloud"]:
            text += tr(" With clients alone everything runs on them.")
        self.lacks.setText(text)
