"""Reports, figures and documents: complete, safe against the names in them, and the same again."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dnnmig_gui.core.comparison import compare
from dnnmig_gui.core.dnn import DnnModel, Layer
from dnnmig_gui.core.dnn.zoo import zoo_model
from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.planning import MigrationPlan, plan_scenario, upload_plans
from dnnmig_gui.core.profiling.combine import LoadedModel
from dnnmig_gui.core.profiling.profile import Profile
from dnnmig_gui.core.reporting.comparison_document import comparison_csv, comparison_document
from dnnmig_gui.core.reporting.figures import figure_bytes, inline_svg
from dnnmig_gui.core.reporting.figures.canvas import fitted, lettering, text_width
from dnnmig_gui.core.reporting.figures.gantt import draw_gantt
from dnnmig_gui.core.reporting.figures.layers import draw_layers
from dnnmig_gui.core.reporting.figures.staircase import draw_staircase
from dnnmig_gui.core.reporting.figures.ticks import round_ticks
from dnnmig_gui.core.reporting.figures.topology import draw_topology
from dnnmig_gui.core.reporting.methods_document import parameter_facts
from dnnmig_gui.core.reporting.model_document import model_document
from dnnmig_gui.core.reporting.numbers import seconds_text
from dnnmig_gui.core.reporting.palette import DARK, LIGHT, STAND_INS, TOKENS
from dnnmig_gui.core.reporting.plan_document import parse_plan, plan_document, plan_text
from dnnmig_gui.core.reporting.report import Origin, common_horizon_s, uploading_alternatives
from dnnmig_gui.core.reporting.report_file import report_file
from dnnmig_gui.core.reporting.saved_plan import restored_plan
from dnnmig_gui.core.reporting.stretches import layers_text, stretches
from dnnmig_gui.core.run import Run
from dnnmig_gui.core.scenario import ScenarioFile, scenario_text
from dnnmig_gui.core.scenario.file import parse_scenario
from dnnmig_gui.core.scenario.schema import MethodChoice
from dnnmig_gui.core.simulation.simulate import simulate
from dnnmig_gui.core.uploading import UploadingPlan, efficiency

HOSTILE = "<script>alert(1)</script>\"'&amp;{{7*7}}$x^$ \u65e5\u672c <img src=x onerror=1>"


def scenario_of(**changes: Any) -> Any:
    return parse_scenario(
        json.dumps(
            {
                "format": "dnnmig-scenario",
                "version": 1,
                "name": "Two clients",
                "seed": 4,
                "servers": [
                    {"id": "client-1", "tier": "client", "compute_ghz": 1},
                    {"id": "client-2", "tier": "client", "compute_ghz": 2},
                    {"id": "edge-1", "tier": "edge", "compute_ghz": 20, "memory_mb": 4000, "price_per_hour": 1.0},
                    {"id": "cloud-1", "tier": "cloud", "compute_ghz": 90},
                ],
                "link_defaults": {
                    "client-edge": {"bandwidth_mb_per_s": 10},
                    "edge-cloud": {"bandwidth_mb_per_s": 20, "latency_ms": 3},
                },
                "links": [{"between": ["client-1", "edge-1"], "bandwidth_back_mb_per_s": 20}],
                "models": [{"id": "net", "zoo": "alexnet"}],
                "users": [
                    {"id": "user-1", "client": "client-1", "model": "net"},
                    {"id": "user-2", "client": "client-2", "model": "net"},
                ],
                "offloading": {"method": "exact"},
                "uploading": {"method": "recursive-efficiency"},
                **changes,
            }
        )
    )


def planned(**changes: Any) -> MigrationPlan:
    return plan_scenario(scenario_of(**changes), Path())


@pytest.fixture(scope="module")
def plan() -> MigrationPlan:
    return planned()


def origin_of(plan: MigrationPlan) -> Origin:
    scenario = plan.scenario
    return Origin("s.dnnmig", "0" * 64, "dnnmig report s.dnnmig", scenario.offloading, scenario.uploading)


def page_of(plan: MigrationPlan) -> str:
    alternatives = uploading_alternatives(plan, Run())
    return report_file(".html", plan, simulate(plan), alternatives, origin_of(plan)).decode()


def paper_of(plan: MigrationPlan) -> bytes:
    alternatives = uploading_alternatives(plan, Run())
    return report_file(".PDF", plan, simulate(plan), alternatives, origin_of(plan))


def words(text: str) -> str:
    """Return a text without the spaces and line ends that setting it may have changed."""
    return "".join(text.split())


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids[value or ""] += 1

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_stands_alone(plan: MigrationPlan) -> None:
    text = page_of(plan)
    page = Page(text)
    assert page.tags["script"] == page.tags["link"] == page.tags["img"] == page.tags["iframe"] == 0
    for _, name, value in page.attributes:
        assert name not in {"src", "srcset"}
        if name in {"href", "xlink:href"}:
            assert value.startswith("#")
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    assert "http" not in text
    assert max(page.ids.values()) == 1
    for target in re.findall(r"url\(#([^)]+)\)", text):
        assert target in page.ids
    for _, name, value in page.attributes:
        if name == "href":
            assert value[1:] in page.ids


def test_the_report_tells_all(plan: MigrationPlan) -> None:
    text = page_of(plan)
    page = Page(text)
    for words in (
        *("Two clients", "Topology", "user-1", "user-2", "Uploading plan", "Uploading methods side by side", "The run"),
        *("Methods", "How to make this again", "dnnmig report s.dnnmig", "0" * 64, "Recursive efficiency", "IONN"),
        *("client-1", "edge-1", "cloud-1", "10\u202fMB/s", "20\u202fMB/s", "3\u202fms"),
    ):
        assert words in page.text, words
    # one figure for the topology, one for the run, and two a user
    assert page.tags["svg"] == 3 + 2 * 2, "topology, run, search; for each of two users its layers and its staircase"
    assert all(role == "img" for tag, name, role in page.attributes if tag == "svg" and name == "role")
    for name in TOKENS:
        assert f"--{name}:" in text
    assert "prefers-color-scheme:dark" in text
    assert not [color for color in STAND_INS.values() if color in text]


def test_what_reads_as_the_most_queries_is_marked(plan: MigrationPlan) -> None:
    rows = re.findall(r'<span class="(best|rest)">([^<]+)</span>', page_of(plan))
    most = rows[-1][1]
    assert len(rows) > 1
    assert all((mark == "best") == (queries == most) for mark, queries in rows)


def test_the_report_is_the_same_again(plan: MigrationPlan) -> None:
    assert page_of(plan) == page_of(plan)


def test_names_are_text_and_nothing_else() -> None:
    scenario = json.loads(scenario_text(scenario_of()))
    scenario["name"] = scenario["description"] = HOSTILE
    for part in (*scenario["servers"], *scenario["users"]):
        part["id"] = HOSTILE + part["id"]
    for user in scenario["users"]:
        user["client"] = HOSTILE + user["client"]
    scenario["links"][0]["between"] = [HOSTILE + one for one in scenario["links"][0]["between"]]
    small = DnnModel(
        HOSTILE,
        (
            Layer("input", "input", (), 0, 0, 1000),
            Layer(HOSTILE, "convolution", ("input",), 10**9, 10**6, 500),
            Layer("fc", "fully-connected", (HOSTILE,), 10**9, 10**6, 10),
        ),
    )
    hostile = plan_scenario(parse_scenario(json.dumps(scenario)), Path(), models={"net": LoadedModel(small, Profile())})
    text = report_file(
        ".html",
        hostile,
        simulate(hostile),
        uploading_alternatives(hostile, Run()),
        replace(origin_of(hostile), scenario_file=HOSTILE, command=HOSTILE),
    ).decode()
    page = Page(text)
    assert page.tags["script"] == page.tags["img"] == 0
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert HOSTILE in page.text


def test_a_report_on_paper_tells_what_the_page_tells(plan: MigrationPlan) -> None:
    from pypdf import PdfReader

    content = paper_of(plan)
    document = PdfReader(io.BytesIO(content))
    assert document.metadata is not None
    assert document.metadata.title == "Two clients – DNN migration report"
    told = words("".join(page.extract_text() for page in document.pages))
    page = Page(page_of(plan))
    for title in ("Topology", "user-1", "user-2", "Uploading methods side by side", "The run", "Methods"):
        assert words(title) in told
    for user in plan.users:
        assert words(seconds_text(user.figures.delay_s)) in told
        for partition in user.uploading.partitions:
            figures = (seconds_text(partition.done_s), seconds_text(partition.query_delay_after_s))
            assert all(words(figure) in told and figure in page.text for figure in figures)
    assert content == paper_of(plan)  # the same report is the same file


def test_names_of_a_scenario_are_no_markup_on_paper() -> None:
    from pypdf import PdfReader

    name = '#panic("x") $x^$ *bold* [b] @a <b> \\ #import "secret" `raw`'
    hostile = planned(name=name, description=name)
    document = PdfReader(io.BytesIO(paper_of(hostile)))
    assert words(name) in words(document.pages[0].extract_text())


def test_a_report_of_a_plan_that_stays_at_home() -> None:
    text = page_of(planned(link_defaults={}, links=[]))
    assert "Nothing is uploaded" in text


def test_a_report_of_one_client_alone() -> None:
    text = page_of(
        planned(
            servers=[{"id": "c", "tier": "client", "compute_ghz": 1}],
            users=[{"id": "u", "client": "c", "model": "net"}],
            links=[],
        )
    )
    assert "Clients" in text


def test_broken_limits_are_shown(plan: MigrationPlan) -> None:
    users = (replace(plan.users[0], violations=("a limit <b>broken</b>",)), *plan.users[1:])
    text = page_of(replace(plan, users=users))
    assert "Limit broken: a limit &lt;b&gt;broken&lt;/b&gt;" in text


def test_refusing_methods_are_left_out_of_the_alternatives(
    plan: MigrationPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def some_refuse(plan: MigrationPlan, methods: list[str], run: Run) -> dict[str, tuple[UploadingPlan, ...]]:
        if "optimal" in methods:
            raise InputError("too many layers")
        return upload_plans(plan, methods, run)

    monkeypatch.setattr("dnnmig_gui.core.reporting.report.upload_plans", some_refuse)
    found = uploading_alternatives(plan, Run())
    assert "optimal" not in found
    assert next(iter(found)) == plan.uploading_method
    assert {"direct", "ionn"} <= set(found)


@pytest.mark.parametrize("form", ["svg", "png", "pdf"])
def test_figures_as_files(form: Any, plan: MigrationPlan) -> None:
    trace = simulate(plan)
    alternatives = uploading_alternatives(plan, Run())
    horizon = common_horizon_s(alternatives)
    tiers = {server.id: server.tier for server in plan.problem.topology.servers}
    draw = [
        lambda colors: draw_topology(plan, colors),
        lambda colors: draw_layers(plan, 1, colors),
        lambda colors: draw_gantt(trace, tiers, colors),
        lambda colors: draw_staircase({n: p[0] for n, p in alternatives.items()}, "ionn", horizon, colors),
    ]
    begins = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[form]
    for one in draw:
        light, again, dark = (figure_bytes(one(colors), form) for colors in (LIGHT, LIGHT, DARK))
        assert light.startswith(begins)
        assert light == again
        assert light != dark


def test_inline_figures_take_the_colours_of_the_page(plan: MigrationPlan) -> None:
    element = inline_svg(draw_layers(plan, 0, STAND_INS), "strip", 'a "title" <b>')
    assert element.startswith("<svg ")
    assert element.rstrip().endswith("</svg>")
    assert "var(--edge)" in element or "var(--cloud)" in element
    assert "<style" not in element
    assert "<title>a &quot;title&quot; &lt;b&gt;</title>" in element
    assert ">conv1<" in element


def test_many_servers_and_many_layers_still_fit() -> None:
    servers = [
        {"id": "client-1", "tier": "client", "compute_ghz": 1},
        *({"id": f"edge-{number}", "tier": "edge", "compute_ghz": 5 + number} for number in range(60)),
    ]
    users = [{"id": "u", "client": "client-1", "model": "net"}]
    big = planned(servers=servers, users=users, models=[{"id": "net", "zoo": "inception-resnet-v1"}], links=[])
    figure = draw_topology(big)
    assert figure.get_figheight() * 72 < 700
    told = figure_bytes(figure, "svg").decode()
    assert "51 more" in told
    assert "edge-59" in told  # the fastest is busy, so it is shown
    assert len(figure_bytes(draw_layers(big, 0), "svg")) > 1000


def test_a_long_run_makes_a_small_figure(plan: MigrationPlan) -> None:
    trace = simulate(plan)
    copies = 400
    offsets = np.repeat(np.arange(copies) * trace.end_s, len(trace))
    columns = {
        name: np.tile(getattr(trace, name), copies)
        for name in ("kind", "lane", "user", "query", "partition", "first_layer", "last_layer", "source", "target")
    }
    long = replace(
        trace,
        **columns,
        size_bytes=np.tile(trace.size_bytes, copies),
        start=np.tile(trace.start, copies) + offsets,
        end=np.tile(trace.end, copies) + offsets,
        end_s=trace.end_s * copies,
    )
    keep = np.isin(long.kind, [3, 4])  # queries and what runs
    long = replace(long, **{name: getattr(long, name)[keep] for name in (*columns, "size_bytes", "start", "end")})
    assert len(long) > 50_000
    tiers = {server.id: server.tier for server in plan.problem.topology.servers}
    assert len(figure_bytes(draw_gantt(long, tiers), "svg")) < 1_500_000


def test_texts_are_cut_to_fit() -> None:
    with lettering():
        assert fitted("conv1", 200) == "conv1"
        cut = fitted("a very long name of a layer", 60)
        assert cut.endswith("\u2026")
        assert text_width(cut) <= 60
        assert fitted("long", 1) == ""
        assert text_width("\u65e5\u672c") == 22


@pytest.mark.parametrize(("end", "ticks"), [(24.4, 5), (1.0, 0.1), (0.003, 0.0005), (1149, 200), (100, 10)])
def test_ticks_are_round(end: float, ticks: float) -> None:
    found = round_ticks(end, 10)
    assert found[0] == 0
    assert found[1] == pytest.approx(ticks)
    assert found[-1] <= end * (1 + 1e-9)
    assert len(found) <= 11


def test_the_palette_is_the_window_s() -> None:
    source = Path(__file__).parents[2] / "dnnmig_gui" / "gui" / "theme" / "tokens.py"
    known = set(re.findall(r"#[0-9A-F]{6}", source.read_text()))
    for light, dark in TOKENS.values():
        assert light in known
        assert dark in known


def test_plans_come_back_from_their_documents(plan: MigrationPlan) -> None:
    text = scenario_text(plan.scenario)
    document = plan_document(plan)
    again = restored_plan(parse_plan(plan_text(document)), ScenarioFile(Path("s.dnnmig"), plan.scenario, text), Path())
    assert plan_document(again) == document
    assert again.users[0].figures == plan.users[0].figures
    assert again.users[1].uploading.stages[-1].query_delay_s == plan.users[1].uploading.stages[-1].query_delay_s


def test_plans_do_not_fit_another_scenario(plan: MigrationPlan) -> None:
    other = scenario_of(name="Another")
    with pytest.raises(InputError, match="another scenario"):
        restored_plan(
            parse_plan(plan_text(plan_document(plan))),
            ScenarioFile(Path("o.dnnmig"), other, scenario_text(other)),
            Path(),
        )


def test_numbers_without_end_are_null(plan: MigrationPlan) -> None:
    users = (replace(plan.users[0], figures=replace(plan.users[0].figures, delay_s=float("inf"))), *plan.users[1:])
    document = plan_document(replace(plan, users=users))
    assert document["users"][0]["query_delay_s"] is None
    assert document["system_delay_s"] is None
    parse_plan(plan_text(document))


def test_comparisons_share_one_offloading_plan() -> None:
    choices = [MethodChoice(method=name) for name in ("direct", "ionn", "efficiency")]
    result = compare(scenario_of(), Path(), [MethodChoice(method="exact")], choices, [1])
    assert len({id(one.offloading) for one in result.plans}) == 1
    assert [row.uploading for row in result.rows] == ["direct", "ionn", "efficiency"]
    assert result.horizon_s == max(user.uploading.upload_s for one in result.plans for user in one.users)
    document = comparison_document(result)
    lines = list(csv.DictReader(io.StringIO(comparison_csv(result))))
    assert [line["uploading"] for line in lines] == [row["uploading"] for row in document["rows"]]
    assert all(float(line["system_delay_s"]) == document["rows"][0]["system_delay_s"] for line in lines)


def test_comparisons_tell_which_methods_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(efficiency, "MOST_LAYERS", 10)
    scenario = scenario_of(models=[{"id": "net", "zoo": "vgg19"}])
    choices = [MethodChoice(method=name) for name in ("direct", "efficiency")]
    result = compare(scenario, Path(), [MethodChoice(method="exact")], choices, [1])
    assert [row.uploading for row in result.rows] == ["direct"]
    assert [refusal.uploading for refusal in result.refused] == ["efficiency"]
    with pytest.raises(InputError):
        compare(scenario, Path(), [MethodChoice(method="exact")], choices[1:], [1])


def test_comparisons_refuse_a_horizon_without_end() -> None:
    with pytest.raises(InputError, match="horizon"):
        compare(scenario_of(), Path(), [], [], [], float("nan"))


def test_comparisons_report_their_progress() -> None:
    shares: list[float] = []
    run = Run(report=lambda share, _: shares.append(share))
    choices = [MethodChoice(method=name) for name in ("direct", "ionn")]
    compare(
        scenario_of(), Path(), [MethodChoice(method="exact"), MethodChoice(method="one-step")], choices, [1], None, run
    )
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_stretches() -> None:
    assert stretches(np.array([0, 0, 2, 2, 2, 0])) == tuple(
        type(stretches(np.array([0]))[0])(*values) for values in ((0, 0, 1), (2, 2, 4), (0, 5, 5))
    )
    assert stretches(np.array([], dtype=np.int64)) == ()
    model = zoo_model("alexnet")
    assert layers_text(model, (1,)) == "conv1"
    assert layers_text(model, (1, 2)) == "conv1, relu1"
    assert layers_text(model, tuple(range(1, 5))) == "conv1 to pool1 (4 layers)"
    assert layers_text(model, (1, 2, 5)) == "conv1, relu1 and 1 more to conv2"


def test_model_documents_sum_up() -> None:
    document = model_document(zoo_model("alexnet"))
    assert document["total_flops"] == sum(layer["flops"] for layer in document["layers"])
    assert len(document["cut_points"]) == len(document["layers"]) - 1  # a chain can be cut anywhere


def test_parameters_read_as_people_write_them() -> None:
    from dnnmig_gui.core.registry import find_method

    facts = {fact.name: fact for fact in parameter_facts(find_method("offloading", "pso"))}
    assert facts["particles"].value_text(100) == "100"
    assert facts["particles"].kind == "integer"
    assert facts["particles"].range_text
    assert facts["particles"].value_text(None) == "none"
    assert facts["particles"].value_text(True) == "yes"
