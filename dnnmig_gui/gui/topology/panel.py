"""The topology view: where work can happen, and at time t what happens where."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel

from dnnmig_gui.core.costs import Problem
from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import count_text, ghz_text, rate_text
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.topology import Topology
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.image_file import save_drawing
from dnnmig_gui.gui.names import TIER_TITLES, model_title, server_title
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.run_state import Packet, RunState, run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.canvas import TopologyCanvas
from dnnmig_gui.gui.topology.items import NodeState
from dnnmig_gui.gui.topology.links import link_path
from dnnmig_gui.gui.topology.traffic import Carried
from dnnmig_gui.gui.view_panel import HEADER, PADDING, ViewPanel, ZoomControl


class TopologyPanel(ViewPanel):
    """Servers, links and what moves on them.

    Signals
    -------
    servers_moved(dict)
        Server id -> (x, y) of its node's centre, once at the end of a drag.
    """

    servers_moved = Signal(dict)

    def __init__(self, look: Look, clock: Clock, selection: Selection) -> None:
        super().__init__(look, "Topology")
        self._clock = clock
        self._selection = selection
        self._scenario: Scenario | None = None
        self._topology: Topology | None = None
        self._models: Mapping[str, DnnModel] = {}
        self._state: RunState | None = None
        self._ids: tuple[str, ...] = ()
        self.canvas = TopologyCanvas(look)
        self.zoom = ZoomControl(look)
        self.tools.addWidget(self.zoom)
        self.body.setContentsMargins(PADDING, 0, PADDING, 12)
        self.body.addWidget(self.canvas)
        self._empty = QLabel("No servers yet. Open a scenario that has some.", self.canvas)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.zoom.zoom_asked.connect(self.canvas.zoom_by)
        self.zoom.fit_asked.connect(self.canvas.fit)
        self.canvas.zoom_changed.connect(self.zoom.show_zoom)
        self.canvas.servers_moved.connect(self.servers_moved)
        self.canvas.nodes_shifted.connect(self.show_now)
        self.canvas.server_chosen.connect(self._choose)
        self.canvas.tapped.connect(clock.toggle)
        clock.moved.connect(self.show_now)
        selection.changed.connect(self._follow_selection)
        look.changed.connect(self.canvas.repaint_all)
        self._show_empty()

    def set_scenario(self, scenario: Scenario | None, models: Mapping[str, DnnModel]) -> None:
        """Show a scenario's servers and links; `models` by their ids in the scenario."""
        self._scenario = scenario
        self._models = models
        self._topology = None
        pairs: list[tuple[str, str]] = []
        servers = scenario.servers if scenario is not None else ()
        if scenario is not None:
            self._topology = Topology.build(servers, scenario.link_defaults, scenario.links, scenario.costs.routing)
            pairs = [(servers[one].id, servers[other].id) for one, other in self._topology.links()]
        self.canvas.set_servers(servers, pairs)
        for server in servers:
            self.canvas.items_by_id[server.id].setToolTip(
                f"{server_title(server)}\n{TIER_TITLES[server.tier]} · {ghz_text(server.compute_ghz)}"
            )
        self.set_heading("Topology", _counted(len(servers), "server") + " · " + _counted(len(pairs), "link"))
        self._show_empty()
        self._follow_selection()
        self.show_now()

    def set_run(self, run: PlannedRun | None) -> None:
        """Show this run at the clock's time; None shows the topology alone."""
        self._state = run_state(run) if run is not None else None
        self._ids = run.trace.server_ids if run is not None else ()
        self.show_now()

    def show_now(self, *_: object) -> None:
        """Show what is true at the clock's time."""
        packets = self._state.packets(self._clock.t) if self._state is not None else []
        self.canvas.show_states(self._node_states(packets))
        self.canvas.show_traffic(self._traffic(packets))

    def _node_states(self, packets: list[Packet]) -> dict[str, NodeState]:
        if self._scenario is None:
            return {}
        asked = {user.client: model_title(user.model, self._models) for user in self._scenario.users}
        shares: dict[str, float] = {}
        arriving: dict[str, tuple[str, float]] = {}
        if self._state is not None:
            shares = {self._ids[server]: share for server, share in self._state.busy_shares(self._clock.t).items()}
            for packet in packets:
                if packet.what == "partition":
                    word = "Receiving" if packet.target == packet.destination else "Relaying"
                    arriving[self._ids[packet.target]] = (word, packet.share)
        states = {}
        for server in self._scenario.servers:
            share = shares.get(server.id, 0.0)
            percent = f"{max(1, round(share * 100))}\u202f% busy" if share > 0 else "Idle"
            spoken = percent.replace("\u202f%", " percent").lower()
            subtitle, ring = percent, share if share > 0 else None
            if server.id in arriving:
                word, sent = arriving[server.id]
                spoken = f"{word.lower()}, {spoken}"
                if ring is None or word == "Receiving":
                    subtitle, ring = word, sent
            elif self._state is None:
                subtitle = spoken = ghz_text(server.compute_ghz)
            if server.tier == "client" and server.id in asked:
                subtitle = asked[server.id]
                spoken = f"{subtitle}, {spoken}"
            states[server.id] = NodeState(subtitle, ring, spoken)
        return states

    def _traffic(self, packets: list[Packet]) -> tuple[Carried, ...]:
        if self._state is None or self._topology is None:
            return ()
        items = self.canvas.items_by_id
        carried = []
        for packet in packets:
            source, target = self._ids[packet.source], self._ids[packet.target]
            if source not in items or target not in items:
                continue  # the plan is of an older scenario that had this server
            label = _bandwidth(self._topology, source, target)
            path = link_path(items[source].pos(), items[target].pos())
            if packet.what == "tensor":
                tier = items[target].server.tier
                carried.append(Carried(path, packet.share, tier, "", "", upload=False))
                continue
            tier = self._state.plan.problem.topology.servers[packet.destination].tier
            carried.extend(self._rest_of_route(self._state.plan.problem, self._topology, packet))
            carried.append(Carried(path, packet.share, tier, f"P3 #{packet.number + 1}", label, upload=True))
        return tuple(carried)

    def _rest_of_route(self, problem: Problem, topology: Topology, packet: Packet) -> list[Carried]:
        """Return the links of an upload's route that it is past or not yet on."""
        items = self.canvas.items_by_id
        tier = problem.topology.servers[packet.destination].tier
        route = problem.topology.route(problem.users[packet.user].client, packet.destination)
        rest = []
        share = 1.0
        for one, other in itertools.pairwise(route):
            if (one, other) == (packet.source, packet.target):
                share = 0.0
                continue
            source, target = self._ids[one], self._ids[other]
            if source in items and target in items:
                path = link_path(items[source].pos(), items[target].pos())
                label = _bandwidth(topology, source, target)
                rest.append(Carried(path, share, tier, None, label, upload=True))
        return rest

    def _choose(self, server: str | None) -> None:
        if server is not None and self._scenario is not None:
            for number, user in enumerate(self._scenario.users):
                if user.client == server:
                    self._selection.follow(number)
                    break
        self._selection.select(server=server)

    def _follow_selection(self) -> None:
        server = self._selection.server
        if server is None:
            if len(self.canvas.chosen) == 1:
                self.canvas.choose(frozenset())
        elif server not in self.canvas.chosen or len(self.canvas.chosen) > 1:
            self.canvas.choose(frozenset({server}) & self.canvas.items_by_id.keys())
        chosen = self.canvas.chosen_items()
        said = "; ".join(item.accessible_text() for item in chosen)
        self.canvas.setAccessibleDescription(said)

    def _show_empty(self) -> None:
        self._empty.setVisible(not self.canvas.items_by_id)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Keep the hint in the middle."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._empty.setGeometry(self.canvas.rect())

    def export_image(self, path: Path) -> None:
        """Write the topology as it is now: PNG at twice its size, or SVG, by the suffix."""
        content = self.canvas.content
        size = QSizeF(content.width() + 2 * PADDING, content.height() + HEADER + 12)

        def paint(painter: QPainter) -> None:
            self.paint_heading(painter, size.width())
            self.canvas.draw(painter, QRectF(PADDING, HEADER, content.width(), content.height()))

        save_drawing(path, size, self.look.theme.surface, "Topology", paint)


def _counted(count: int, word: str) -> str:
    return f"{count_text(count)} {word}{'' if count == 1 else 's'}"


def _bandwidth(topology: Topology, source: str, target: str) -> str:
    """Return the bandwidth of a pair's own link; empty without one, or where it is boundless."""
    one, other = topology.number[source], topology.number[target]
    s_per_byte = float(topology.link_s_per_byte[one, other])
    if not np.isfinite(topology.link_latency_s[one, other]) or s_per_byte <= 0:
        return ""
    return rate_text(1e-6 / s_per_byte)
