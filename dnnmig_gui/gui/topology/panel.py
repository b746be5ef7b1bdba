"""The topology view: where work can happen, and at time t what happens where."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QLabel

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import count_text, ghz_text, rate_text
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.joined import Joined
from dnnmig_gui.core.scenario.schema import Outage
from dnnmig_gui.core.topology import Tier
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.image_file import save_drawing
from dnnmig_gui.gui.language import mark, tr, tr_n
from dnnmig_gui.gui.names import model_title
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.run_state import Packet, RunState, run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.topology.canvas import Tool, TopologyCanvas
from dnnmig_gui.gui.topology.items import NodeState
from dnnmig_gui.gui.topology.links import path_between
from dnnmig_gui.gui.topology.minimap import Minimap
from dnnmig_gui.gui.topology.tool_switch import ToolSwitch
from dnnmig_gui.gui.topology.traffic import Carried
from dnnmig_gui.gui.view_panel import HEADER, PADDING, ViewPanel, ZoomControl

EMPTY = mark(
    "<b>No servers yet</b><br>Drag a client here from the library, or press 1, 2 or 3 for a client, an edge or a cloud "
    "server. Then press K and drag from one to another to join them, and drag a model onto a client."
)


class TopologyPanel(ViewPanel):
    """Servers, links and what moves on them.

    Signals
    -------
    servers_moved(dict)
        Server id -> (x, y) of its node's centre, once at the end of a drag.
    link_drawn(str, str)
        A line was drawn from one server to another.
    server_dropped(str, object), model_dropped(str, object), file_dropped(object, object)
        A server of a tier was dropped at a place; a model or a model's file on a client, or on none.
    menu_asked(object, object), rename_asked()
        As the canvas says.
    """

    servers_moved = Signal(dict)
    link_drawn = Signal(str, str)
    server_dropped = Signal(str, object)
    model_dropped = Signal(str, object)
    file_dropped = Signal(object, object)
    menu_asked = Signal(object, object)
    rename_asked = Signal()

    def __init__(self, look: Look, clock: Clock, selection: Selection) -> None:
        super().__init__(look, tr("Topology"))
        self._clock = clock
        self._selection = selection
        self._scenario: Scenario | None = None
        self._joined: Joined | None = None
        self._models: Mapping[str, DnnModel] = {}
        self._state: RunState | None = None
        self._ids: tuple[str, ...] = ()
        self.canvas = TopologyCanvas(look)
        self.zoom = ZoomControl(look)
        self.tool_switch = ToolSwitch(look)
        self.tools.addWidget(self.tool_switch)
        self.tools.addWidget(self.zoom)
        self.body.setContentsMargins(PADDING, 0, PADDING, 12)
        self.body.addWidget(self.canvas)
        self._empty = QLabel(tr(EMPTY), self.canvas)
        self._empty.setProperty("role", "panel")
        self._empty.setContentsMargins(20, 14, 20, 14)
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.minimap = Minimap(look, self.canvas)
        self.zoom.zoom_asked.connect(self.canvas.zoom_by)
        self.zoom.fit_asked.connect(self.canvas.fit)
        self.canvas.zoom_changed.connect(self.zoom.show_zoom)
        self.canvas.servers_moved.connect(self.servers_moved)
        self.canvas.nodes_shifted.connect(self.show_now)
        self.canvas.choice_changed.connect(self._choose)
        for name in ("link_drawn", "server_dropped", "model_dropped", "file_dropped", "menu_asked", "rename_asked"):
            getattr(self.canvas, name).connect(getattr(self, name))
        self.canvas.tool_changed.connect(self.tool_switch.show_tool)
        self.tool_switch.tool_asked.connect(self.use_tool)
        self.canvas.tapped.connect(clock.toggle)
        clock.moved.connect(self.show_now)
        selection.changed.connect(self._follow_selection)
        look.changed.connect(self.canvas.repaint_all)
        self._show_empty()

    def set_scenario(self, scenario: Scenario | None, models: Mapping[str, DnnModel]) -> None:
        """Show a scenario's servers and links; `models` by their ids in the scenario."""
        before, self._scenario = self._scenario, scenario
        self._models = models
        if scenario is None or before is None or not _same_drawing(before, scenario):
            self._show_drawing()
        self._show_empty()
        self._follow_selection()
        self.show_now()

    def _show_drawing(self) -> None:
        """Show the servers and links anew."""
        scenario = self._scenario
        servers = scenario.servers if scenario is not None else ()
        self._joined = Joined(scenario) if scenario is not None else None
        count = self._joined.count if self._joined is not None else 0
        self.canvas.set_servers(servers, self._joined)
        self.minimap.renew()
        self.set_heading(tr("Topology"), _counts(len(servers), count))

    def set_run(self, run: PlannedRun | None) -> None:
        """Show this run at the clock's time; None shows the topology alone."""
        self._state = run_state(run) if run is not None else None
        self._ids = run.trace.server_ids if run is not None else ()
        self.show_now()

    def show_now(self, *_: object) -> None:
        """Show what is true at the clock's time."""
        packets = self._state.packets(self._clock.t) if self._state is not None else []
        self.canvas.show_states(self._node_states(packets))
        self.canvas.show_traffic(self._traffic(packets), self._links_down())

    def _outages(self) -> list[Outage]:
        """Return the outages of the run that are under way."""
        if self._state is None:
            return []
        outages = self._state.plan.scenario.running.outages
        return [outage for outage in outages if outage.start_s <= self._clock.t < outage.end_s]

    def _links_down(self) -> tuple[QPainterPath, ...]:
        items = self.canvas.items_by_id
        pairs = [outage.between for outage in self._outages() if outage.between is not None]
        return tuple(path_between(items[one], items[other]) for one, other in pairs if {one, other} <= items.keys())

    def _node_states(self, packets: list[Packet]) -> dict[str, NodeState]:
        if self._scenario is None:
            return {}
        asked: dict[str, str] = {}
        for user in self._scenario.users:
            title = model_title(user.model, self._models)
            before = asked.get(user.client)
            asked[user.client] = title if before in (None, title) else f"{before}, {title}"
        shares: dict[str, float] = {}
        arriving: dict[str, tuple[bool, float]] = {}
        if self._state is not None:
            shares = {self._ids[server]: share for server, share in self._state.busy_shares(self._clock.t).items()}
            for packet in packets:
                if packet.what == "partition":
                    arriving[self._ids[packet.target]] = (packet.target == packet.destination, packet.share)
        states = {}
        down = {outage.server for outage in self._outages()}
        for server in self._scenario.servers:
            if server.id in down:
                states[server.id] = NodeState(tr("Down"), None, tr("Down").lower(), down=True)
                continue
            share = shares.get(server.id, 0.0)
            percent = tr("{share} % busy").format(share=max(1, round(share * 100))) if share > 0 else tr("Idle")
            spoken = percent.replace("\u202f%", " percent").lower()
            subtitle, ring = percent, share if share > 0 else None
            if server.id in arriving:
                receives, sent = arriving[server.id]
                word = tr("Receiving") if receives else tr("Relaying")
                spoken = f"{word.lower()}, {spoken}"
                if ring is None or receives:
                    subtitle, ring = word, sent
            elif self._state is None:
                # Three figures: more would be cut off beside the icon; the tool tip has them all.
                subtitle = spoken = ghz_text(float(f"{server.compute_ghz:.3g}"))
            if server.tier == "client" and server.id in asked:
                subtitle = asked[server.id]
                spoken = f"{subtitle}, {spoken}"
            states[server.id] = NodeState(subtitle, ring, spoken)
        return states

    def _traffic(self, packets: list[Packet]) -> tuple[Carried, ...]:
        """Return what is on the links: the ways that queries have come, tensors, and uploads with their routes."""
        state, joined = self._state, self._joined
        if state is None or joined is None:
            return ()
        items, topology = self.canvas.items_by_id, state.plan.problem.topology
        now = {(packet.source, packet.target) for packet in packets if packet.what == "tensor"}
        hops = [self._crossed(pair) for pair in state.crossed(self._clock.t) if pair not in now]
        labelled: set[tuple[int, int]] = set()
        for packet in packets:
            target = items.get(self._ids[packet.target])
            if packet.what == "tensor":
                if target is not None:
                    hops.append(self._hop(packet.source, packet.target, packet.share, target.server.tier, packet))
                continue
            tier = topology.servers[packet.destination].tier
            share = 1.0
            route = self._route(packet)
            if any(self._ids[server] not in items for server in route):
                continue  # the plan is of an older scenario that had other servers
            for one, other in itertools.pairwise(route):
                here = (one, other) == (packet.source, packet.target)
                share = packet.share if here else 0.0 if share < 1 else 1.0
                label = "" if (one, other) in labelled else _bandwidth(joined, self._ids[one], self._ids[other])
                labelled.add((one, other))
                hops.append(self._hop(one, other, share, tier, packet if here else None, label, upload=True))
        return tuple(hop for hop in hops if hop is not None)

    def _route(self, packet: Packet) -> list[int]:
        """Return the servers that an upload goes over; those of the link it is on, where the plan has another way."""
        assert self._state is not None
        problem = self._state.plan.problem
        route = problem.topology.route(problem.users[packet.user].client, packet.destination)
        link = (packet.source, packet.target)
        return list(route) if link in itertools.pairwise(route) else list(link)

    def _crossed(self, pair: tuple[int, int]) -> Carried | None:
        target = self.canvas.items_by_id.get(self._ids[pair[1]])
        return self._hop(*pair, 1.0, target.server.tier) if target is not None else None

    def _hop(
        self,
        source: int,
        target: int,
        share: float,
        tier: Tier,
        packet: Packet | None = None,
        label: str = "",
        *,
        upload: bool = False,
    ) -> Carried | None:
        """Return a link of a way; None where one of its servers is there no more."""
        one, other = (self.canvas.items_by_id.get(self._ids[end]) for end in (source, target))
        if one is None or other is None:
            return None
        name = None if packet is None else f"P3 #{packet.number + 1}" if upload else ""
        size = 0 if packet is None else packet.size_bytes
        return Carried(path_between(one, other), share, tier, name, label, upload=upload, size_bytes=size)

    def use_tool(self, tool: Tool) -> None:
        """Take a tool in hand."""
        self.canvas.use_tool(tool)
        self.canvas.setFocus()  # Esc puts it down

    def _choose(self) -> None:
        servers, links = self.canvas.chosen, self.canvas.chosen_links
        if len(servers) == 1 and self._scenario is not None:
            asking = [number for number, user in enumerate(self._scenario.users) if user.client in servers]
            if asking and self._selection.user not in asking:
                self._selection.follow(asking[0])
        self._selection.select(servers=servers, links=links)

    def _follow_selection(self) -> None:
        known = self.canvas.items_by_id.keys()
        servers = self._selection.servers & known
        links = frozenset(pair for pair in self._selection.links if known >= set(pair))
        if (servers, links) != (self.canvas.chosen, self.canvas.chosen_links):
            self.canvas.choose(servers, links)
            self.canvas.reveal()
        chosen = self.canvas.chosen_items()
        said = "; ".join(item.accessible_text() for item in chosen)
        self.canvas.setAccessibleDescription(said)

    def _show_empty(self) -> None:
        self._empty.setVisible(not self.canvas.items_by_id)

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        """Keep the hint in the middle."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._place_hint()

    def _place_hint(self) -> None:
        width = min(440, self.canvas.width() - 32)
        height = self._empty.heightForWidth(width)
        self._empty.setGeometry((self.canvas.width() - width) // 2, (self.canvas.height() - height) // 2, width, height)

    def export_image(self, path: Path) -> None:
        """Write the topology as it is now: PNG at twice its size, or SVG, by the suffix."""
        content = self.canvas.content
        size = QSizeF(content.width() + 2 * PADDING, content.height() + HEADER + 12)

        def paint(painter: QPainter) -> None:
            self.paint_heading(painter, size.width())
            self.canvas.draw(painter, QRectF(PADDING, HEADER, content.width(), content.height()))

        save_drawing(path, size, self.look.theme.surface, tr("Topology"), paint)


def _same_drawing(one: Scenario, other: Scenario) -> bool:
    """Return whether two scenarios have the very same servers and links: an edit keeps the parts it leaves alone."""
    return one.servers is other.servers and one.links is other.links and one.link_defaults is other.link_defaults


def _counts(servers: int, links: int) -> str:
    of_servers = tr_n("{count} server", "{count} servers", servers).format(count=count_text(servers))
    return f"{of_servers} · {tr_n('{count} link', '{count} links', links).format(count=count_text(links))}"


def _bandwidth(joined: Joined, source: str, target: str) -> str:
    """Return the bandwidth of a pair's own link; empty without one."""
    figures = joined.figures(source, target)
    if figures is None:
        return ""
    forward = joined.ordered(source, target) == (source, target)
    rate = figures.bandwidth_mb_per_s if forward else figures.bandwidth_back_mb_per_s
    return rate_text(rate) if rate > 0 else ""
