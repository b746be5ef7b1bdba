"""The view of the followed user's model: where each layer runs at time t, and where it will.

A selected model that no user runs is shown by itself: no plan places it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QPoint, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QMenu

from dnnmig_gui.core.dnn import DnnModel
from dnnmig_gui.core.reporting.numbers import bytes_text, count_text
from dnnmig_gui.core.scenario import Scenario
from dnnmig_gui.core.scenario.layer_limits import Limits, bars_on, pins_on
from dnnmig_gui.core.topology import Server
from dnnmig_gui.gui.clock import Clock
from dnnmig_gui.gui.dnn.blocks import Block
from dnnmig_gui.gui.dnn.box_painter import Chosen
from dnnmig_gui.gui.dnn.canvas import DnnCanvas
from dnnmig_gui.gui.dnn.cut_marks import cut_marks
from dnnmig_gui.gui.dnn.find import FindField, find_layers
from dnnmig_gui.gui.dnn.fitting import Fitting, Room
from dnnmig_gui.gui.dnn.folding import Folding
from dnnmig_gui.gui.dnn.layer_menu import add_fold_entry, add_limit_menus, subject_of
from dnnmig_gui.gui.dnn.layout import COMFORTABLE, Box
from dnnmig_gui.gui.dnn.legend import Legend
from dnnmig_gui.gui.dnn.options import OptionsButton
from dnnmig_gui.gui.dnn.painter import ModelPainter
from dnnmig_gui.gui.dnn.picture import FADE_S, Picture, Pictures
from dnnmig_gui.gui.dnn.shading import ColorBy, Shading, percent_text
from dnnmig_gui.gui.dnn.shown_model import model_alone, model_of_user, without_user
from dnnmig_gui.gui.dnn.words import block_lines, layer_lines, limit_lines
from dnnmig_gui.gui.image_file import save_drawing
from dnnmig_gui.gui.language import mark, tr, tr_n
from dnnmig_gui.gui.names import id_title
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.run_state import RunState, run_state
from dnnmig_gui.gui.selection import Selection
from dnnmig_gui.gui.theme.fonts import text_scale
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.view_panel import HEADER, PADDING, ViewPanel, ZoomControl

EMPTY = mark("No model to show. Add one in the library, or drop an ONNX file on the window.")


class DnnPanel(ViewPanel):
    """The followed user's model.

    Signals
    -------
    edited(str, object)
        What was done, and the scenario after it: limits of layers have changed.
    """

    edited = Signal(str, object)

    def __init__(self, look: Look, clock: Clock, selection: Selection) -> None:
        super().__init__(look, tr("Model"))
        self._clock = clock
        self._selection = selection
        self._scenario: Scenario | None = None
        self._models: Mapping[str, DnnModel] = {}
        self._run: PlannedRun | None = None
        self._state: RunState | None = None
        self._pictures: Pictures | None = None
        self._painter: ModelPainter | None = None
        self._model: DnnModel | None = None
        self._alone: str | None = None
        """Id of the model that is shown without a user."""
        self._servers: tuple[Server, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._folding = Folding()
        self._fitting = Fitting(self._folding)
        self._color_by: ColorBy = "place"
        self._shaded: object = None
        self._cuts = False
        self._text = ""
        self._found: tuple[int, ...] = ()
        self._title = ""
        self.canvas = DnnCanvas(look)
        self.canvas.describe = self.describe_box
        self.search = FindField(look)
        self.options = OptionsButton(look)
        self.legend = Legend(look)
        self.zoom = ZoomControl(look)
        self.tools.addWidget(self.legend)
        self.tools.addWidget(self.search)
        self.tools.addWidget(self.options)
        self.tools.addWidget(self.zoom)
        self.body.setContentsMargins(PADDING, 0, PADDING, 4)
        self.body.addWidget(self.canvas)
        self._connect()
        self._show_model()

    def _connect(self) -> None:
        self.zoom.zoom_asked.connect(self.canvas.zoom_by)
        self.zoom.fit_asked.connect(self.canvas.fit)
        self.canvas.zoom_changed.connect(self.zoom.show_zoom)
        self.canvas.zoom_changed.connect(self._offer_zoom)
        self.canvas.layer_chosen.connect(self._choose_layer)
        self.canvas.partition_chosen.connect(lambda number: self._selection.select(partition=number))
        self.canvas.resized.connect(self._show_model)
        self.canvas.fold_asked.connect(self.turn)
        self.canvas.menu_asked.connect(self._open_menu)
        self.search.text_changed.connect(self._find)
        self.search.next_asked.connect(self._find_next)
        self.search.closed.connect(self.canvas.setFocus)
        self.options.color_asked.connect(self.color_by)
        self.options.cuts_asked.connect(self.show_cuts)
        self.options.fold_all_asked.connect(self.fold_all)
        self.options.unfold_all_asked.connect(self.unfold_all)
        self._clock.moved.connect(self.show_now)
        self._clock.playing_changed.connect(self.show_now)
        self._selection.changed.connect(self._follow_selection)
        self.look.changed.connect(self._show_model)

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

    def _show_model(self, keep: int | None = None) -> None:
        """Draw the followed user's model, if it is not the one that is drawn; `keep` stays where it is."""
        user = self._selection.user
        self._alone = self._without_user()
        if self._alone is None:
            state, shown_model = self._state, model_of_user(user, self._scenario, self._run, self._models)
        else:
            state, shown_model = None, model_alone(self._alone, self._models)
        model, servers, self._title = shown_model.model, shown_model.servers, shown_model.title
        hint = tr("{title} has not been read.").format(title=self._title) if shown_model.is_known else tr(EMPTY)
        self._folding.follow(model)
        folded = self._folding.folded
        size = text_scale()  # the drawing grows with the text, so the room shrinks with it
        sides = (self.canvas.width(), self.canvas.height(), self.canvas.height_beside_bar)
        room = Room(*(round(side / size) for side in sides))
        sizes = self._fitting.sizes(model, room, cuts=self._cuts) if model is not None else COMFORTABLE
        shown = (model, state, (user, self._alone), servers, folded, sizes, size, hint)
        if not self._shown or any(
            one is not other and one != other for one, other in zip(shown, self._shown, strict=True)
        ):
            same_model = model is not None and model == self._model
            self._shown = shown
            self._model, self._servers = model, servers
            self._pictures = None
            self._shaded = None
            painter = None
            if model is not None:
                drawing = self._fitting.draw(model, sizes)
                painter = ModelPainter(model, drawing, cut_marks(model, drawing, sizes.gap) if self._cuts else ())
                if state is not None:
                    self._pictures = Pictures(state, user, drawing)
            self._painter = painter
            if same_model:
                self.canvas.replace_drawing(painter, servers, keep)
            else:
                self._text = ""
                self._find(self.search.field.text())
                self.canvas.set_drawing(painter, servers, hint)
            for part in (self.search, self.options):
                part.setVisible(model is not None)
            self.options.show_folds(len(folded), len(self._folding.spans))
            self._offer_legend()
        self._mark()
        self._follow_selection()
        self.show_now()

    def _without_user(self) -> str | None:
        return without_user(self._scenario, self._selection.model)

    def _mark(self) -> None:
        """Mark what is pinned and barred in the scenario as it stands, whatever the plan was made for."""
        if self._painter is None or self._model is None:
            return
        limits = self._limits()
        computing = [(number, layer.name) for number, layer in enumerate(self._model) if not layer.is_input]
        before = self._painter.marks
        self._painter.mark(
            pinned=frozenset(number for number, name in computing if limits and pins_on(limits, name)),
            barred=frozenset(number for number, name in computing if limits and bars_on(limits, name)),
            found=frozenset(self._found) if self._text else None,
        )
        if self._painter.marks != before:
            self.canvas.look_again()

    def _limits(self) -> Limits:
        """Return the limits of the user followed, as they stand; a model without a user has none."""
        user = self._selection.user
        known = self._alone is None and self._scenario is not None and user < len(self._scenario.users)
        return self._scenario.users[user].limits if self._scenario is not None and known else ()

    # How it is drawn

    def turn(self, block: Block) -> None:
        """Fold a block that is open, unfold one that is folded."""
        self._folding.turn(block)
        self._show_model(keep=block.first)

    def fold_all(self) -> None:
        """Draw every block as one box."""
        self._folding.fold_all()
        self._show_model(keep=self._keep())

    def unfold_all(self) -> None:
        """Draw every layer in a box of its own."""
        self._folding.unfold_all()
        self._show_model(keep=self._keep())

    def _keep(self) -> int | None:
        return self._model.index.get(self._selection.layer or "") if self._model is not None else None

    def color_by(self, what: ColorBy) -> None:
        """Let colours say where layers run, or what share of the time or the bytes they have."""
        self._color_by = what
        self._shaded = None
        self.options.colors[what].setChecked(True)
        self._offer_legend()
        self.show_now()
        self.canvas.look_again()

    def show_cuts(self, shown: bool) -> None:
        """Show or hide the cut points."""
        self._cuts = shown
        self.options.cuts.setChecked(shown)
        self._show_model(keep=self._keep())

    # Search

    def find_layers(self) -> None:
        """Open the search, ready to type."""
        if self._model is not None:
            self.search.open()

    def _find(self, text: str) -> None:
        """Mark the layers that a text finds, and bring the first of them into view."""
        self._text = text.strip()
        self._found = find_layers(self._model, self._text) if self._model is not None else ()
        self.search.show_count(None, len(self._found))
        self._mark()
        if self._found:
            self.canvas.bring_into_view(self._found[0])

    def _find_next(self, step: int) -> None:
        """Select the next layer found, unfolding what it is in."""
        if self._model is None or not self._found:
            return
        here = self._model.index.get(self._selection.layer or "", -1 if step > 0 else len(self._model))
        ahead = [layer for layer in self._found if (layer > here if step > 0 else layer < here)]
        layer = (ahead or self._found)[0 if step > 0 else -1]
        self._folding.reveal(layer)
        self._show_model()
        self._choose_layer(layer)
        self.search.show_count(self._found.index(layer), len(self._found))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Open the search by a slash, as in many a program."""
        if event.key() == Qt.Key.Key_Slash:
            self.find_layers()
        else:
            super().keyPressEvent(event)

    # Menu

    def menu_for(self, box: Box | None) -> QMenu:
        """Return the menu of a box, or that of the whole drawing: how it is drawn."""
        menu = QMenu(self)
        if box is not None:
            add_fold_entry(menu, box, self._folding, self.turn)
            subject = subject_of(self._scenario, self._selection.user, self._models, self._model, box)
            if subject is not None and self._alone is None:
                add_limit_menus(menu, subject, self.edited.emit)
        else:
            menu.addActions([*self.options.colors.values(), self.options.cuts])
        if self._folding.spans:
            menu.addSeparator()
            menu.addAction(self.options.fold)
            menu.addAction(self.options.unfold)
        return menu

    def _open_menu(self, box: Box | None, at: QPoint) -> None:
        menu = self.menu_for(box)
        if not menu.isEmpty():
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at)

    def _offer_legend(self) -> None:
        """Show what colours mean only where there are any: layers that nobody runs have no place."""
        self.legend.setVisible(self._model is not None and (self._alone is None or self._color_by != "place"))

    def _offer_zoom(self, *_: object) -> None:
        """Show the zoom only where there is something to zoom: a model that fits has no use for it."""
        self.zoom.setVisible(self._model is not None and (self.canvas.fitting_zoom() < 0.99 or self.canvas.zoom != 1))

    # What is true now

    def picture(self) -> Picture | None:
        """Return how the layers look at the clock's time."""
        if self._pictures is None:
            return None
        fades_over_s = FADE_S * self._clock.speed if self._clock.playing and not self.look.reduced_motion else 0.0
        return self._pictures.at(self._clock.t, fades_over_s)

    def show_now(self, *_: object) -> None:
        """Show what is true at the clock's time."""
        picture = self.picture()
        self._shade(picture)
        self.canvas.show_picture(picture)
        self.set_heading(self._title, self._caption())

    def _caption(self) -> str:
        scenario = self._run.plan.scenario if self._run is not None else self._scenario
        if self._model is None or scenario is None:
            return ""
        size = bytes_text(self._model.total_param_bytes)
        if self._alone is not None:
            return " · ".join([size, tr("no user yet: drag it onto a client")])
        user = self._selection.user
        parts = [
            size,
            tr("on {server}").format(server=id_title(scenario.users[user].client)),
        ]
        if self._state is not None:
            done = self._state.queries_done(user, self._clock.t)
            parts.append(tr_n("{count} query done", "{count} queries done", done).format(count=count_text(done)))
        return " · ".join(parts)

    def _shade(self, picture: Picture | None) -> None:
        """Give the painter its shading; it changes only where a layer moves."""
        key = (self._color_by, picture.places if picture is not None else None)
        if self._painter is None or self._model is None or (self._shaded is not None and self._shaded == key):
            return
        self._shaded = key
        shading = None
        if self._color_by == "bytes":
            shading = Shading.of(tr("Share of bytes"), [layer.param_bytes for layer in self._model])
        elif self._color_by == "time" and picture is not None and self._pictures is not None:
            shading = Shading.of(tr("Share of time"), self._pictures.layer_seconds(picture.places))
        elif self._color_by == "time":
            shading = Shading.of(tr("Share of work"), [layer.flops for layer in self._model])
        self._painter.set_shading(shading)
        most = shading.greatest(self._painter.drawing.boxes) if shading is not None else 0.0
        self.legend.show_ramp((shading.what, percent_text(most)) if shading is not None else None)
        self.canvas.look_again()

    def describe(self, layer: int) -> str:
        """Return what is known of a layer, line by line."""
        if self._model is None:
            return ""
        lines = layer_lines(self._model, layer, self._servers, self._pictures, self.picture())
        return "\n".join([*lines, *limit_lines(self._limits(), (self._model.layers[layer].name,))])

    def describe_box(self, box: Box) -> str:
        """Return what is known of a layer or of a folded block, line by line."""
        if self._model is None or box.block is None:
            return self.describe(box.layer)
        lines = block_lines(self._model, box.block, self._servers, self._pictures, self.picture())
        names = [self._model.layers[layer].name for layer in box.layers]
        return "\n".join([*lines, *limit_lines(self._limits(), names)])

    # Selection

    def _choose_layer(self, layer: int | None) -> None:
        name = self._model.layers[layer].name if self._model is not None and layer is not None else None
        self._selection.select(model=self._alone, layer=name)

    def _follow_selection(self) -> None:
        if (self._selection.user, self._without_user()) != (self._shown[2] if self._shown else None):
            self._show_model()
            return
        layer = self._model.index.get(self._selection.layer or "") if self._model is not None else None
        self.canvas.choose(Chosen(layer, self._selection.partition))
        said = ""
        if layer is not None and self._painter is not None:
            said = self.describe_box(self._painter.drawing.box(layer)).replace("\n", ", ")
        self.canvas.setAccessibleDescription(said)

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
