"""The view of the followed user's model: where each layer runs at time t, and where it will."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QPainter

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import bytes_text, count_text, flops_text, mib_text, seconds_text
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.schema import PinLimit
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.dnn.canvas import LEGIBLE_ZOOM, DnnCanvas
from dnnmig_gui.gui.dnn.layout import COMFORTABLE, COMPACT, Sizes, draw_model
from dnnmig_gui.gui.dnn.legend import Legend
from dnnmig_gui.gui.dnn.painter import Chosen, ModelPainter
from dnnmig_gui.gui.dnn.picture import FADE_S, Picture, Pictures
from dnnmig_gui.gui.image_file import save_drawing
from dnnmig_gui.gui.names import id_title, model_title
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.run_state import RunState, run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.view_panel import HEADER, PADDING, ViewPanel, ZoomControl

LEAST_HEIGHT = 108
"""Height of a chain without air."""
EMPTY = "No model to show. Open a scenario in which a user runs one."


class DnnPanel(ViewPanel):
    """The followed user's model."""

    def __init__(self, look: Look, clock: Clock, selection: Selection) -> None:
        super().__init__(look, "Model")
        self._clock = clock
        self._selection = selection
        self._scenario: Scenario | None = None
        self._models: Mapping[str, DnnModel] = {}
        self._run: PlannedRun | None = None
        self._state: RunState | None = None
        self._pictures: Pictures | None = None
        self._model: DnnModel | None = None
        self._servers: tuple[Server, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._measured: tuple[DnnModel, float, float] | None = None
        self._title = ""
        self.canvas = DnnCanvas(look)
        self.canvas.describe = self.describe
        self.legend = Legend(look)
        self.zoom = ZoomControl(look)
        self.tools.addWidget(self.legend)
        self.tools.addWidget(self.zoom)
        self.body.setContentsMargins(PADDING, 0, PADDING, 0)
        self.body.addWidget(self.canvas)
        self.zoom.zoom_asked.connect(self.canvas.zoom_by)
        self.zoom.fit_asked.connect(self.canvas.fit)
        self.canvas.zoom_changed.connect(self.zoom.show_zoom)
        self.canvas.zoom_changed.connect(self._offer_zoom)
        self.canvas.layer_chosen.connect(self._choose_layer)
        self.canvas.partition_chosen.connect(lambda number: selection.select(partition=number))
        self.canvas.resized.connect(self._show_model)
        clock.moved.connect(self.show_now)
        clock.playing_changed.connect(self.show_now)
        selection.changed.connect(self._follow_selection)
        self._show_model()

    def set_scenario(self, scenario: Scenario | None, models: Mapping[str, DnnModel]) -> None:
        """Show the models of this scenario; `models` by their ids in it."""
        self._scenario = scenario
        self._models = models
        self._show_model()

    def set_run(self, run: PlannedRun | None) -> None:
        """Show this run at the clock's time; None shows the model without a plan."""
        self._run = run
        self._state = run_state(run) if run is not None else None
        self._show_model()

    # Which model

    def _show_model(self) -> None:
        """Draw the followed user's model, if it is not the one that is drawn."""
        user = self._selection.user
        model, servers, pinned = self._followed(user)
        sizes = self._sizes(model) if model is not None else COMFORTABLE
        shown = (model, self._state, user, servers, pinned, sizes, self._hint())
        if not self._shown or any(
            one is not other and one != other for one, other in zip(shown, self._shown, strict=True)
        ):
            same_model = model is not None and model == self._model
            self._shown = shown
            self._model, self._servers = model, servers
            self._pictures = None
            painter = None
            if model is not None:
                drawing = draw_model(model, sizes)
                painter = ModelPainter(model, drawing, pinned)
                if self._state is not None:
                    self._pictures = Pictures(self._state, user, drawing)
            if same_model:
                self.canvas.replace_drawing(painter, servers)
            else:
                self.canvas.set_drawing(painter, servers, self._hint())
            self.legend.setVisible(model is not None)
        self._follow_selection()
        self.show_now()

    def _hint(self) -> str:
        """Return what to say in place of a model."""
        has_user = self._scenario is not None and self._selection.user < len(self._scenario.users)
        return f"{self._title} has not been read." if has_user else EMPTY

    def _sizes(self, model: DnnModel) -> Sizes:
        """Return the tighter sizes where they are what makes the model fit, with as much air as there is room."""
        if self._measured is None or self._measured[0] is not model:
            self._measured = (model, draw_model(model, COMFORTABLE).width, draw_model(model, COMPACT).width)
        _, comfortable, compact = self._measured
        width = self.canvas.width()
        scrolls = compact * LEGIBLE_ZOOM > width
        sizes = COMFORTABLE if comfortable <= width or scrolls else COMPACT
        height = self.canvas.height_beside_bar if scrolls else self.canvas.height()
        return replace(sizes, air=float(min(14, max(0, (height - LEAST_HEIGHT) // 2))))

    def _followed(self, user: int) -> tuple[DnnModel | None, tuple[Server, ...], frozenset[int]]:
        """Return the followed user's model as it was planned, the servers, and the layers pinned."""
        scenario = self._run.plan.scenario if self._run is not None else self._scenario
        self._title = "Model"
        if scenario is None or user >= len(scenario.users):
            return None, (), frozenset()
        entry = scenario.users[user]
        self._title = model_title(entry.model, self._models)
        model = self._models.get(entry.model)
        if self._run is not None:
            model = self._run.plan.problem.users[user].model
        if model is None:
            return None, (), frozenset()
        names = {name for limit in entry.limits if isinstance(limit, PinLimit) for name in limit.layers}
        pinned = frozenset(model.index[name] for name in names if name in model.index)
        return model, scenario.servers, pinned

    def _offer_zoom(self, *_: object) -> None:
        """Show the zoom only where there is something to zoom: a model that fits has no use for it."""
        self.zoom.setVisible(self._model is not None and (self.canvas.fitting_zoom() < 0.99 or self.canvas.zoom != 1))

    # What is true now

    def picture(self) -> Picture | None:
        """Return how the layers look at the clock's time."""
        if self._pictures is None:
            return None
        fades_over_s = FADE_S * self._clock.speed if self._clock.playing else 0.0
        return self._pictures.at(self._clock.t, fades_over_s)

    def show_now(self, *_: object) -> None:
        """Show what is true at the clock's time."""
        self.canvas.show_picture(self.picture())
        self.set_heading(self._title, self._caption())

    def _caption(self) -> str:
        scenario = self._run.plan.scenario if self._run is not None else self._scenario
        if self._model is None or scenario is None:
            return ""
        user = self._selection.user
        parts = [mib_text(self._model.total_param_bytes), f"on {id_title(scenario.users[user].client)}"]
        if self._state is not None:
            done = self._state.queries_done(user, self._clock.t)
            parts.append(f"{count_text(done)} {'query' if done == 1 else 'queries'} done")
        return " · ".join(parts)

    def describe(self, layer: int) -> str:
        """Return what is known of a layer, line by line."""
        if self._model is None:
            return ""
        one = self._model.layers[layer]
        lines = [
            one.name,
            one.kind.replace("-", " ").capitalize(),
            f"{flops_text(one.flops)} · {bytes_text(one.param_bytes)} of parameters",
            f"Hands on {bytes_text(one.output_bytes)}",
        ]
        picture = self.picture()
        if picture is not None and self._pictures is not None:
            now, planned = picture.places[layer], picture.planned[layer]
            lines.append(f"Now on {self._place_text(self._pictures, layer, now)}")
            if planned != now:
                partition = self._pictures.partition_of.get(layer)
                with_p3 = f" with P3 #{partition + 1}" if partition is not None else ""
                lines.append(f"Planned{with_p3} on {self._place_text(self._pictures, layer, planned)}")
        return "\n".join(lines)

    def _place_text(self, pictures: Pictures, layer: int, server: int) -> str:
        name = id_title(self._servers[server].id)
        if not pictures.problem.computes[layer]:
            return name
        return f"{name}: {seconds_text(pictures.seconds(layer, server))}"

    # Selection

    def _choose_layer(self, layer: int | None) -> None:
        name = self._model.layers[layer].name if self._model is not None and layer is not None else None
        self._selection.select(layer=name)

    def _follow_selection(self) -> None:
        if self._selection.user != (self._shown[2] if self._shown else None):
            self._show_model()
            return
        layer = self._model.index.get(self._selection.layer or "") if self._model is not None else None
        self.canvas.choose(Chosen(layer, self._selection.partition))
        self.canvas.setAccessibleDescription(self.describe(layer).replace("\n", ", ") if layer is not None else "")

    def export_image(self, path: Path) -> None:
        """Write the whole model as it looks now: PNG at twice its size, or SVG, by the suffix."""
        width, height = self.canvas.drawing_size
        legend = self.legend.sizeHint().width()
        size = QSizeF(max(width, 640.0) + 2 * PADDING, height + HEADER)

        def paint(painter: QPainter) -> None:
            self.paint_heading(painter, size.width() - legend - 16)
            painter.save()
            painter.translate(size.width() - PADDING - legend, 6)
            self.legend.draw(painter, legend)
            painter.restore()
            painter.translate((size.width() - width) / 2, HEADER)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            self.canvas.draw(painter)

        save_drawing(path, size, self.look.theme.surface, self._title, paint)
