"""A run: seeded, cancellable, divisible."""

import pytest

from dnnmig_gui.core.errors import CancelledError
from dnnmig_gui.core.run import Run


def test_the_same_seed_gives_the_same_numbers() -> None:
    assert Run(seed=3).rng.random(5).tolist() == Run(seed=3).rng.random(5).tolist()
    assert Run(seed=3).rng.random() != Run(seed=4).rng.random()


def test_a_cancelled_run_stops_and_so_do_its_parts() -> None:
    wanted = False
    run = Run(is_cancelled=lambda: wanted)
    part = run.part(0, 0.5)
    run.check()
    part.check()
    wanted = True
    for stopped in (run, part):
        with pytest.raises(CancelledError):
            stopped.check()


def test_a_part_reports_into_its_share_of_the_whole() -> None:
    told: list[tuple[float, str]] = []
    part = Run(report=lambda share, line: told.append((share, line))).part(0.2, 0.6)
    part.report(0.0, "begun")
    part.part(0.5, 1.0).report(1.0, "done")
    assert told == [(pytest.approx(0.2), "begun"), (pytest.approx(0.6), "done")]


def test_a_part_draws_without_disturbing_the_whole() -> None:
    disturbed, alone = Run(seed=3), Run(seed=3)
    disturbed.part(0, 1).rng.random(100)
    assert disturbed.rng.random() == alone.rng.random()
