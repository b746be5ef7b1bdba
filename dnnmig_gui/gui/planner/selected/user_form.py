"""The forms of users: who asks what from where, when, and what matters to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.scenario import Scenario, User, Weights
from dnnmig_gui.core.scenario.edits import add_user, remove, rename_user, set_users
from dnnmig_gui.gui.controls import button, column, label, row
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.names import id_title, model_title
from dnnmig_gui.gui.planner.matters import Matters
from dnnmig_gui.gui.planner.selected.editor import Editor
from dnnmig_gui.gui.planner.selected.limits_form import LimitsForm
from dnnmig_gui.gui.planner.selected.rows import ChoiceRow, NameRow, SeveralRow, field_of
from dnnmig_gui.gui.planner.selected.stay_bar import StayBar
from dnnmig_gui.gui.theme.look import Look

_FIELDS = (
    field_of(User, "arrival_s", mark("Comes at")),
    field_of(User, "departure_s", mark("Goes at")),
    field_of(User, "share", mark("Share in the objective")),
    field_of(User, "deadline_s", mark("Longest query allowed")),
)
_NONE = {"departure_s": mark("Never"), "deadline_s": mark("No limit")}


class UserForm(QWidget):
    """Edits one user, or what several have in common (then without a name).

    Signals
    -------
    clicked_away()
        The users were removed.
    """

    clicked_away = Signal()

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._ids: tuple[str, ...] = ()
        self.title = label(role="section")
        self.name = NameRow(look, tr("Name"), self._check_name)
        self.name.renamed.connect(self._rename)
        self.model = ChoiceRow(look, tr("Model"))
        self.model.chosen.connect(lambda model: self._apply("model", model, tr("model")))
        self.client = ChoiceRow(look, tr("Client"))
        self.client.chosen.connect(lambda client: self._apply("client", client, tr("client")))
        self.stay = StayBar(look)
        self.stay.arrival_asked.connect(lambda value: self._apply("arrival_s", value, tr("stay")))
        self.stay.departure_asked.connect(lambda value: self._apply("departure_s", value, tr("stay")))
        self.stay.taken.connect(self._remember)
        self.stay.given_back.connect(self._give_back)
        self._before: tuple[User, ...] = ()
        """The users when the drag of a stay began."""
        self.matters = Matters()
        self.matters.edited.connect(self._weigh)
        self.rows: dict[str, SeveralRow] = {}
        layout = column(spacing=4)
        for part in (self.title, self.name, self.model, self.client, self.stay):
            layout.addWidget(part)
        for field in _FIELDS:
            made = SeveralRow(field, look, self._check)
            made.edited.connect(lambda name, value, title=field.title: self._apply(name, value, tr(title).lower()))
            self.rows[field.name] = made
            layout.addWidget(made)
        self.limits = LimitsForm(look, editor)
        layout.addSpacing(4)
        layout.addWidget(label(tr("Limits"), "section"))
        layout.addWidget(self.limits)
        layout.addSpacing(4)
        layout.addLayout(row(label(tr("What matters"), "section"), None, label(tr("sums to 1"), "caption")))
        layout.addWidget(self.matters)
        self.remove = button(tr("Remove user"), "quiet")
        self.remove.clicked.connect(self._remove)
        layout.addLayout(row(self.remove, None))
        self.setLayout(layout)

    def shows(self, user: str) -> bool:
        """Return whether it edits this user."""
        return user in self._ids

    def place_of(self, name: str) -> QWidget:
        """Return what edits a field of a user; its title where nothing does."""
        others: dict[str, QWidget] = {
            "model": self.model,
            "client": self.client,
            "limits": self.limits,
            "arrival_s": self.stay,
            "departure_s": self.stay,
            "weights": self.matters.sliders["delay"],
        }
        return self.rows.get(name) or others.get(name, self.title)

    def show_users(self, ids: tuple[str, ...], models: Mapping[str, DnnModel]) -> None:
        """Show the users with these ids."""
        if ids != self._ids:
            for made in self.rows.values():
                made.forget()
        self._ids = ids
        scenario = self._editor.scenario
        users = [user for user in scenario.users if user.id in ids]
        self.setVisible(bool(users))
        if not users:
            return
        one = len(users) == 1
        self.title.setText(id_title(users[0].id) if one else tr("{count} users").format(count=len(users)))
        self.name.setVisible(one)
        self.client.setVisible(one)
        self.name.show_name(users[0].id)
        asked = {user.model for user in users}
        choices = [(entry.id, model_title(entry.id, models), entry.id) for entry in scenario.models]
        self.model.show_choices(choices, next(iter(asked)) if len(asked) == 1 else None)
        clients = [(server.id, id_title(server.id), "") for server in scenario.of_tier("client")]
        self.client.show_choices(clients, users[0].client)
        self.stay.show_stay(users[0].arrival_s, users[0].departure_s)
        for name, made in self.rows.items():
            made.show_values([getattr(user, name) for user in users], word=tr(_NONE.get(name, "")))
        self.matters.show_weights(users[0].weights)
        self.limits.show_users(users, models.get(users[0].model) if len(asked) == 1 else None)
        self.remove.setText(tr("Remove user") if one else tr("Remove users"))

    def _what(self) -> str:
        return id_title(self._ids[0]) if len(self._ids) == 1 else tr("{count} users").format(count=len(self._ids))

    def _set(self, scenario: Scenario, name: str, value: Any) -> Scenario:
        return set_users(scenario, self._ids, {name: value})

    def _check(self, name: str, value: Any) -> None:
        self._editor.check(lambda scenario: self._set(scenario, name, value))

    def _apply(self, name: str, value: Any, title: str) -> None:
        key = "" if name in ("model", "client") else f"user.{name}.{'.'.join(self._ids)}"
        self._editor.apply(
            tr("Change {title} of {what}").format(title=title, what=self._what()),
            lambda scenario: self._set(scenario, name, value),
            key,
        )

    def _remember(self) -> None:
        self._before = tuple(user for user in self._editor.scenario.users if user.id in self._ids)

    def _give_back(self, name: str) -> None:
        """Let the users come or go when they did before the drag."""

        def made(scenario: Scenario) -> Scenario:
            for user in self._before:
                scenario = set_users(scenario, (user.id,), {name: getattr(user, name)})
            return scenario

        text = tr("Change {title} of {what}").format(title=tr("stay"), what=self._what())
        self._editor.apply(text, made, f"user.{name}.{'.'.join(self._ids)}")

    def _weigh(self, weights: Weights) -> None:
        self._apply("weights", weights, tr("what matters"))

    def _check_name(self, name: str) -> None:
        self._editor.check(lambda scenario: rename_user(scenario, self._ids[0], name))

    def _rename(self, name: str) -> None:
        old, self._ids = self._ids[0], (name,)
        self._editor.apply(
            tr("Rename {old}").format(old=id_title(old)), lambda scenario: rename_user(scenario, old, name)
        )

    def _remove(self) -> None:
        self._editor.apply(
            tr("Remove {what}").format(what=self._what()), lambda scenario: remove(scenario, users=self._ids)
        )
        self.clicked_away.emit()


class UsersOfClients(QWidget):
    """The users of the clients selected: each on its own where it is one client, else all together."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._look = look
        self._editor = editor
        self._client: str | None = None
        self.forms: list[UserForm] = []
        self._column = column(spacing=20)
        self.add = ChoiceRow(look, tr("New user"), asks=tr("Model…"))
        self.add.chosen.connect(self._add)
        self._no_models = label(tr("Add a model to the library, then give it to this client."), "quiet", wrap=True)
        layout = column(spacing=12)
        layout.addLayout(self._column)
        layout.addWidget(self.add)
        layout.addWidget(self._no_models)
        self.setLayout(layout)

    def place_of(self, user: str, name: str) -> QWidget | None:
        """Return what edits a field of a user, if the user's form is shown."""
        return next((form.place_of(name) for form in self.forms if form.shows(user)), None)

    def show_clients(self, ids: frozenset[str], models: Mapping[str, DnnModel]) -> None:
        """Show the users of the clients among these servers."""
        scenario = self._editor.scenario
        clients = [server.id for server in scenario.of_tier("client") if server.id in ids]
        self.setVisible(bool(clients))
        users = [user.id for user in scenario.users if user.client in clients]
        groups = [(user,) for user in users] if len(clients) == 1 else [tuple(users)] if users else []
        while len(self.forms) > len(groups):
            gone = self.forms.pop()
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.forms) < len(groups):
            made = UserForm(self._look, self._editor)
            self.forms.append(made)
            self._column.addWidget(made)
        for form, group in zip(self.forms, groups, strict=True):
            form.show_users(group, models)
        self._client = clients[0] if len(clients) == 1 else None
        self.add.setVisible(self._client is not None and bool(scenario.models))
        self._no_models.setVisible(self._client is not None and not scenario.models)
        self.add.show_choices([(entry.id, model_title(entry.id, models), "") for entry in scenario.models], None)

    def _add(self, model: str) -> None:
        client = self._client
        if client is not None:
            self._editor.apply(
                tr("Add a user of {client}").format(client=id_title(client)),
                lambda scenario: add_user(scenario, client, model)[0],
            )
