"""The charts of a run: they say what plan and trace say, as plot, as table and as file."""

from __future__ import annotations

import csv
import itertools
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, paper, plan, window
from timeline_run import timeline_run

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.planning import plan_scenario
from dnnmig_gui.core.scenario import open_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.core.simulation.fairness import fairness
from dnnmig_gui.core.simulation.simulate import run_phase
from dnnmig_gui.core.simulation.summary import summarise
from dnnmig_gui.gui.charts.data import Chart, Line, Quantity
from dnnmig_gui.gui.charts.measures import charts_of, cost_parts, delay_chart, search_chart, upload_chart
from dnnmig_gui.gui.charts.page import ChartsPage
from dnnmig_gui.gui.charts.plot import PlotView
from dnnmig_gui.gui.charts.plot_axis import LEAST_DECADES, log_ticks
from dnnmig_gui.gui.charts.plot_bars import category_names, slots
from dnnmig_gui.gui.charts.plot_texts import text_at
from dnnmig_gui.gui.charts.service import fairness_chart, links_chart, percentiles_chart, worst_off_chart
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.theme.fonts import font
from dnnmig_gui.gui.theme.look import Look
from dnnmig_gui.gui.window import MainWindow

__all__ = ["paper", "window"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
RUN = timeline_run()


@given(t=st.floats(0, 22), user=st.integers(0, 1))
def test_the_delay_chart_is_the_stage_of_each_plan(t: float, user: int) -> None:
    lines = {line.name: line for line in delay_chart(RUN, user).lines}
    assert len(lines) == len(RUN.alternatives)
    for name, plans in RUN.alternatives.items():
        titles = [title for title in lines if title.lower().startswith(name.partition("-")[0])]
        line = min((lines[title] for title in titles), key=lambda one: len(one.name) if name == "efficiency" else 0)
        assert line.value(t) == plans[user].stage_at(t).query_delay_s


@given(t=st.floats(0, 22))
def test_the_upload_chart_counts_the_bytes_of_the_trace(t: float) -> None:
    trace = RUN.trace
    line = next(line for line in upload_chart(RUN, 0).lines if line.token == "accent")
    rows = np.flatnonzero((trace.kind == SliceKind.UPLOAD) & (trace.user == 0))
    shares = np.clip((t - trace.start[rows]) / (trace.end[rows] - trace.start[rows]), 0, 1)
    assert np.interp(t, line.x, line.y) == pytest.approx(float(shares @ trace.size_bytes[rows]) / 2**20)


def test_tables_hold_all_numbers_of_the_lines() -> None:
    for chart in charts_of(RUN, 0):
        rows = list(csv.reader(chart.csv_text().splitlines()))
        assert tuple(rows[0]) == chart.header()
        assert len(rows) - 1 == sum(len(line.x) for line in chart.lines)
        assert [float(row[2]) for row in rows[1:]] == [y for line in chart.lines for y in line.y.tolist()]


def played(name: str) -> PlannedRun:
    file = open_scenario(Path(__file__).parents[2] / "scenarios" / f"{name}.dnnmig")
    phase = run_phase(plan_scenario(file.scenario, file.path.parent))
    return PlannedRun(phase.plan, phase.trace, {})


def test_percentiles_link_use_and_fairness_say_what_the_run_says() -> None:
    run = played("latecomers")
    summary, evenness = summarise(run.trace), fairness(run.plan, run.trace)
    lines = percentiles_chart(run, summary).lines
    for line, field in zip(lines, ("median_delay_s", "p95_delay_s", "p99_delay_s"), strict=True):
        assert line.y.tolist() == [getattr(user, field) for user in summary.users]
    links = links_chart(summary)
    used = [link for link in summary.links if link.busy_share > 0]
    assert len(links.categories) == len(used) > 0
    assert links.lines[0].y.tolist() == [100 * link.busy_share for link in used]
    jain = fairness_chart(run, evenness).lines[0]
    assert jain.y.tolist() == evenness.jain[~np.isnan(evenness.jain)].tolist()
    assert 1 / len(run.plan.users) <= jain.y.min() <= jain.y.max() <= 1 + 1e-12
    worst = worst_off_chart(run, evenness).lines[0]
    trace = run.trace
    for t, delay in list(zip(worst.x.tolist(), worst.y.tolist(), strict=True))[::40]:
        under_way = (trace.kind == SliceKind.QUERY) & (trace.start <= t) & (t < trace.end)
        own = under_way & (trace.user == evenness.worst[evenness.time_s == t][0])
        assert delay == pytest.approx((trace.end - trace.start)[own][-1])


def test_one_user_has_no_fairness_and_the_chart_says_why() -> None:
    run = played("intermittent-link")
    assert len(run.plan.users) == 1
    evenness = fairness(run.plan, run.trace)
    for chart in (fairness_chart(run, evenness), worst_off_chart(run, evenness)):
        assert chart.empty
        assert "one user only" in chart.nothing


@pytest.fixture
def charted(qtbot: QtBot, paper: MainWindow) -> ChartsPage:
    quick = MethodChoice(method="genetic")
    paper.document.edit("Quick", paper.document.scenario.model_copy(update={"offloading": quick}))
    plan(qtbot, paper)
    paper.named_actions["charts"].trigger()
    assert paper.pages.shown == "charts"
    return paper.pages.charts


def test_the_charts_of_a_real_plan(paper: MainWindow, charted: ChartsPage) -> None:
    run = paper.planning.run
    assert run is not None
    for number, user in enumerate(run.plan.users):
        for cost, whole in (("energy", user.figures.energy_j), ("money", user.figures.money)):
            parts = cost_parts(run.plan, number, getattr(run.plan.problem.users[number], cost))
            assert sum(parts.values()) == pytest.approx(whole)
    busy = {server.id: server.busy_share for server in summarise(run.trace).servers if server.busy_share > 0}
    shown = sorted(y for line in charted.charts["utilisation"].lines for y in line.y.tolist())
    assert shown == pytest.approx(sorted(100 * share for share in busy.values()))
    search = search_chart(run).lines[-1]
    assert search.y[-1] == pytest.approx(run.plan.offloading.objective)
    assert (np.diff(search.y) <= 1e-12).all()


def test_every_chart_is_drawn_in_both_themes(charted: ChartsPage, paper: MainWindow) -> None:
    for choice in ("light", "dark"):
        paper.look.choose(choice)  # type: ignore[arg-type]
        for name, chart in charted.charts.items():
            charted.list.buttons[name].click()
            assert charted.chart is chart
            assert charted.title.text() == chart.title
            if charted.log_y.isEnabled() and not chart.empty:
                charted.log_y.click()
                charted.grab()
                charted.log_y.click()
            if charted.log_x.isEnabled() and not chart.empty:
                charted.log_x.click()
            image = charted.plot.widget.grab().toImage()
            assert image.pixelColor(2, 2) == paper.look.theme.surface


def test_the_playhead_and_the_readout_follow_the_clock(charted: ChartsPage, paper: MainWindow) -> None:
    charted.choose("query-delay")
    run = paper.planning.run
    assert run is not None
    for t in (0.1, 3.0, 20.0):
        paper.clock.seek(t)
        assert charted.plot.playhead.value() == t
        line = charted.charts["query-delay"].lines[-1]
        assert f"{line.name} " in text_at(charted.chart, t)
    view = charted.plot.plot.getViewBox()
    where = charted.plot.widget.mapFromScene(view.mapViewToScene(QPointF(6.0, 0.3)))
    QTest.mouseClick(charted.plot.widget.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert paper.clock.t == pytest.approx(6.0, abs=0.2)


def test_table_copy_and_export(charted: ChartsPage, tmp_path: Path) -> None:
    charted.choose("layers")
    charted.as_table.click()
    chart = charted.chart
    assert chart is not None
    assert charted.table.rowCount() == len(chart.rows())
    assert charted.table.item(0, 1).text() == chart.categories[0]
    charted.as_table.click()
    charted.copy.click()
    assert QApplication.clipboard().image().height() == 2 * charted.plot.picture_size().height()  # with the key
    png, svg, table = (tmp_path / f"chart.{suffix}" for suffix in ("png", "svg", "csv"))
    for path in (png, svg, table):
        charted.export_image(path)
    assert QImage(str(png)).width() == 2 * charted.plot.widget.width()
    root = ElementTree.parse(svg).getroot()  # noqa: S314
    words = " ".join("".join(element.itertext()) for element in root.iter() if element.tag.endswith("text"))
    assert "Layer" in words
    assert table.read_text() == chart.csv_text()
    with pytest.raises(InputError, match=r"\.jpeg"):
        charted.export_image(tmp_path / "chart.jpeg")


def test_without_a_plan_there_is_nothing_to_chart(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.named_actions["charts"].trigger()
    page = window.pages.charts
    assert page.nothing.text() == "Plan to see charts"
    assert page.stack.currentWidget() is page.nothing
    assert not page.export.isEnabled()
    with pytest.raises(InputError, match="no chart"):
        page.export_image(tmp_path / "chart.png")


def test_a_point_of_the_front_becomes_the_plan(qtbot: QtBot, paper: MainWindow) -> None:
    scenario = paper.document.scenario
    alone = scenario.model_copy(update={"users": scenario.users[:1], "offloading": MethodChoice(method="local")})
    paper.document.edit("Alone", alone)
    plan(qtbot, paper)
    paper.named_actions["charts"].trigger()
    page = paper.pages.charts
    page.choose("pareto")
    assert page.seek_front.isVisible()
    page.seek_front.click()
    qtbot.waitUntil(lambda: page.front is not None, timeout=PLANNING_MS)
    chart = page.chart
    assert chart is not None
    assert len(chart.lines[0].x) >= 1
    box = page.plot.plot.getViewBox()
    spot = box.mapViewToScene(QPointF(float(chart.lines[0].x[0]), float(chart.lines[0].y[0])))
    QTest.mouseClick(page.plot.widget.viewport(), Qt.MouseButton.LeftButton, pos=page.plot.widget.mapFromScene(spot))
    before = paper.planning.run
    qtbot.waitUntil(lambda: paper.planning.run is not before, timeout=PLANNING_MS)
    run = paper.planning.run
    assert run is not None
    assert run.plan.users[0].figures.delay_s == pytest.approx(float(chart.lines[0].x[0]))
    assert paper.document.scenario.offloading.method == "exact"
    assert not paper.planning.outdated
    shown = page.chart
    assert shown is not None
    assert shown.x.title == ("System delay" if len(run.plan.users) > 1 else "Query delay")
    assert shown.lines[1].x[0] == pytest.approx(run.plan.system_delay_s)
    assert shown.story.startswith("One plan is the best") == (len(shown.lines[0].x) == 1)


def test_lines_are_named_at_their_ends_and_pointed_at(charted: ChartsPage) -> None:
    charted.choose("query-delay")
    view, chart = charted.plot, charted.chart
    assert chart is not None
    assert [item.text() for _, item in view.names._names] == [line.name for line in chart.lines]
    tops = sorted(item.pos().y() for _, item in view.names._names)
    assert all(after - before > 8 for before, after in pairwise(tops))
    assert not view.key.isVisible()
    box = view.plot.getViewBox()
    t = 0.5 * float(chart.lines[-1].x[-1])
    view._hover(box.mapViewToScene(QPointF(t, 0.1)))
    assert view.finger.isVisible()
    assert view.finger.value() == pytest.approx(t, rel=0.01)
    assert list(view.dots.getData()[1]) == [line.value(view.finger.value()) for line in chart.lines]
    charted.choose("energy")
    assert view.key.isVisible()
    assert not view.names._names


def test_bars_of_a_category_stand_side_by_side() -> None:
    run = played("latecomers")
    assert slots(percentiles_chart(run, summarise(run.trace))) == [0, 1, 2]


def test_numbers_on_axes_have_the_unit_that_suits_them(qtbot: QtBot) -> None:
    run = played("latecomers")
    summary = summarise(run.trace)
    view = PlotView(Look("light"))
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    axes = {side: view.plot.getAxis(side) for side in ("bottom", "left")}
    for chart, unit in ((percentiles_chart(run, summary), "ms"), (links_chart(summary), "%")):
        view.show_chart(chart)
        numbers = _numbers(view, "left")
        assert numbers[0] == "0"
        assert all(text.endswith(f"\u202f{unit}") for text in numbers[1:])
        for side, quantity in (("bottom", chart.x), ("left", chart.y)):
            assert axes[side].labelText == quantity.title
            assert "(" not in axes[side].labelString()
    view.show_chart(delay_chart(run, 0))
    assert _numbers(view, "bottom")[-1].endswith("\u202fs")
    view.set_log(x=False, y=True)
    assert len(_numbers(view, "left")) > 1


def test_on_a_logarithmic_axis_all_lines_come_from_the_left_edge(qtbot: QtBot) -> None:
    view = PlotView(Look("light"))
    qtbot.addWidget(view)
    chart = delay_chart(RUN, 0)
    view.show_chart(chart)
    view.set_log(x=True, y=False)
    lines = [item for item in view.plot.items if isinstance(item, pg.PlotDataItem)]
    assert len(lines) > len(chart.lines) > 1  # the one that is followed has a shade
    first = min(float(line.x[line.x > 0].min()) for line in chart.lines)
    assert {float(item.xData.min()) for item in lines} == {0.5 * first}


def _numbers(view: PlotView, side: str) -> list[str]:
    axis = view.plot.getAxis(side)
    found = []
    for spacing, places in axis.tickValues(*axis.range, 500.0):
        found += axis.tickStrings(list(places), 1.0, spacing)
    return found


@given(low=st.floats(-6, 6), decades=st.floats(0.05, 12), most=st.integers(2, 12))
def test_a_logarithmic_axis_has_round_numbers(low: float, decades: float, most: int) -> None:
    ticks = log_ticks(low, low + decades, most)
    assert len(ticks) <= most + 3
    assert all(low - 1e-6 <= tick <= low + decades + 1e-6 for tick in ticks)
    assert all(after > before for before, after in pairwise(ticks))
    for tick in ticks:
        assert float(f"{10**tick:.3g}") == pytest.approx(10**tick) or decades < LEAST_DECADES


def test_lines_that_end_together_are_told_apart_by_their_dashes(charted: ChartsPage) -> None:
    charted.choose("query-delay")
    chart, names = charted.chart, charted.plot.names
    assert chart is not None
    for line, sample in zip(chart.lines, names._samples, strict=True):
        assert tuple(sample.pen().dashPattern()) == line.dash or not line.dash
        assert sample.isVisible()


def test_what_is_uploaded_stays_until_the_run_ends() -> None:
    run = played("latecomers")
    for number, user in enumerate(run.plan.problem.users):
        line = upload_chart(run, number).lines[-1]
        assert line.token == "accent"
        assert line.x[-1] == min(user.departure_s, run.end_s)


def test_names_under_bars_never_meet() -> None:
    names = [f"Camera {number} → Edge {number}" for number in range(40)]
    written = category_names(names, 20.0)
    width = QFontMetricsF(font(11)).horizontalAdvance
    assert 1 < len(written) < len(names)
    for (one, text), (other, _) in itertools.pairwise(written):
        assert max(map(width, text.split("\n"))) < (other - one) * 20.0
    phones = [f"{name}'s telephone" for name in ("Ada", "Ben", "Chloe", "Dev", "Elif", "Femi", "Gita", "Hugo")]
    assert len(category_names(phones, 80.0)) == len(phones)  # on two lines each
    assert category_names(phones, 140.0)[0][1] == phones[0]


def test_large_text_is_cut_nowhere(charted: ChartsPage, paper: MainWindow) -> None:
    paper.resize(1280, 800)
    try:
        paper.look.set_text_percent(200)
        QApplication.processEvents()
        for made in charted.list.buttons.values():
            assert made.width() >= made.sizeHint().width()
        charted.choose("layers")
        QApplication.processEvents()
        assert charted.story.height() >= charted.story.heightForWidth(charted.story.width()) > 0
    finally:
        paper.look.set_text_percent(100)


def test_the_chart_stands_still_while_its_numbers_change(charted: ChartsPage) -> None:
    charted.choose("upload")
    QApplication.processEvents()
    before = charted.plot.geometry()
    charted._tell("")
    QApplication.processEvents()
    assert charted.plot.geometry() == before
    charted.readout.reserve(", ".join(f"Client {number} 233 MiB" for number in range(40)))
    assert charted.readout.height() > 2 * charted.readout.fontMetrics().height()


def test_f_and_the_button_show_all_again(charted: ChartsPage) -> None:
    charted.choose("query-delay")
    box = charted.plot.plot.getViewBox()
    whole = box.viewRange()
    for ask in (lambda: QTest.keyClick(charted, Qt.Key.Key_F), charted.fit.click):
        box.setRange(xRange=(1.0, 2.0), yRange=(0.1, 0.2))
        ask()
        assert np.allclose(box.viewRange(), whole)


def test_a_point_of_the_front_is_taken_from_the_table_by_keys(charted: ChartsPage) -> None:
    asked = []
    charted._load_point = lambda line, point: asked.append((line, point))  # type: ignore[method-assign]
    charted.charts["pareto"] = points = Chart(
        "pareto",
        "Front",
        "",
        "points",
        Quantity("Delay", "s"),
        Quantity("Energy", "J"),
        (Line("Best plans", np.array([1.0, 2.0]), np.array([3.0, 2.0]), "accent", details=("5 each", "6 each")),),
    )
    charted.choose("pareto")
    charted.as_table.click()
    charted.table.setCurrentCell(1, 0)
    charted.table.setFocus()
    QTest.keyClick(charted.table, Qt.Key.Key_Return)
    assert asked == [(0, 1)]
    charted.as_table.click()
    QApplication.processEvents()
    told: list[str] = []
    charted.plot.told.connect(told.append)
    box = charted.plot.plot.getViewBox()
    charted.plot._hover(box.mapViewToScene(QPointF(float(points.lines[0].x[0]), float(points.lines[0].y[0]))))
    assert told[-1].endswith("5 each")


@pytest.mark.parametrize("name", ["query-delay", "upload", "layers"])
def test_an_svg_shows_what_the_window_shows(charted: ChartsPage, tmp_path: Path, name: str) -> None:
    charted.choose(name)
    QApplication.processEvents()
    view, path = charted.plot, tmp_path / "chart.svg"
    charted.export_image(path)
    size = view.picture_size().toSize()
    shown, drawing = QImage(size, QImage.Format.Format_RGB32), QImage(size, QImage.Format.Format_RGB32)
    for image, paint in ((shown, view.paint), (drawing, lambda painter: QSvgRenderer(str(path)).render(painter))):
        image.fill(charted._look.theme.surface)
        painter = QPainter(image)
        paint(painter)
        painter.end()
    ground = charted._look.theme.surface.rgb()
    middle = view.plot.getViewBox().sceneBoundingRect()
    names, numbers = range(int(middle.right()) + 2, size.width()), range(int(middle.left()))
    for places in (names, numbers):
        inked = [
            sum(image.pixel(x, y) != ground for x in places for y in range(0, size.height(), 2))
            for image in (shown, drawing)
        ]
        assert inked[1] >= 0.6 * inked[0]


def test_a_search_of_one_step_says_so_and_draws_no_empty_axes() -> None:
    run = played("intermittent-link")
    history = run.plan.offloading.history
    assert len({evaluations for evaluations, _, _ in history}) <= 1
    assert search_chart(run).empty
    assert "one step" in search_chart(run).nothing
