"""What chargers may draw over all phases together: limits of power, and windows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .memory import Memory
from .network import Network, Watch
from .phases import NO_CURRENT, PhaseCurrents
from .readings import Readings
from .window import WindowDecision


@dataclass(slots=True, kw_only=True)
class PowerSupply:
    """The same as a `Supply` for circuits whose phases together are limited, A over all phases."""

    limits: dict[str, float]
    capacity: dict[str, float]
    rated: dict[str, float]
    windows: dict[str, WindowDecision] = field(default_factory=dict)
    """What follows from the windows, by circuit."""
    lasting: dict[str, float] = field(default_factory=dict)
    """What of their capacity outlasts the window, A over all phases, where that is less."""
    _lowered: frozenset[str] = frozenset()

    def is_window(self, circuit: str | None) -> bool:
        """Whether it is its window that makes a circuit carry so little, not a limit of power."""
        return circuit in self._lowered

    def make_way(self, taken: Mapping[str, float]) -> None:
        """Leave to buildings what they take (circuit -> A)."""
        self.capacity = _less(self.limits, taken)
        # As for the fuses, calm is no reason to take the limit for too small.
        self.rated = _less(self.rated, taken)

    def keep_windows(
        self, readings: Readings, network: Network, memory: Memory, now: float
    ) -> None:
        """Lower what the circuits carry to what their windows leave to cars.

        No policy goes above that: whoever was promised the next turn obeys it, too.
        """
        for circuit, budget in readings.budgets.items():
            if circuit not in network.windowed:
                continue
            decided = memory.meter(circuit).window.decide(budget, now)
            self.windows[circuit] = decided
            cars = decided.cars / network.site.voltage
            if cars < self.capacity[circuit]:
                self._lowered |= {circuit}
                self.capacity = {**self.capacity, circuit: cars}
            self.rated = {**self.rated, circuit: min(cars, self.rated[circuit])}
            lasting = decided.lasting / network.site.voltage
            if lasting < self.capacity[circuit]:
                self.lasting[circuit] = lasting


def settings_of(network: Network) -> PowerSupply:
    """What the settings allow."""
    return PowerSupply(
        limits=network.power_limits, capacity=network.power_limits, rated=network.power_rated
    )


def take_of_building(
    taken: dict[str, float], watch: Watch, load: PhaseCurrents, network: Network, memory: Memory
) -> None:
    """Add what a meter shows beside the chargers to the sums of the circuits that carry it, A.

    Where its meter says nothing, a limit of power leaves room for what it said last, and before
    that for all that it may take: the safe limit, which people chose for that time, holds beside it.
    """
    meter = memory.meter(watch.circuit)
    if meter.held is None:
        load = meter.believed or _possible(watch, network)
    elif network.site.nets_phases and meter.other_load.held is not None:
        load = meter.other_load.held
    for circuit in watch.counts_on:
        if circuit in network.power_limits:
            exports = network.site.allow_export_charging and circuit == watch.circuit
            total = _together(load, nets=network.site.nets_phases, exports=exports)
            taken[circuit] = taken.get(circuit, 0.0) + total


def see_building(watch: Watch, network: Network, memory: Memory, now: float) -> None:
    """Remember what a building draws, where a window is kept beside it.

    Also while the window is free: what it drew before that says nothing of the next.
    """
    meter = memory.meter(watch.circuit)
    load = None if meter.held is None else meter.other_load.estimate
    if load is None and meter.window.house is None:
        # After a start the building takes what it took before, not nothing.
        load = meter.believed
    site = network.site
    if load is not None:
        amperes = _together(load, nets=site.nets_phases, exports=site.allow_export_charging)
        meter.window.see(amperes * site.voltage, now)
    elif meter.window.house is None:
        meter.window.possible = sum(_possible(watch, network)) * site.voltage


def _possible(watch: Watch, network: Network) -> PhaseCurrents:
    """What a building may take that nobody has seen yet, A: what its fuse leaves the safe limit."""
    possible = network.site.circuits[watch.circuit].rated.minus(watch.safe_limit)
    return possible.highest(NO_CURRENT)


def _together(load: PhaseCurrents, *, nets: bool, exports: bool) -> float:
    """What a load is over all phases, A."""
    if nets:
        return sum(load) if exports else max(0.0, sum(load))
    # A phase that exports is no room on the others.
    return sum(load.highest(NO_CURRENT))


def _less(limits: Mapping[str, float], taken: Mapping[str, float]) -> dict[str, float]:
    return {circuit: limit - taken.get(circuit, 0.0) for circuit, limit in limits.items()}
