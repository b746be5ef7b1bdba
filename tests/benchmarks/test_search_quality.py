"""How near the searches come to the proven optimum; docs/benchmarks/offloading.md has ten seeds of every model."""

from __future__ import annotations

from statistics import median

import pytest
from offloading_measurements import SEARCHES, gaps
from offloading_workload import model_named, one_way, paper, uneven

GOAL = {"pso": 0.03, "genetic": 0.03, "pso-ga": 0.01, "simulated-annealing": 0.01}


@pytest.mark.parametrize("method", SEARCHES)
@pytest.mark.parametrize("name", ["vgg19", "googlenet", "resnet50"])
@pytest.mark.parametrize("workload", [paper, uneven, one_way])
def test_the_median_gap_of_default_parameters(workload, name: str, method: str) -> None:
    assert median(gaps(workload(model_named(name)), method, seeds=(1, 2, 3))) <= GOAL[method]
