"""The report as a file: an HTML page for the screen (light or dark), or a PDF for paper."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from typing import Any

from dnnmig_gui.core.planning import MigrationPlan
from dnnmig_gui.core.reporting.convergence import History
from dnnmig_gui.core.reporting.palette import LIGHT, css_variables
from dnnmig_gui.core.reporting.report import Origin, report_facts
from dnnmig_gui.core.reporting.report_pictures import PagePictures, PaperPictures
from dnnmig_gui.core.simulation import Trace
from dnnmig_gui.core.uploading import UploadingPlan

SUFFIXES = (".html", ".htm", ".pdf")
TEMPLATES = "dnnmig_gui.core.reporting.templates"


def report_file(
    suffix: str,
    plan: MigrationPlan,
    trace: Trace,
    alternatives: Mapping[str, tuple[UploadingPlan, ...]],
    origin: Origin,
    histories: Sequence[History] = (),
) -> bytes:
    """Return the report of a plan and its run as the content of a file; it needs nothing beside it.

    Parameters
    ----------
    suffix
        One of `SUFFIXES`, in small or large letters.
    trace, alternatives, origin, histories
        As in `report_facts`.
    """
    if suffix.lower() == ".pdf":
        return _pdf(report_facts(plan, trace, alternatives, origin, histories, PaperPictures()))
    return _html(report_facts(plan, trace, alternatives, origin, histories, PagePictures())).encode()


def _html(facts: dict[str, Any]) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("dnnmig_gui.core.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(css_variables=css_variables(), **facts)


def _pdf(facts: dict[str, Any]) -> bytes:
    import typst

    with (
        as_file(files(TEMPLATES) / "report.typ") as template,
        as_file(files("dnnmig_gui.resources") / "fonts") as fonts,
    ):
        return typst.compile(
            template,
            format="pdf",
            font_paths=[fonts],
            sys_inputs={"report": json.dumps(facts), "colors": json.dumps(dict(LIGHT))},
            timestamp=0,  # the same report is the same file
        )
