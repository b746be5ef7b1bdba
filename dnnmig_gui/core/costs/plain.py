"""The plain evaluator: slow and obvious, hop by hop and layer by layer. Every fast one is tested against it."""

from __future__ import annotations

from dnnmig_gui.core.costs.problem import NEGLIGIBLE, Figures, Places, Problem


def plain_figures(problem: Problem, user_number: int, places: Places) -> Figures:
    """Return what one query of a user costs when all users' layers lie as `places` says.

    Infinite delay, energy and money where a tensor has no route.
    """
    user = problem.users[user_number]
    topology = problem.topology
    mine = places[user_number]
    power = topology.servers[user.client].power_w
    working = sending = receiving = elsewhere = money = servers_energy = 0.0

    for position, layer in enumerate(user.model):
        if layer.is_input:
            continue
        place = int(mine[position])
        seconds = float(user.execution_s[position, place]) * _users_on(problem, user_number, place, places)
        server = topology.servers[place]
        money += server.price_per_hour / 3600 * seconds
        if place == user.client:
            working += seconds
        else:
            elsewhere += seconds
            servers_energy += server.power_w.active * seconds

    for position, layer in enumerate(user.model):
        destinations = {int(mine[consumer]) for consumer in user.model.consumers[position]}
        if layer.name in user.model.outputs:
            destinations.add(user.client)
        start = int(mine[position])
        for destination in destinations - {start}:
            route = topology.route(start, destination)
            if not route:
                return Figures(float("inf"), float("inf"), float("inf"))
            for hop in range(len(route) - 1):
                link = (route[hop], route[hop + 1])
                seconds = topology.link_latency_s[link] + layer.output_bytes * topology.link_s_per_byte[link]
                money += layer.output_bytes * topology.link_price_per_byte[link]
                if hop == 0 and start == user.client:
                    sending += seconds
                elif hop == len(route) - 2 and destination == user.client:
                    receiving += seconds
                else:
                    elsewhere += seconds

    energy = power.active * working + power.transmit * sending + power.receive * receiving + power.idle * elsewhere
    if problem.energy_of == "all":
        energy += servers_energy
    delay = working + sending + receiving + elsewhere
    if problem.delay == "parallel":
        delay = _parallel_delay(problem, user_number, places)
    return Figures(float(delay), float(energy), float(money))


def _parallel_delay(problem: Problem, user_number: int, places: Places) -> float:
    """Return when the last result is on the client, if each layer begins once all that it consumes has arrived."""
    user = problem.users[user_number]
    mine = places[user_number]
    done: list[float] = []
    for position in range(len(user.model)):
        place = int(mine[position])
        arrivals = [
            done[producer]
            + _seconds_on_way(problem, user.model.layers[producer].output_bytes, int(mine[producer]), place)
            for producer in user.model.producers[position]
        ]
        seconds = float(user.execution_s[position, place]) * _users_on(problem, user_number, place, places)
        done.append(max(arrivals, default=0.0) + seconds)
    return max(
        done[position] + _seconds_on_way(problem, layer.output_bytes, int(mine[position]), user.client)
        for position, layer in enumerate(user.model)
        if layer.name in user.model.outputs
    )


def _seconds_on_way(problem: Problem, size_bytes: float, start: int, end: int) -> float:
    if start == end:
        return 0.0
    topology = problem.topology
    route = topology.route(start, end)
    hops = [(route[hop], route[hop + 1]) for hop in range(len(route) - 1)]
    return sum(float(topology.link_latency_s[hop] + size_bytes * topology.link_s_per_byte[hop]) for hop in hops)


def plain_objective(problem: Problem, places: Places) -> float:
    """Return the weighted, normalised sum over users; infinite where a layer lies where it may not."""
    total = 0.0
    for number, user in enumerate(problem.users):
        if any(not user.allowed[layer, place] for layer, place in enumerate(places[number])):
            return float("inf")
        figures = plain_figures(problem, number, places)
        if figures.delay_s == float("inf"):
            return float("inf")
        for weight, value, reference in (
            (user.weights.delay, figures.delay_s, user.local.delay_s),
            (user.weights.energy, figures.energy_j, user.local.energy_j),
            (user.weights.money, figures.money, user.money_reference),
        ):
            if weight > 0 and reference > NEGLIGIBLE:
                total += user.share * weight * value / reference
    return total


def _users_on(problem: Problem, user_number: int, place: int, places: Places) -> int:
    """Return how many users divide a server's rate while this one is present."""
    if not problem.shared:
        return 1
    count = 1
    for other_number, other in enumerate(problem.users):
        if other_number != user_number and problem.users[user_number].present_with[other_number]:
            computing = (
                int(there) for there, layer in zip(places[other_number], other.model, strict=True) if not layer.is_input
            )
            count += any(there == place for there in computing)
    return count
