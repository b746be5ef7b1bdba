"""What is known of users who share servers: each one's exact answers to the others, and bounds by prices.

Under contention a user's executions on a server are stretched by n, the number of users there.

**Bound.** Let n users of a group that meet (all pairwise) be on server s, user u with the work e_u there. For any price
V_s >= 0 user u pays n e_u = (n e_u + V_s / n) - V_s / n, and these last terms sum to V_s over the n users. So the sum
over users of what each would pay alone, a server with its work e costing the least of n e + V_s / n over n, less the
sum of the prices, bounds the objective from below; `priced_optimum` finds what a user pays alone. Prices are raised
where the users of that relaxed plan crowd (subgradient steps). With all prices zero it is the sum of the optima alone.
It is the pigeonhole argument with fractions: n users cannot all have the best server to themselves.

**Answers.** With everyone else in place a user's best answer for all together is exact: a server that others use
costs, beside the user's own stretched work, the stretch that it causes to them, once if it is used at all. A small
search over "use it and pay" and "do without" around the elimination settles that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dnnmig_gui.core.costs.contention import contended, servers_used, users_on_servers
from dnnmig_gui.core.costs.problem import BoolArray, FloatArray, IntArray, LinearCost, Places, Problem, UserProblem
from dnnmig_gui.core.offloading.constrained import Limits, limited_optimum
from dnnmig_gui.core.offloading.priced_optimum import Crowding, PricedOptimum
from dnnmig_gui.core.run import Run

ROUGH_STEPS, FINE_STEPS, FINE_NODES = 100, 40, 40
"""Subgradient steps of the bound with chords alone, then with so many pieces of them a user."""

BRANCH_NODES = 6
"""Pieces of chords a user in a node of the branch and bound."""

FIRST_STEP, PATIENCE, GIVE_UP = 0.5, 5, 30
"""Share of Polyak's step; how many steps without a better bound make them shorter, and how many end them."""

SAME = 1e-9
"""Relative gap below which a plan counts as proven."""

ANSWER_NODES = 5
"""Nodes of the branch and bound of an answer within limits."""

LARGEST_ANSWER = 4096
"""Nodes of one user's search for its answer; with more servers shared the best so far is taken."""


class Answers:
    """One user's exact optima for many stretches of the servers.

    Parameters
    ----------
    alike
        Solvers by what they solve: users alike in all but their client's name share one, and what it has found.

    Raises
    ------
    TooWideError
        If the user's model is too wide.
    """

    def __init__(self, user: UserProblem, alike: dict[bytes, PricedOptimum]) -> None:
        self.user = user
        self._execution = np.where(user.computes[:, None], user.objective.execution, 0.0)
        usable: BoolArray = np.asarray(np.isfinite(user.objective.execution[user.computes]).any(axis=0))
        usable[user.client] = False
        self.servers: IntArray = np.array([user.client, *np.flatnonzero(usable)], dtype=np.int64)
        inside = np.ix_(self.servers, self.servers)
        cost = LinearCost(
            user.objective.execution[:, self.servers],
            user.objective.per_transfer[inside],
            user.objective.per_byte[inside],
        )
        parts = (cost.execution, cost.per_transfer, cost.per_byte, user.tensors.producer, user.tensors.size_bytes)
        key = b"".join(part.tobytes() for part in parts) + repr(user.tensors.consumers).encode()
        if key not in alike:
            alike[key] = PricedOptimum(cost, user.tensors, user.computes)
        self._optimum = alike[key]

    def best(self, stretch: FloatArray) -> tuple[float, IntArray]:
        """Return the least objective and its places, executions stretched by `stretch` (S,); infinite bars a server."""
        value, places = self._optimum.stretched(stretch[self.servers])
        return value, self.servers[places]

    def priced(self, crowding: Crowding, nodes: int) -> tuple[float, IntArray, FloatArray]:
        """Return a bound of what the user pays under prices, places, and the bound's slope in the prices (S,)."""
        value, places, reduced = self._optimum.priced(crowding.at(self.servers), nodes)
        slope: FloatArray = np.zeros(len(crowding.prices))
        slope[self.servers] = reduced
        return value, self.servers[places], slope

    def work(self, places: IntArray) -> FloatArray:
        """Return the work on each server, in units of the objective and unstretched, shape (S,)."""
        layers = np.arange(len(places))
        weights = self._execution[layers, places]
        return np.bincount(places, weights=weights, minlength=self._execution.shape[1]).astype(np.float64)


class SharedServers:
    """Users who share servers, with what is known of each.

    Raises
    ------
    TooWideError
        If a user's model is too wide for exact answers.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        alike: dict[bytes, PricedOptimum] = {}
        self.answers = tuple(Answers(user, alike) for user in problem.users)
        together = np.array([user.present_with for user in problem.users], dtype=bool) & problem.shared
        np.fill_diagonal(together, False)
        self.together: BoolArray = together
        self.groups = _groups(self.together)
        self._within_limits: dict[tuple[object, ...], IntArray | None] = {}
        self.prices: FloatArray = np.zeros((len(self.groups), problem.server_count))

    def raise_prices(self, objective: float, run: Run, gap: float = 0.0) -> tuple[float, list[Places]]:
        """Raise the prices towards the best bound; return that bound, and the relaxed plans met on the way.

        Parameters
        ----------
        objective
            Of the best plan known: the steps aim at it.
        gap
            Relative distance to it at which the bound is good enough.
        """
        decided = Decisions.none(len(self.answers), self.problem.server_count)
        found = -np.inf
        plans: list[Places] = []
        for steps, nodes in ((ROUGH_STEPS, 1), (FINE_STEPS, FINE_NODES)):
            prices, scale, since_better = self.prices.copy(), FIRST_STEP, 0
            for _ in range(steps):
                run.check()
                if run.is_enough():
                    return found, plans
                value, places, slope = self._relaxed(decided, prices, nodes)
                if not np.isfinite(value):
                    return value, plans
                plans.append(places)
                if value > found:
                    found, self.prices, since_better = value, prices.copy(), 0
                else:
                    since_better += 1
                    if since_better % PATIENCE == 0:
                        scale *= 0.7
                    if since_better >= GIVE_UP:
                        break
                slope[(prices <= 0) & (slope < 0)] = 0.0
                size = float((slope**2).sum())
                if size < 1e-18 or found * (1 + max(gap, SAME)) >= objective:
                    break
                prices = np.maximum(prices + scale * max(objective - value, 0.0) / size * slope, 0.0)
        return found, plans

    def price_like(self, places: Places) -> None:
        """Set the prices that a plan suggests: n times the work on a server with n users."""
        counts = users_on_servers(self.problem, places)
        used = servers_used(self.problem, places)
        for number, group in enumerate(self.groups):
            for server in range(self.problem.server_count):
                there = [user for user in group if used[user, server]]
                work = sum(float(self.answers[user].work(places[user])[server]) for user in there)
                crowd = max((int(counts[user, server]) for user in there), default=1)
                self.prices[number, server] = crowd * work if crowd > 1 else 0.0

    def node(self, decided: Decisions) -> tuple[float, Places]:
        """Return a bound of the plans that a node allows, and its relaxed plan without prices."""
        value, places, _ = self._relaxed(decided, np.zeros_like(self.prices), 1)
        if self.prices.any() and np.isfinite(value):
            value = max(value, self._relaxed(decided, self.prices, BRANCH_NODES)[0])
        return value, places

    def meeting(self, decided: Decisions, places: Places) -> tuple[int, int] | None:
        """Return the pair (user, server) whose use is not counted yet and costs others most; None if all is counted."""
        used = servers_used(self.problem, places)
        work = np.array([answers.work(mine) for answers, mine in zip(self.answers, places, strict=True)])
        harm = self.together.astype(float) @ (work * used)
        harm[~used | decided.used] = 0.0
        worst = int(harm.argmax())
        if harm.flat[worst] <= 0.0:
            return None
        return worst // harm.shape[1], worst % harm.shape[1]

    def answers_of(self, number: int, places: Places, run: Run) -> Iterator[IntArray]:
        """Yield what `answer` says, and where the user's limits bind beside it, its own best within them."""
        answer = self.answer(number, places)
        if answer is not None:
            yield answer
        limits = Limits.of(self.problem, number, places)
        if limits:
            user = self.problem.users[number]
            counts = users_on_servers(self.problem, places)[number]
            key = (number, counts.tobytes(), tuple((resource.name, resource.most) for resource in limits.resources))
            if key not in self._within_limits:
                cost = contended(user.objective, counts)
                self._within_limits[key] = limited_optimum(user, cost, limits, run, ANSWER_NODES).places
            found = self._within_limits[key]
            if found is not None:
                yield found

    def answer(self, number: int, places: Places) -> IntArray | None:
        """Return where user `number` lies best for all together, everyone else staying; None if it has no plan."""
        others = self.together[number][:, None]
        used = servers_used(self.problem, places) & others
        work = np.array([answers.work(mine) for answers, mine in zip(self.answers, places, strict=True)])
        harm: FloatArray = (work * used).sum(axis=0)
        stretch = 1.0 + used.sum(axis=0)
        return self._best_answer(number, stretch, harm)

    def _best_answer(self, number: int, stretch: FloatArray, harm: FloatArray) -> IntArray | None:
        answers = self.answers[number]
        best_value, best = np.inf, None
        open_nodes = [(stretch, np.zeros(len(stretch), dtype=bool))]
        for _ in range(LARGEST_ANSWER):
            if not open_nodes:
                break
            stretched, paid = open_nodes.pop()
            value, places = answers.best(stretched)
            used = np.zeros(len(stretch), dtype=bool)
            used[places[answers.user.computes]] = True
            fixed = float(harm[paid].sum())
            if not value + fixed < best_value:
                continue
            total = value + fixed + float(harm[used & ~paid].sum())
            if total < best_value:
                best_value, best = total, places
            unpaid = np.flatnonzero(used & ~paid & (harm > 0))
            if len(unpaid):
                server = unpaid[harm[unpaid].argmax()]
                without = stretched.copy()
                without[server] = np.inf
                with_it = paid.copy()
                with_it[server] = True
                open_nodes += [(without, paid), (stretched, with_it)]
        return best

    def _relaxed(self, decided: Decisions, prices: FloatArray, nodes: int) -> tuple[float, Places, FloatArray]:
        """Return the bound of a node under prices, the relaxed plan, and the bound's slope in the prices."""
        total = 0.0
        slope = np.zeros_like(prices)
        plans: list[IntArray] = [np.empty(0, dtype=np.int64)] * len(self.answers)
        least = 1.0 + self.together.astype(float) @ decided.used
        for number, group in enumerate(self.groups):
            members = list(group)
            counted = decided.used[members].sum(axis=0)
            most = len(members) - decided.barred[members].sum(axis=0)
            for user in members:
                fewest = counted + ~decided.used[user]
                crowding = Crowding(
                    prices[number],
                    fewest,
                    np.maximum(most, fewest),
                    least[user],
                    decided.used[user],
                    decided.barred[user],
                )
                value, places, by_price = self.answers[user].priced(crowding, nodes)
                if not np.isfinite(value):
                    return float("inf"), tuple(plans), slope
                total += value
                plans[user] = places
                slope[number] += by_price
            total -= float(prices[number].sum())
            slope[number] -= 1.0
        return total, tuple(plans), slope


@dataclass(frozen=True, eq=False)
class Decisions:
    """What a node of the branch and bound has decided, shape (U, S) each.

    Parameters
    ----------
    used
        Servers that count as used by the user, whether it uses them or not.
    barred
        Servers that the user does without.
    """

    used: BoolArray
    barred: BoolArray

    @classmethod
    def none(cls, users: int, servers: int) -> Decisions:
        """Return the root."""
        return cls(np.zeros((users, servers), dtype=bool), np.zeros((users, servers), dtype=bool))

    def children(self, user: int, server: int) -> Iterator[Decisions]:
        """Yield the two nodes below: the server counts as used; the user does without it."""
        used = self.used.copy()
        used[user, server] = True
        yield Decisions(used, self.barred)
        barred = self.barred.copy()
        barred[user, server] = True
        yield Decisions(self.used, barred)


def _groups(together: BoolArray) -> tuple[tuple[int, ...], ...]:
    """Return the users in groups of which all meet each other, the first user's as large as comes easily."""
    left = list(range(len(together)))
    groups = []
    while left:
        group = [left[0]]
        for user in left[1:]:
            if all(together[user, other] for other in group):
                group.append(user)
        groups.append(tuple(group))
        left = [user for user in left if user not in group]
    return tuple(groups)
