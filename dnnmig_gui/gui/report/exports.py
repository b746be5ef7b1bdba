"""What leaves the window: the report, the plan, and pictures of its views."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

from dnnmig_gui.core.errors import PlannerError
from dnnmig_gui.core.scenario import scenario_text
from dnnmig_gui.core.scenario.file import SUFFIX, write_atomically
from dnnmig_gui.gui.banner import Banner
from dnnmig_gui.gui.document import Document
from dnnmig_gui.gui.jobs import Jobs
from dnnmig_gui.gui.language import mark, tr
from dnnmig_gui.gui.planned_run import PlannedRun

REPORT_FILTERS = (mark("Report (*.html)"), mark("Report for paper (*.pdf)"))
PLAN_FILTER = mark("Plan (*.json)")
PICTURE_FILTER = mark("PNG picture (*.png);;SVG drawing (*.svg)")
TRACE_FILTERS = (mark("Trace (*.json)"), mark("Trace for Perfetto and Chrome (*.perfetto.json)"), mark("Table (*.csv)"))
CSV_FILTER = mark("Numbers (*.csv)")
_FOLDER_KEY = "export_folder"


@dataclass(frozen=True)
class PlannedFile:
    """The file that a plan was made from.

    Parameters
    ----------
    name
        Its name; what it would be saved as where it lies in no file yet.
    text
        Its text, by whose hash a plan knows its scenario.
    """

    name: str
    text: str

    @classmethod
    def of(cls, run: PlannedRun, document: Document) -> PlannedFile:
        """Return the document's file where the plan was made from it as it lies there, else its canonical text."""
        scenario = run.plan.scenario
        name = document.path.name if document.path is not None else f"{scenario.name}{SUFFIX}"
        text = document.file_text()
        unchanged = text is not None and document.scenario == scenario
        return cls(name, text if text is not None and unchanged else scenario_text(scenario))


def write_trace_file(run: PlannedRun, path: Path) -> None:
    """Write the trace in the format that the file's name asks for. Raises `InputError` where it cannot be written."""
    from dnnmig_gui.core.simulation.save import save_in_format_of

    save_in_format_of(run.trace, path)


def write_plan_file(run: PlannedRun, file: PlannedFile, path: Path) -> None:
    """Write a plan as JSON. Raises `InputError` where it cannot be written."""
    from dnnmig_gui.core.reporting.plan_document import plan_document, plan_text

    write_atomically(path, plan_text(plan_document(run.plan, file.text)).encode())


def write_report_file(run: PlannedRun, file: PlannedFile, path: Path) -> None:
    """Write the report as a page, or as a PDF by the suffix. Raises `InputError` where it cannot be written."""
    from dnnmig_gui.core.reporting.plan_document import scenario_sha256
    from dnnmig_gui.core.reporting.report import Origin
    from dnnmig_gui.core.reporting.report_file import report_file

    scenario = run.plan.scenario
    origin = Origin(
        scenario_file=file.name,
        sha256=scenario_sha256(file.text),
        command=f"dnnmig report {shlex.quote(file.name)} --output {shlex.quote(path.name)}",
        offloading=scenario.offloading,
        uploading=scenario.uploading,
    )
    write_atomically(path, report_file(path.suffix, run.plan, run.trace, run.alternatives, origin))


class Picture(Protocol):
    """A view that can be written to a file."""

    def export_image(self, path: Path) -> None:
        """Write PNG or SVG by the suffix; raises `InputError`."""


class Exports:
    """The export menu.

    Parameters
    ----------
    current_run
        Asks for the latest plan.
    document
        The open scenario.
    """

    def __init__(
        self,
        window: QWidget,
        banner: Banner,
        settings: QSettings,
        jobs: Jobs,
        current_run: Callable[[], PlannedRun | None],
        document: Document,
        pictures: dict[str, Picture],
        shown_chart: Callable[[], str],
    ) -> None:
        self._window = window
        self._banner = banner
        self._settings = settings
        self._jobs = jobs
        self._current_run = current_run
        self._document = document
        self._pictures = pictures
        self._shown_chart = shown_chart

    def report(self) -> None:
        """Write the report."""
        run = self._current_run()
        path = self._ask(tr("Export the report"), self._named("report.html"), ";;".join(map(tr, REPORT_FILTERS)))
        if run is None or path is None:
            return
        file = PlannedFile.of(run, self._document)
        job = self._jobs.start(lambda _: write_report_file(run, file, path))
        job.failed.connect(self._banner.tell)
        job.succeeded.connect(lambda _: self._banner.tell_success(tr("The report is in {path}").format(path=path)))

    def plan(self) -> None:
        """Write the plan."""
        run = self._current_run()
        path = self._ask(tr("Export the plan"), self._named("plan.json"), tr(PLAN_FILTER))
        if run is None or path is None:
            return
        file = PlannedFile.of(run, self._document)
        self._write(lambda: write_plan_file(run, file, path), path)

    def trace(self) -> None:
        """Write every slice of the run: as JSON, as a table, or for Perfetto's viewer."""
        run = self._current_run()
        path = self._ask(tr("Export the trace"), self._named("trace"), ";;".join(map(tr, TRACE_FILTERS)))
        if run is None or path is None:
            return
        job = self._jobs.start(lambda _: write_trace_file(run, path))
        job.failed.connect(self._banner.tell)
        job.succeeded.connect(lambda _: self._banner.tell_success(tr("The trace is in {path}").format(path=path)))

    def timeline(self) -> None:
        """Write a picture of the timeline."""
        self._picture("timeline", tr("Export the timeline view"))

    def topology(self) -> None:
        """Write a picture of the topology."""
        self._picture("topology", tr("Export the topology view"))

    def dnn(self) -> None:
        """Write a picture of the DNN."""
        self._picture("dnn", tr("Export the DNN view"))

    def chart(self) -> None:
        """Write the chart that is shown, as a picture or as numbers."""
        filters = f"{tr(PICTURE_FILTER)};;{tr(CSV_FILTER)}"
        path = self._ask(tr("Export the chart"), self._named(f"{self._shown_chart()}.png"), filters)
        if path is not None:
            self._write(lambda: self._pictures["chart"].export_image(path), path)

    def _picture(self, name: str, title: str) -> None:
        path = self._ask(title, self._named(f"{name}.png"), tr(PICTURE_FILTER))
        if path is not None:
            self._write(lambda: self._pictures[name].export_image(path), path)

    def _named(self, what: str) -> str:
        """Return the name of a file that is told from those of other scenarios."""
        return f"{self._document.stem}-{what}"

    def _write(self, write: Callable[[], None], path: Path) -> None:
        try:
            write()
        except PlannerError as error:
            self._banner.tell(error)
        else:
            self._banner.tell_success(tr("Written to {path}").format(path=path))

    def _ask(self, title: str, suggested: str, filters: str) -> Path | None:
        folder = Path(str(self._settings.value(_FOLDER_KEY, str(Path.home()))))
        name, chosen = QFileDialog.getSaveFileName(self._window, title, str(folder / suggested), filters)
        if not name:
            return None
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(chosen.partition("(*")[2].partition(" ")[0].rstrip(")"))
        self._settings.setValue(_FOLDER_KEY, str(path.parent))
        return path
