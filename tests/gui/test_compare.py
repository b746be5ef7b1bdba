"""The comparison: its columns and its duel tell what plans and traces say; the page fills while methods plan."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from real_window import PLANNING_MS, paper, plan, window
from timeline_run import timeline_run

from dnnmig_gui.core.scenario.schema import BarLimit, MethodChoice
from dnnmig_gui.core.simulation import SliceKind
from dnnmig_gui.gui.charts.lettering import BOLD, text_width
from dnnmig_gui.gui.charts.pace import Pace
from dnnmig_gui.gui.compare.columns import COLUMNS, Context, best_of, is_best
from dnnmig_gui.gui.compare.comparing import Comparing
from dnnmig_gui.gui.compare.contender import Bench, Combination, Contender, prolonged, usual_combinations
from dnnmig_gui.gui.compare.duel import Duel
from dnnmig_gui.gui.compare.page import ComparePage
from dnnmig_gui.gui.compare.table_model import ENTRY, FIRST
from dnnmig_gui.gui.compare.why import all_costs, explain, next_best, without_limits
from dnnmig_gui.gui.compare.why_panel import alternative_text
from dnnmig_gui.gui.jobs import Jobs
from dnnmig_gui.gui.planned_run import PlannedRun
from dnnmig_gui.gui.window import MainWindow

__all__ = ["paper", "window"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
ANY_TIME = st.floats(0, 22, allow_nan=False)
ONCE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def contender(seed: int) -> Contender:
    run = timeline_run(seed=seed)
    choice = Combination(MethodChoice(method="pso"), MethodChoice(method=run.plan.uploading_method))
    return Contender(choice, run, 1.0 + seed)


@pytest.fixture(scope="module")
def duel() -> Duel:
    return Duel(contender(1), contender(2), 0)


def finished(run: PlannedRun, user: int, t: float) -> int:
    trace = run.trace
    return int(((trace.kind == SliceKind.QUERY) & (trace.user == user) & (trace.end <= t)).sum())


@ONCE
@given(t=ANY_TIME, user=st.integers(0, 1))
def test_pace_is_that_of_the_trace(duel: Duel, t: float, user: int) -> None:
    run = duel.one.run
    pace = Pace.of(run, user)
    trace = run.trace
    confirmed = int(((trace.kind == SliceKind.CONFIRM) & (trace.user == user) & (trace.start <= t)).sum())
    assert pace.delay_at(t) == run.plan.users[user].uploading.stages[confirmed].query_delay_s
    assert pace.done(t) == finished(run, user, t)


@ONCE
@given(t=ANY_TIME)
def test_the_duel_tells_the_difference(duel: Duel, t: float) -> None:
    a, b = finished(duel.one.run, 0, t), finished(duel.other.run, 0, t)
    assert duel.lead_at(t) == b - a
    times, lead = duel.lead()
    assert lead[np.searchsorted(times, t, side="right") - 1] == b - a
    sooner = duel.one.pace(0).delay_at(t) - duel.other.pace(0).delay_at(t)
    assert duel.sooner_s(t) == sooner
    sentence = duel.sentence(t)
    if abs(sooner) >= 1e-3:
        who, own, others = ("B", b, a) if sooner > 0 else ("A", a, b)
        assert f"{who} answers " in sentence
        assert sentence.endswith(f"{own} queries to {others}")


@given(t=ANY_TIME)
def test_swapping_turns_the_difference_round(t: float) -> None:
    one, other = contender(1), contender(3)
    there, back = Duel(one, other, 1), Duel(other, one, 1)
    assert there.lead_at(t) == -back.lead_at(t)
    assert there.sooner_s(t) == -back.sooner_s(t)


def test_columns_are_the_plan_s_figures(duel: Duel) -> None:
    one = duel.one
    context = Context(7.0, 1, 22.0)
    values = {column.id: column.value(one, context) for column in COLUMNS}
    upload = one.plan.users[1].uploading
    assert values["now"] == upload.stage_at(7.0).query_delay_s
    assert values["mean"] == upload.mean_query_delay_s
    assert values["queries"] == upload.queries_until(22.0)
    assert values["upload"] == upload.upload_s
    assert values["seconds"] == 2.0
    assert values["gap"] is None
    assert values["done"] == finished(one.run, 1, 7.0)
    energies = one.stage_energies(1)
    assert len(energies) == len(upload.stages)
    assert min(energies) - 1e-9 <= (values["energy"] or 0) <= max(energies) + 1e-9
    assert len({column.id for column in COLUMNS}) == len(COLUMNS)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=8))
def test_the_best_is_marked_where_there_is_one(values: list[float | None]) -> None:
    column = next(column for column in COLUMNS if column.id == "upload")
    best = best_of(column, values)
    known = [value for value in values if value is not None]
    if best is None:
        assert len({f"{value:.2e}" for value in known}) <= 1
    else:
        assert best == min(known)
        # Whatever reads as the best does is marked too.
        assert [is_best(value, best) for value in known] == [f"{value:.2e}" == f"{best:.2e}" for value in known]


@pytest.fixture
def compared(qtbot: QtBot, paper: MainWindow) -> ComparePage:
    """The compare page of the paper's scenario, everything planned; a quick method stands for PSO."""
    quick = paper.document.scenario.model_copy(update={"offloading": MethodChoice(method="one-step")})
    paper.document.edit("Quick", quick)
    plan(qtbot, paper)
    paper.named_actions["compare"].trigger()
    page = paper.pages.compare
    qtbot.waitUntil(lambda: bool(page.comparing.entries) and not page.comparing.busy, timeout=PLANNING_MS)
    qtbot.waitUntil(lambda: page.comparing.pair is not None, timeout=PLANNING_MS)
    return page


def test_a_comparison_begins_with_all_uploading_methods_and_the_optimum(paper: MainWindow) -> None:
    found = usual_combinations(paper.document.scenario)
    assert found[0] == Combination(paper.document.scenario.offloading, paper.document.scenario.uploading)
    assert {one.uploading.method for one in found} >= {
        "direct",
        "ionn",
        "efficiency",
        "recursive-efficiency",
        "optimal",
    }
    assert found[-1].offloading.method == "exact"
    assert len(set(map(str, found))) == len(found)


def test_compare_swap_and_use(qtbot: QtBot, paper: MainWindow, compared: ComparePage) -> None:
    comparing = compared.comparing
    assert paper.pages.shown == "compare"
    assert paper.named_actions["compare"].isChecked()
    assert all(entry.progress == "done" for entry in comparing.entries)
    assert comparing.sides["A"] is not None
    assert comparing.sides["A"].combination.uploading.method == "ionn"
    duel = compared.duel
    assert duel is not None
    assert paper.clock.end_s == duel.end_s
    paper.clock.seek(0.4 * duel.end_s)
    assert compared.sentence.text() == duel.sentence(paper.clock.t)
    compared.swap.click()
    swapped = compared.duel
    assert swapped is not None
    assert (swapped.one, swapped.other) == (duel.other, duel.one)
    assert swapped.lead_at(paper.clock.t) == -duel.lead_at(paper.clock.t)
    direct = next(entry for entry in comparing.entries if entry.combination.uploading.method == "direct")
    comparing.click(direct)
    assert comparing.sides["B"] is direct
    compared.chips["B"].click()
    efficiency = next(entry for entry in comparing.entries if entry.combination.uploading.method == "efficiency")
    comparing.click(efficiency)
    assert comparing.sides["A"] is efficiency
    assert comparing.sides["B"] is direct
    qtbot.waitUntil(lambda: comparing.pair is not None and comparing.pair[1].combination == direct.combination)
    t = paper.clock.t
    compared.use.click()
    assert paper.pages.shown == "plan"
    assert paper.planning.run is not None
    assert paper.planning.run.plan.uploading_method == "direct"
    assert paper.document.scenario.uploading.method == "direct"
    assert not paper.planning.outdated
    assert len(paper.planning.run.alternatives) > 3
    assert paper.clock.t == min(t, paper.planning.run.end_s)
    assert paper.clock.end_s == paper.planning.run.end_s
    assert not comparing.outdated


def test_the_table_sorts_filters_and_chooses_columns(qtbot: QtBot, compared: ComparePage) -> None:
    table = compared.table
    model = table.sorted
    for column in (4, 5):
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            table.sortByColumn(column, order)
            values = [
                table.rows.value(model.index(row, 0).data(Qt.ItemDataRole.UserRole), column - 3)
                for row in range(model.rowCount())
            ]
            assert values == sorted(values, reverse=order == Qt.SortOrder.DescendingOrder)
    everything = model.rowCount()
    compared.filter.setText("ionn")
    assert model.rowCount() == 1
    assert "1 of" in compared.caption.text()
    compared.filter.clear()
    assert model.rowCount() == everything
    hidden = next(column for column in COLUMNS if not column.shown)
    next(action for action in compared.columns_menu().actions() if action.text() == hidden.title).trigger()
    assert table.shows(hidden)
    image = compared.grab().toImage()
    assert image.size() == compared.size() * image.devicePixelRatio()
    entry = compared.comparing.entries[1]
    next(action for action in compared.row_menu(entry).actions() if action.text() == "Remove").trigger()
    assert model.rowCount() == everything - 1
    offloading = next(
        menu for menu in compared.add_menu().actions() if "Local" in menu.text() or "client" in menu.text()
    )
    inner = offloading.menu()
    assert inner is not None
    inner.actions()[2].trigger()
    qtbot.waitUntil(lambda: not compared.comparing.busy, timeout=PLANNING_MS)
    assert model.rowCount() == everything
    assert compared.comparing.entries[-1].progress == "done"


def test_the_first_click_on_a_title_puts_the_best_on_top(qtbot: QtBot, compared: ComparePage) -> None:
    table = compared.table
    header = table.horizontalHeader()
    for number, column in enumerate(COLUMNS, start=FIRST):
        if table.isColumnHidden(number) or number == header.sortIndicatorSection():
            continue
        where = QPoint(header.sectionViewportPosition(number) + 20, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
        values = [table.rows.value(table.sorted.index(row, 0).data(ENTRY), number - FIRST) for row in range(2)]
        worst = table.rows.value(table.sorted.index(table.sorted.rowCount() - 1, 0).data(ENTRY), number - FIRST)
        assert values[0] is not None
        assert worst is not None
        assert values[0] <= worst if column.best == "least" else values[0] >= worst


def test_a_chosen_row_has_the_colour_of_its_side_alone(qtbot: QtBot, compared: ComparePage) -> None:
    table = compared.table
    table.selectRow(2)
    accent = table._look.theme.accent.rgb()
    picture, rect = table.viewport().grab().toImage(), table.visualRect(table.sorted.index(2, 0))
    assert picture.pixel(2, rect.center().y()) != accent


def test_a_click_on_a_row_lays_it_beside_the_pinned_one(compared: ComparePage) -> None:
    table = compared.table
    place = next(
        row
        for row in range(table.sorted.rowCount())
        if compared.comparing.side_of(table.sorted.index(row, 0).data(Qt.ItemDataRole.UserRole)) is None
    )
    where = table.visualRect(table.sorted.index(place, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert compared.comparing.sides["B"] is table.sorted.index(place, 0).data(Qt.ItemDataRole.UserRole)


def test_the_canvas_scrubs_zooms_and_tells(compared: ComparePage, paper: MainWindow) -> None:
    canvas = compared.canvas
    view = canvas.view
    assert view is not None
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(canvas.axis.x(5.0)), 60))
    assert paper.clock.t == pytest.approx(5.0, abs=0.1)
    before = canvas.grab().toImage()
    QTest.keyClick(canvas, Qt.Key.Key_W)
    assert canvas.axis.span < compared.duel.end_s  # type: ignore[union-attr]
    QTest.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.axis.shows_all
    assert _same(canvas.grab().toImage(), before)
    part, top = view.part_tops()[0]
    tips = {canvas.tip_at(QPointF(canvas.axis.x(t), top + 11)) for t in np.linspace(0.01, 5, 40)}
    assert any(tip.startswith("P3 #1") for tip in tips)
    assert part.rows[0].lane.role == "uploads"


def _same(one: QImage, other: QImage) -> bool:
    return one.convertToFormat(QImage.Format.Format_RGB32) == other.convertToFormat(QImage.Format.Format_RGB32)


def test_an_edit_puts_the_comparison_out_of_date(qtbot: QtBot, paper: MainWindow, compared: ComparePage) -> None:
    scenario = paper.document.scenario
    servers = tuple(
        server.model_copy(update={"compute_ghz": 2 * server.compute_ghz}) if server.tier == "client" else server
        for server in scenario.servers
    )
    before = compared.duel
    paper.document.edit("Faster clients", scenario.model_copy(update={"servers": servers}))
    assert compared.comparing.outdated
    assert compared.again.isVisible()
    compared.again.click()
    qtbot.waitUntil(lambda: not compared.comparing.busy, timeout=PLANNING_MS)
    qtbot.waitUntil(lambda: compared.duel is not None and compared.duel is not before, timeout=PLANNING_MS)
    assert not compared.comparing.outdated
    assert compared.duel is not None
    assert before is not None
    assert compared.duel.one.plan.users[0].local.delay_s < before.one.plan.users[0].local.delay_s


def test_what_cannot_be_planned_says_why(qtbot: QtBot, compared: ComparePage) -> None:
    bad = Combination(MethodChoice(method="pso", parameters={"particles": -1}), MethodChoice(method="ionn"))
    compared.comparing.add(bad)
    qtbot.waitUntil(lambda: not compared.comparing.busy, timeout=PLANNING_MS)
    entry = compared.comparing.entries[-1]
    assert entry.progress == "refused"
    assert "particles" in entry.reason
    assert compared.table.rows.text(entry, 3) == entry.reason


def test_stopping_keeps_what_is_ready(qtbot: QtBot, paper: MainWindow) -> None:
    comparing = Comparing(paper.jobs, paper.pages._bench)
    comparing.begin()
    wanted = len(comparing.entries)
    qtbot.waitUntil(lambda: len(comparing.done) >= 1, timeout=PLANNING_MS)
    comparing.cancel()
    assert not comparing.busy
    assert all(entry.progress == "done" for entry in comparing.entries)
    assert 1 <= len(comparing.entries) <= wanted


def test_closing_in_the_middle_leaves_no_thread(qtbot: QtBot, paper: MainWindow) -> None:
    paper.named_actions["compare"].trigger()
    qtbot.waitUntil(lambda: paper.pages.comparing.busy)
    paper.document.undo_stack.setClean()
    paper.close()
    QApplication.processEvents()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("planner")]


@pytest.fixture(scope="module")
def bench(scenarios_folder: str) -> Bench:
    from pathlib import Path

    from dnnmig_gui.core.scenario import open_scenario

    path = Path(scenarios_folder) / "paper-alexnet.dnnmig"
    return Bench(open_scenario(path).scenario, path.parent, None)


@pytest.fixture(scope="module")
def scenarios_folder(scenarios: object) -> str:
    return str(scenarios)


def planned(bench: Bench, offloading: str) -> Contender:
    from dnnmig_gui.core.run import Run

    return bench.contend(Combination(MethodChoice(method=offloading), MethodChoice(method="ionn")), Run(1))


@pytest.mark.parametrize("offloading", ["exact", "local", "edge-only"])
def test_costs_sum_to_the_delay(bench: Bench, offloading: str) -> None:
    whole = planned(bench, offloading).plan
    for number, user in enumerate(whole.users):
        costs = all_costs(whole, number)
        assert sum(cost.seconds for cost in costs) == pytest.approx(user.figures.delay_s)
        assert sum(cost.share for cost in costs) == pytest.approx(1.0)


def test_costs_of_a_parallel_delay_are_those_of_the_critical_path(bench: Bench) -> None:
    costs = bench.scenario.costs.model_copy(update={"delay": "parallel"})
    models = tuple(entry.model_copy(update={"zoo": "googlenet"}) for entry in bench.scenario.models)
    scenario = bench.scenario.model_copy(update={"costs": costs, "models": models})
    parallel = Bench(scenario, bench.folder, None)
    whole = planned(parallel, "one-step").plan
    for number, user in enumerate(whole.users):
        found = all_costs(whole, number)
        assert sum(cost.seconds for cost in found) == pytest.approx(user.figures.delay_s)
        assert len(found) < len(whole.problem.users[number].model)


def test_no_single_change_betters_the_optimum(bench: Bench) -> None:
    optimum = planned(bench, "exact").plan
    best = next_best(optimum, 0)
    assert best is not None
    assert best.objective_change >= -1e-9
    local = next_best(planned(bench, "local").plan, 0)
    assert local is not None
    assert local.objective_change < 0
    assert "better by" in alternative_text(local, 1.0)


def test_a_limit_that_hurts_is_named(bench: Bench) -> None:
    from dnnmig_gui.core.run import Run

    scenario = bench.scenario
    bar = BarLimit(limit="bar", layers=("*",), **{"from": ("edge", "cloud")})
    users = (scenario.users[0].model_copy(update={"limits": (bar,), "deadline_s": 1000.0}), *scenario.users[1:])
    limited = scenario.model_copy(update={"users": users})
    words = [name for name, _ in without_limits(limited)]
    assert len(words) >= 2
    own = Bench(limited, bench.folder, bench.models)
    answer = explain(planned(own, "exact").plan, 0, own, Run())
    dearest = answer.limits[0]
    assert "never on" in dearest.limit
    assert dearest.objective_change is not None
    assert dearest.objective_change < -0.05
    deadline = next(limit for limit in answer.limits if "deadline" in limit.limit)
    assert deadline.objective_change == 0


def test_a_run_can_be_prolonged(bench: Bench) -> None:
    from dnnmig_gui.core.run import Run

    one = planned(bench, "exact")
    longer = prolonged(one, one.run.end_s + 10, Run(1))
    assert longer.run.end_s == pytest.approx(one.run.end_s + 10)
    assert len(longer.pace(0).ended) > len(one.pace(0).ended)
    assert prolonged(one, 1.0, Run(1)) is one


def test_jobs_are_told_apart(qtbot: QtBot, bench: Bench) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    jobs = Jobs(owner)
    comparing = Comparing(jobs, lambda: bench, owner)
    comparing.begin()
    comparing.forget()
    assert comparing.entries == []
    assert not comparing.busy
    jobs.close()


def test_another_user_is_followed_from_the_comparison(compared: ComparePage, paper: MainWindow) -> None:
    assert compared.follow.isVisible()
    assert compared.follow.text() == "Follow Client 1"
    menu = compared.user_menu()
    assert [action.text() for action in menu.actions()] == ["Client 1", "Client 2"]
    menu.actions()[1].trigger()
    assert paper.selection.user == 1
    assert compared.follow.text() == "Follow Client 2"
    assert compared.duel is not None
    assert compared.duel.user == 1


def test_large_text_is_cut_nowhere(qtbot: QtBot, compared: ComparePage, paper: MainWindow) -> None:
    paper.resize(1280, 800)
    try:
        paper.look.set_text_percent(200)
        compared.ask_why.click()
        QApplication.processEvents()
        parts = [
            *compared.chips.values(),
            compared.follow,
            compared.use,
            compared.columns,
            compared.add,
            compared.filter,
        ]
        for part in parts:
            assert part.width() >= min(part.sizeHint().width(), part.maximumWidth())
            assert part.parentWidget().rect().contains(part.geometry())
        for text in (compared.caption, compared.sentence):
            assert text.height() >= text.heightForWidth(text.width()) > 0
        header = compared.table.horizontalHeader()
        for number in range(1, header.count()):
            if not header.isSectionHidden(number):
                title = str(compared.table.model().headerData(number, Qt.Orientation.Horizontal))
                assert text_width(title, 11, BOLD) < header.sectionSize(number)
    finally:
        paper.look.set_text_percent(100)
