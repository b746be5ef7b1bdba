"""The users of the scenario in one list: who there is, when each comes and goes, one more, one less."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QWidget

from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.edits import add_user, remove, set_users
from dnnmig_gui.gui.controls import column, keep_icon, label, row
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.language import tr
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planner.stays import Stays
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look


def next_asker(scenario: Scenario, followed: int) -> tuple[str, str] | None:
    """Return who a new user would be: a client that nobody asks from yet, and the model of the user followed.

    None where the scenario has no client or no model.
    """
    clients = [server.id for server in scenario.of_tier("client")]
    if not clients or not scenario.models:
        return None
    asking = [user.client for user in scenario.users]
    client = min(clients, key=asking.count)
    like = scenario.users[followed] if followed < len(scenario.users) else None
    return client, like.model if like is not None else scenario.models[0].id


class UsersSection(QWidget):
    """The stays of the users, with buttons to add one and to remove the one followed."""

    def __init__(self, look: Look, document: Document, selection: Selection) -> None:
        super().__init__()
        self._document = document
        self._selection = selection
        self.stays = Stays(look)
        self.add = _small(look, "add", tr("Add a user"))
        self.remove = _small(look, "remove", tr("Remove the user followed"))
        self._none = label("", "quiet", wrap=True)
        layout = column(spacing=4)
        layout.addLayout(row(label(tr("Users"), "section"), None, self.remove, self.add, spacing=0))
        layout.addWidget(self.stays)
        layout.addWidget(self._none)
        self.setLayout(layout)
        self.add.clicked.connect(self._add)
        self.remove.clicked.connect(lambda: self._remove(selection.user))
        self.stays.removed.connect(self._remove)
        self.stays.followed.connect(selection.follow)
        self.stays.opened.connect(self._open)
        self.stays.stay_asked.connect(self._set_stay)
        document.scenario_changed.connect(self._show)
        selection.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        scenario, followed = self._document.scenario, self._selection.user
        self.stays.show_users(scenario.users, followed)
        self.stays.setVisible(bool(scenario.users))
        possible = next_asker(scenario, followed) is not None
        self.add.setEnabled(possible)
        self.remove.setEnabled(followed < len(scenario.users))
        self._none.setVisible(not scenario.users)
        self._none.setText(
            tr("Nobody asks yet.") if possible else tr("Users need a client to ask from and a model to ask.")
        )

    def _add(self) -> None:
        scenario = self._document.scenario
        asker = next_asker(scenario, self._selection.user)
        if asker is not None:
            made, name = add_user(scenario, *asker)
            self._document.edit(tr("Add {name}").format(name=id_title(name)), made)
            self._selection.follow(len(made.users) - 1)

    def _remove(self, number: int) -> None:
        scenario = self._document.scenario
        if number < len(scenario.users):
            name = scenario.users[number].id
            self._document.edit(tr("Remove {name}").format(name=id_title(name)), remove(scenario, users=(name,)))

    def _open(self, number: int) -> None:
        """Select the client of a user: its form is with the selection."""
        self._selection.select(server=self._document.scenario.users[number].client)

    def _set_stay(self, number: int, arrival: float, departure: float | None, drag: int) -> None:
        scenario = self._document.scenario
        name = scenario.users[number].id
        made = set_users(scenario, (name,), {"arrival_s": arrival, "departure_s": departure})
        self._document.edit(tr("Change the stay of {name}").format(name=id_title(name)), made, f"stay.{name}.{drag}")


def _small(look: Look, icon: str, name: str) -> QToolButton:
    made = QToolButton()
    made.setProperty("kind", "small")
    made.setAccessibleName(name)
    made.setToolTip(name)
    keep_icon(made, look, icon)
    return made
