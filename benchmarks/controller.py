"""How long one step of the controller takes for 100 and 1,000 connectors in a three-level tree.

What is measured is processor time, so that it does not matter what else the machine does.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
import gc
from statistics import median, quantiles
from time import process_time

from custom_components.ev_load_manager.balancing.controller import Memory, step
from custom_components.ev_load_manager.balancing.decision import Decision
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    MeterReading,
    Offer,
    Readings,
    Sample,
    Status,
    Superseded,
)
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    CircuitMeter,
    Connector,
    ConnectorId,
    Site,
)
from custom_components.ev_load_manager.balancing.window import Budget

from .report import Table, Target

BOUNDS = {100: 2.0, 1000: 30.0}
"""Connectors -> milliseconds."""
PER_FEEDER = 10
WIRINGS = (
    (Phase.L1, Phase.L2, Phase.L3),
    (Phase.L2, Phase.L3, Phase.L1),
    (Phase.L3, Phase.L1, Phase.L2),
    (Phase.L1,),
)


def make_site(each: float, *, connectors: int = 100, metered: bool = False) -> Site:
    """Grid, group, feeders and connectors on them, with so many A for each of these."""
    group_limit = each * connectors
    circuits = {
        "grid": replace(
            _circuit("grid", None, group_limit + 100.0),
            meter=CircuitMeter(safe_limit=PhaseCurrents.same(group_limit / 2)) if metered else None,
        ),
        "group": _circuit("group", "grid", group_limit),
    }
    outlets = {}
    for number in range(connectors // PER_FEEDER):
        feeder = f"feeder {number}"
        circuits[feeder] = _circuit(feeder, "group", 125.0)
        for outlet in range(PER_FEEDER):
            id_ = ConnectorId(f"charger {number}-{outlet}", 1)
            outlets[id_] = Connector(
                id=id_,
                circuit=feeder,
                wiring=WIRINGS[(number + outlet) % len(WIRINGS)],
                maximum=(32.0, 16.0, 20.0)[outlet % 3],
            )
    return Site(
        circuits=circuits,
        connectors=outlets,
        grid="grid" if metered else None,
        adaptive=metered,
    )


def _circuit(id_: str, parent: str | None, amperes: float) -> Circuit:
    current = PhaseCurrents.same(amperes)
    return Circuit(id=id_, parent=parent, limit=current, rated=current)


class Loop:
    """Chargers that take every limit at once, and report every ten seconds."""

    def __init__(self, site: Site, house: Callable[[float], float] | None = None) -> None:
        """Plug a car into every outlet of `site`."""
        self.site = site
        self.memory = Memory()
        self._house = house
        self.window: float | None = None
        """The limit of a window that the grid connection's mean is kept under, W."""
        self._used = 0.0
        self._offers = {id_: Offer(accepted=0.0, accepted_at=-100.0) for id_ in site.connectors}

    def step(self, now: float) -> tuple[Decision, float]:
        """One second of the loop; returns the decision and its time in seconds."""
        readings = self._readings(now)
        begin = process_time()
        decision = step(self.site, readings, self.memory, now)
        taken = process_time() - begin
        self._take(decision.connectors, now)
        return decision, taken

    def _readings(self, now: float) -> Readings:
        total = 0.0
        connectors = {}
        for number, (id_, connector) in enumerate(self.site.connectors.items()):
            offer = self._offers[id_]
            drawn = offer.accepted or 0.0
            total += drawn
            connectors[id_] = ConnectorReading(
                online=True,
                status=Status.CHARGING,
                session=f"{number}",
                offer=offer,
                sample=Sample(
                    at=now - (now + number) % 10.0,
                    currents=PhaseCurrents.on(connector.wiring, drawn),
                    highest=drawn,
                ),
            )
        meters = {}
        if self._house is not None:
            currents = PhaseCurrents.same(self._house(now) + total)
            meters["grid"] = MeterReading(at=now, currents=currents)
        return Readings(connectors=connectors, meters=meters, budgets=self._budgets(now, meters))

    def _budgets(self, now: float, meters: Mapping[str, MeterReading]) -> dict[str, Budget]:
        """What is left of a window of a quarter of an hour."""
        if self.window is None:
            return {}
        power = 230.0 * sum(meters["grid"].currents)
        into = now % 900.0
        self._used = power / 3600.0 + (self._used if into else 0.0)
        return {
            "grid": Budget(
                at=now,
                ends_at=now - into + 900.0,
                left=self.window / 4.0 - self._used,
                power=power,
                limit=self.window,
                next_limit=self.window,
            )
        }

    def _take(self, decisions: Mapping[ConnectorId, object], now: float) -> None:
        for id_, decided in decisions.items():
            offer = self._offers[id_]
            limit = decided.limit  # type: ignore[attr-defined]
            if limit != offer.accepted:
                old = Superseded(limit=offer.accepted or 0.0, at=now)
                recent = tuple(one for one in offer.superseded if one.at > now - 20.0)
                self._offers[id_] = Offer(
                    accepted=limit, accepted_at=now, superseded=(*recent, old)
                )


def everyone_shares(steps: int, connectors: int) -> list[float]:
    """Nothing changes, and there is too little for all that cars could use."""
    loop = Loop(make_site(9.0, connectors=connectors))
    return [taken for now in range(steps + 150) for _, taken in (loop.step(float(now)),)][150:]


def turns(steps: int, connectors: int) -> list[float]:
    """There is not the minimum for everyone."""
    loop = Loop(make_site(3.0, connectors=connectors))
    return [taken for now in range(steps + 150) for _, taken in (loop.step(float(now)),)][150:]


def settings_change(steps: int, connectors: int) -> list[float]:
    """An automation moves the limit every second."""
    loop = Loop(make_site(9.0, connectors=connectors))
    taken = []
    for now in range(steps + 150):
        limit = PhaseCurrents.same((9.0 - 0.05 * (now % 20)) * connectors)
        circuits = dict(loop.site.circuits)
        circuits["group"] = replace(circuits["group"], limit=limit)
        loop.site = replace(loop.site, circuits=circuits)
        taken.append(loop.step(float(now))[1])
    return taken[150:]


def building(steps: int, connectors: int) -> list[float]:
    """With a meter, and a building whose load moves."""
    loop = Loop(
        make_site(9.0, connectors=connectors, metered=True),
        lambda now: (1.5 + 0.5 * (now // 7 % 3)) * connectors + now % 2 / 10,
    )
    return [taken for now in range(steps + 150) for _, taken in (loop.step(float(now)),)][150:]


def powers(steps: int, connectors: int) -> list[float]:
    """A building, and limits of power at the grid connection, the group and every feeder."""
    site = make_site(9.0, connectors=connectors, metered=True)
    grid, group = (9.0 * connectors + 100.0) * 3 * 230.0, 8.5 * connectors * 3 * 230.0
    watts = {"grid": grid, "group": group}
    circuits = {
        id_: replace(one, power_limit=watts.get(id_, 60e3)) for id_, one in site.circuits.items()
    }
    loop = Loop(
        replace(site, circuits=circuits),
        lambda now: (1.5 + 0.5 * (now // 7 % 3)) * connectors + now % 2 / 10,
    )
    return [taken for now in range(steps + 150) for _, taken in (loop.step(float(now)),)][150:]


def run_paired(*, steps: int = 200, connectors: int = 100) -> Iterator[Table | Target]:
    """What limits of power and a window cost a step: in pairs, step by step in turns.

    Both loops live through the same; whatever else the machine does hits both alike.
    """

    def house(now: float) -> float:
        return (1.5 + 0.5 * (now // 7 % 3)) * connectors + now % 2 / 10

    site = make_site(9.0, connectors=connectors, metered=True)
    watts = {"grid": (9.0 * connectors + 100.0) * 690.0, "group": 8.5 * connectors * 690.0}
    circuits = {
        id_: replace(one, power_limit=watts.get(id_, 60e3), has_window=id_ == "grid")
        for id_, one in site.circuits.items()
    }
    plain, powered = Loop(site, house), Loop(replace(site, circuits=circuits), house)
    powered.window = 8.8 * connectors * 690.0
    taken: list[tuple[float, float]] = []
    gc.collect()
    for now in range(steps + 150):
        # Who is first changes, for what the caches hold.
        order = (plain, powered) if now % 2 else (powered, plain)
        found = {id(loop): loop.step(float(now))[1] for loop in order}
        taken.append((found[id(plain)], found[id(powered)]))
    taken = taken[150:]
    table = Table(
        title=f"One step for {connectors} connectors behind a meter, in pairs",
        columns=("median ms without", "with limits of power and a window", "ratio of medians"),
    )
    without, with_power = (median(one) * 1e3 for one in zip(*taken, strict=True))
    table.add(without, with_power, with_power / without)
    yield table
    yield Target(
        name="a step with limits of power and a window, of one without",
        value=with_power / without,
        bound=1.15,
    )


SITUATIONS = {
    "sharing, nothing changes": everyone_shares,
    "taking turns": turns,
    "a new limit every second": settings_change,
    "a meter every second": building,
    "a meter, and limits of power": powers,
}


def run(*, steps: int = 300) -> Iterator[Table | Target]:
    """Measure `steps` steps of every situation, and a tenth of them with the larger site."""
    table = Table(
        title="One step of the controller",
        columns=("connectors", "situation", "median ms", "95 % ms", "longest ms"),
    )
    targets = []
    for connectors, bound in BOUNDS.items():
        for name, situation in SITUATIONS.items():
            gc.collect()
            taken = situation(max(20, steps * 100 // connectors), connectors)
            middle = median(taken) * 1e3
            table.add(connectors, name, middle, quantiles(taken, n=20)[-1] * 1e3, max(taken) * 1e3)
            targets.append(
                Target(
                    name=f"{connectors:,} connectors, {name}", value=middle, bound=bound, unit="ms"
                )
            )
    yield table
    yield from targets
    yield from run_paired()
