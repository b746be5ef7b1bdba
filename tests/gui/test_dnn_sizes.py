"""How large the model's view is drawn: from afar, beside branches, with larger text, in high contrast."""

from __future__ import annotations

import numpy as np
import pytest
from long_models import long_branches
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from test_dnn_blocks import shown

from dnnmig_gui.core.dnn.zoo import zoo_model
from dnnmig_gui.gui.charts.lettering import text_width
from dnnmig_gui.gui.dnn.blocks import find_blocks
from dnnmig_gui.gui.dnn.box_painter import _contrast, fills
from dnnmig_gui.gui.dnn.box_text import elided
from dnnmig_gui.gui.dnn.layout import COMFORTABLE, draw_model
from dnnmig_gui.gui.dnn.panel import DnnPanel
from dnnmig_gui.gui.dnn.shading import percent_text

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def pixels(panel: DnnPanel) -> np.ndarray:
    image: QImage = panel.canvas.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)


def height_of(panel: DnnPanel, color: QColor) -> int:
    """Return how many rows of the canvas show a colour."""
    alike = np.abs(pixels(panel).astype(int) - color.getRgb()[:3]).max(axis=2) <= 2
    return int(alike.any(axis=1).sum())


@pytest.mark.parametrize("name", ["resnet101", "5000"])
def test_fitted_a_long_model_is_a_band_and_not_a_line(qtbot: QtBot, name: str) -> None:
    panel, _, _, _ = shown(qtbot, name)
    panel.unfold_all()
    panel.canvas.fit()
    canvas = panel.canvas
    assert canvas.horizontalScrollBar().maximum() == 0, "all of it shows"
    assert canvas.zoom < 0.1
    assert canvas.scale_y > 0.9, "names of blocks, P3 and places are written as large as ever"
    assert height_of(panel, panel.look.theme.client.fill) > 40
    middle = canvas.center_of(len(panel._model) // 2)
    assert canvas.viewport().rect().contains(middle.toPoint())
    at = canvas.box_at(middle)
    assert at is not None
    assert abs(at.layer - len(panel._model) // 2) < 15, "the pointer finds what is painted under it"


def test_from_afar_no_gap_shows_between_layers_narrower_than_a_pixel(qtbot: QtBot) -> None:
    panel, _, _, _ = shown(qtbot, "5000")
    panel.unfold_all()
    panel.canvas.fit()
    middle = round(panel.canvas.center_of(2500).y())
    line = pixels(panel)[middle, 20:-20].astype(int)
    tiers = [panel.look.theme.tier(tier).fill.getRgb()[:3] for tier in ("client", "edge", "cloud")]
    painted = np.min([np.abs(line - fill).max(axis=1) for fill in tiers], axis=0) <= 2
    assert painted.mean() > 0.97, "no stripes that tell of nothing but rounding"


def test_zooming_keeps_what_is_under_the_pointer(qtbot: QtBot) -> None:
    panel, _, _, _ = shown(qtbot, "resnet101")
    panel.unfold_all()
    canvas = panel.canvas
    at = QPointF(500, 60)
    canvas.horizontalScrollBar().setValue(canvas.horizontalScrollBar().maximum() // 2)
    before, least = canvas._on_drawing(at).x(), canvas.scale_x
    for factor in (0.5, 0.5, 0.5, 3.0, 3.0):
        canvas.zoom_by(factor, at)
        least = min(least, canvas.scale_x)
        assert abs(canvas._on_drawing(at).x() - before) * least < 2, "bars stand at whole pixels of the farthest view"


def test_a_box_with_its_column_to_itself_is_tall_enough_for_its_texts() -> None:
    for name, branching in (("googlenet", "inception_3a"), ("inception-resnet-v1", "block35_1")):
        model = zoo_model(name)
        blocks = find_blocks(model)
        open_one = next(block for block in blocks if block.name == branching)
        drawing = draw_model(model, COMFORTABLE, blocks, {block.span for block in blocks} - {open_one.span})
        folded = [box for box in drawing.boxes if box.block is not None]
        assert folded
        assert all(box.height >= 50 for box in folded), "folded blocks keep name, layers and bytes"
        inside = [box for box in drawing.boxes if open_one.first <= box.layer <= open_one.last and not box.slim]
        assert min(box.height for box in inside) < 30, "branches above one another are flat"
        highest = min(box.y for box in drawing.boxes)
        lowest = max(box.y + box.height for box in drawing.boxes)
        assert drawing.bracket_y < highest
        assert lowest < drawing.bar_y


def test_branches_without_names_are_gathered(qtbot: QtBot) -> None:
    model = long_branches(5000)
    blocks = find_blocks(model)
    assert len(blocks) < 65
    assert max(len(block) for block in blocks) < 1000
    drawing = draw_model(model, COMFORTABLE, blocks, {one.span for block in blocks for one in block.walk()})
    assert len(drawing.boxes) < 65


def test_the_drawing_grows_with_the_text(qtbot: QtBot) -> None:
    panel, _, _, _ = shown(qtbot, "alexnet")
    canvas = panel.canvas
    before = canvas.box_rect(canvas._painter.drawing.box(1))
    panel.look.set_text_percent(150)
    after = canvas.box_rect(canvas._painter.drawing.box(1))
    assert after.width() > before.width(), "narrower than its letters ask for, so that all of it shows"
    assert after.height() > 1.3 * before.height()
    at = canvas.center_of(1)
    assert canvas.layer_at(at) == 1
    panel.look.set_text_percent(100)
    assert canvas.box_rect(canvas._painter.drawing.box(1)).width() == pytest.approx(before.width())


def test_in_high_contrast_layers_and_folded_blocks_have_a_rim_near_and_far(qtbot: QtBot) -> None:
    panel, _, _, _ = shown(qtbot, "googlenet")
    ink = panel.look.theme.client.ink.getRgb()[:3]

    def rims() -> int:
        return int((np.abs(pixels(panel).astype(int) - ink).max(axis=2) <= 2).sum())

    plain = rims()
    panel.look.set_high_contrast(True)
    assert rims() > plain + 200, "folded blocks"
    panel.unfold_all()
    assert rims() > 200, "layers"
    panel.canvas.fit()
    assert panel.canvas.zoom < 0.45
    assert rims() > 200, "from afar"


def test_small_shares_have_digits() -> None:
    shares = (0.356, 0.0357, 0.00024, 0.000001, 0.0)
    assert [percent_text(share).replace("\u202f", "") for share in shares] == ["36%", "3.6%", "0.02%", "<0.01%", "0%"]


def lettered(panel: DnnPanel, layer: int) -> float:
    """Return the share of a box that something is written on."""
    rect = panel.canvas.box_rect(panel.canvas._painter.drawing.box(layer)).adjusted(3, 3, -3, -3).toRect()
    inside = pixels(panel)[rect.top() : rect.bottom(), rect.left() : rect.right()].astype(int)
    fill = np.median(inside.reshape(-1, 3), axis=0)
    return float((np.abs(inside - fill).max(axis=2) > 60).mean())


def test_boxes_too_narrow_for_their_names_write_them_upwards(qtbot: QtBot) -> None:
    panel, clock, _, run = shown(qtbot, "vgg19")
    clock.seek(run.end_s)
    panel.canvas.fit()
    assert panel.canvas.horizontalScrollBar().maximum() == 0, "all of it shows"
    heads = [box.layer for box in panel.canvas._painter.drawing.boxes if not box.slim]
    assert len(heads) > 20
    assert min(lettered(panel, layer) for layer in heads[1:]) > 0.04, "no box is without its name"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("branch0a_1×1", "bra…0a_1×1"),
        ("layer2494", "l…2494"),
        ("3×3_reduce", "3×3_re…"),
        ("conv1", "conv1"),
        ("0123456789", "012…89"),
    ],
)
def test_a_shortened_name_keeps_the_numbers_that_tell_it_from_others(qtbot: QtBot, name: str, short: str) -> None:
    assert elided(name, 11, 600, text_width(short, 11, 600) + 0.5) == short


def test_the_bytes_of_cut_points_stand_upwards_in_narrow_gaps(qtbot: QtBot) -> None:
    panel, _, _, _ = shown(qtbot, "vgg19")
    panel.show_cuts(True)
    panel.canvas.fit()
    painter = panel.canvas._painter
    assert panel.canvas.horizontalScrollBar().maximum() == 0, "all of it shows"
    ink = panel.look.theme.text.getRgb()[:3]
    bold = [mark for mark in painter._cuts if mark.shrinks]
    assert len(bold) > 5
    picture = pixels(panel).astype(int)
    for mark in bold:
        at = panel.canvas._on_screen(QPointF(mark.x, mark.y)).toPoint()
        around = picture[at.y() - 20 : at.y() + 20, at.x() - 5 : at.x() + 5]
        rows = (np.abs(around - ink).max(axis=2) < 90).any(axis=1)
        assert rows.sum() > 20, "a line of text as long as a size, not a dashed line"


@pytest.mark.parametrize("name", ["resnet50", "mobilenet-v2"])
def test_residual_networks_are_one_straight_line(name: str) -> None:
    model = zoo_model(name)
    drawing = draw_model(model, COMFORTABLE, find_blocks(model))
    middles = {box.layer: round(box.y + box.height / 2) for box in drawing.boxes}
    axis = middles[0]
    beside = [model.layers[layer].name for layer, middle in middles.items() if middle != axis]
    assert all("shortcut" in each for each in beside), "only a shortcut with a layer of its own lies below"
    lowest = max(y for edge in drawing.edges for _, y in edge.points)
    assert lowest > axis + drawing.boxes[1].height / 2, "shortcuts pass below"
    assert lowest < drawing.bar_y


def test_a_text_over_two_places_is_written_in_the_ink_of_each(qtbot: QtBot) -> None:
    panel, clock, _, run = shown(qtbot, "resnet50")
    clock.seek(run.end_s)
    picture, painter = panel.picture(), panel.canvas._painter
    palette = painter.palette(panel.look.theme, picture, panel._servers)
    box = next(
        box for box in painter.drawing.boxes if box.block is not None and len(picture.of_block(box.layers).parts) == 2
    )
    inks = painter._boxes._inks(palette, box, picture.of_block(box.layers))
    assert sum(part.width() for part, _ in inks) == pytest.approx(box.width)
    for (part, ink), (share, fill) in zip(inks, fills(palette, painter.model, box), strict=True):
        assert part.width() == pytest.approx(share * box.width)
        assert _contrast(ink, fill) > 4.5
