"""Measures the tables of docs/benchmarks/offloading.md and writes them there.

python docs/benchmarks/offloading.py [exact] [cut] [quality] [arrival] [rate]     all of them without a name
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_suffix(".md")
sys.path.insert(0, str(ROOT / "tests"))

from offloading_measurements import (  # noqa: E402 - they lie beside the tests
    NEAR,
    SEARCHES,
    Arrival,
    cuts,
    gaps,
    optimum,
    our_arrivals,
    peer_arrivals,
    rates,
    seconds_of,
    solve,
)
from offloading_peers import PEERS  # noqa: E402
from offloading_workload import model_named, model_names, one_way, paper, uneven  # noqa: E402

from dnnmig_gui.core.dnn.zoo import zoo_names  # noqa: E402

CHAINS = ("chain-46", "chain-150")
SECONDS = 60.0
SEEDS = range(1, 11)


def exact() -> Iterator[str]:
    """Proving the optimum of every model."""
    yield "| model | layers | most consumers | servers of the best plan | proven optimum, ms |"
    yield "|---|--:|--:|--:|--:|"
    rows = [(name, 12) for name in model_names()]
    for name, servers in [
        *rows,
        *((name, count) for name in ("googlenet", "light_inception_v1") for count in (30, 100)),
    ]:
        model = model_named(name)
        problem = one_way(model, servers)
        plan = solve(problem, "exact")
        if plan.gap is None or plan.gap > 1e-9:
            raise SystemExit(f"{name}: not proven")
        widest = max(len(readers) for readers in problem.users[0].tensors.consumers)
        title = name if servers == 12 else f"{name}, {servers} servers"
        time = 1000 * seconds_of(partial(optimum, problem), 9 if servers < 100 else 3)
        yield f"| {title} | {len(model)} | {widest} | {len(set(plan.places[0].tolist()))} | {time:.1f} |"


def cut() -> Iterator[str]:
    """Cuts against networkx."""
    yield "| model | this, ms | networkx, Boykov-Kolmogorov, ms | ratio |"
    yield "|---|--:|--:|--:|"
    for name in ("light_densenet121", "light_inception_v1", "vgg19"):
        measured = cuts(name)
        ours, theirs = 1000 * measured.ours_s, 1000 * measured.networkx_s
        yield f"| {name} | {ours:.2f} | {theirs:.0f} | {theirs / ours:.0f} |"


def quality() -> Iterator[str]:
    """Gaps of the searches to the proven optimum."""
    yield f"| model | scenario | one cut | {' | '.join(SEARCHES)} |"
    yield f"|---|---|--:|{'--:|' * len(SEARCHES)}"
    medians: dict[str, list[float]] = {method: [] for method in SEARCHES}
    for name in zoo_names():
        for title, workload in (("paper", paper), ("uneven", uneven), ("one-way", one_way)):
            problem = workload(model_named(name))
            cells = []
            for method in SEARCHES:
                found = gaps(problem, method, SEEDS)
                medians[method].append(median(found))
                cells.append(f"{100 * median(found):.2f} ({100 * max(found):.2f})")
            step = 100 * max(0.0, solve(problem, "one-step").objective / optimum(problem) - 1)
            yield f"| {name} | {title} | {step:.1f} | {' | '.join(cells)} |"
    yield f"| **worst median** | | | {' | '.join(f'**{100 * max(found):.2f}**' for found in medians.values())} |"


def arrival() -> Iterator[str]:
    """Time to within 5 % of the optimum, ours and others'."""
    yield "| chain | search | within 5 % after | best / optimum | plans evaluated |"
    yield "|---|---|--:|--:|--:|"
    for name in CHAINS:
        problem = one_way(model_named(name))
        for found in [*our_arrivals(problem), *peer_arrivals(problem, tuple(PEERS), SECONDS)]:
            yield f"| {name} | {found.name} | {_time(found)} | {found.best:.3f} | {found.evaluations:,} |"


def _time(found: Arrival) -> str:
    if found.best > NEAR:
        return f"not in {SECONDS:.0f} s"
    return f"{1000 * found.seconds:.0f} ms"


def rate() -> Iterator[str]:
    """Evaluations a second, ours and others'."""
    columns = [rates(one_way(model_named(name)), tuple(PEERS), 100_000) for name in CHAINS]
    yield f"| evaluations a second | {' | '.join(CHAINS)} |"
    yield f"|---|{'--:|' * len(CHAINS)}"
    for name in columns[0]:
        yield f"| {name} | {' | '.join(f'{column[name]:,.0f}' for column in columns)} |"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "exact": exact,
    "cut": cut,
    "quality": quality,
    "arrival": arrival,
    "rate": rate,
}


def main() -> None:
    """Measure the tables named on the command line."""
    for name in sys.argv[1:] or TABLES:
        table = "\n".join(TABLES[name]())
        page = PAGE.read_text(encoding="utf-8")
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
        PAGE.write_text(pattern.sub(lambda match, table=table: match[1] + table + match[2], page), encoding="utf-8")


if __name__ == "__main__":
    main()
