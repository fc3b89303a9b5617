"""What can be worked out once per site: who loads which circuits, in numbers.

A step runs every second for a hundred connectors; looking the tree up again
for each of them would be most of its time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

from .imbalance import IMBALANCE, is_uneven
from .phases import ALL_PHASES, Phase, PhaseCurrents, Phases
from .site import Connector, ConnectorId, PhaseChoice, Site

type Table = list[float]
"""A current for every row, A: three places per circuit, for its phases, and after all of
those one for each circuit whose phases together are limited, for their sum."""

type Places = tuple[int, ...]
"""Where a connector counts in a `Table`. It is in a sum as often as it has phases there,
one after the other."""

ROUNDING = 1e-6
"""A; less is floating point, not current."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A connector with what follows from its settings. Currents in A."""

    connector: Connector
    path: tuple[str, ...]
    wired: Phases
    minimum: float
    """In whole steps."""
    maximum: float
    """In whole steps, and at least the minimum."""
    fallback: float
    """What it may have while nobody charges: enough for charging, or nothing."""
    has_steps: bool
    """Some whole step of its charger lies from its minimum to its maximum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A meter in the tree, and what it decides. Currents in A, times in s."""

    circuit: str
    """The circuit that it measures."""
    lowered: str
    """The circuit whose chargers share the safe limit while it says nothing."""
    counts_on: tuple[str, ...]
    """Circuits that carry what it shows beside the chargers, going up: those above it,
    too, until one has a meter of its own that sees it."""
    safe_limit: PhaseCurrents
    timeout: float
    latency: float
    followed: bool
    """Whether the chargers make way for what it shows."""
    behind: Mapping[ConnectorId, Connector]
    """Those whose draw it measures."""
    nearest_to: frozenset[ConnectorId]
    """Those of them that no other meter further down measures."""


@dataclass(slots=True, init=False)
class Network:
    """The tree of a site, with a place in a `Table` for each phase of each circuit."""

    site: Site
    circuits: tuple[str, ...]
    """Those of the site, and `IMBALANCE` where that is limited."""
    outlets: tuple[Outlet, ...]
    """Connectors in an order that does not depend on that of the settings."""
    paths: dict[ConnectorId, tuple[str, ...]]
    limits: dict[str, PhaseCurrents]
    """What chargers may draw through each circuit by its settings alone, A."""
    rated: dict[str, PhaseCurrents]
    """What no policy goes above: their fuses and temporary limits, A."""
    group: str | None
    """The circuit that the grid meter's safe limit holds for."""
    watches: tuple[Watch, ...]
    """The meters, that of the grid connection first."""
    powered: tuple[str, ...]
    """Circuits whose phases together are limited."""
    windowed: frozenset[str]
    """Those of them whose mean of a window is kept."""
    power_limits: dict[str, float]
    """What chargers may draw through them by their settings, A over all phases."""
    power_rated: dict[str, float]
    """What of that no policy goes above."""
    imbalance: float | None
    """What the highest phase may have above the lowest, A; None: anything."""
    fed: dict[str, Phases]
    """Phases that connectors below each circuit are wired to."""
    known_places: dict[tuple[str, Phases], Places]
    """What `places` has found so far, by circuit and phases."""
    _first: dict[str, int]
    _sums: dict[str, int]

    def __init__(self, site: Site, before: Network | None = None) -> None:
        """Work out what follows from `site`; `before` is the one that it replaces.

        Mostly a limit was changed, perhaps every second by an automation: what follows
        from the connectors is kept.
        """
        self.site = site
        self.imbalance = site.imbalance if site.phase_choice is PhaseChoice.EACH_PHASE else None
        self.circuits = tuple(sorted(site.circuits))
        if self.imbalance is not None:
            self.circuits += (IMBALANCE,)
        self._first = {circuit: 3 * n for n, circuit in enumerate(self.circuits)}
        self.powered = tuple(
            circuit for circuit in sorted(site.circuits) if site.circuits[circuit].has_power_limit
        )
        self.windowed = frozenset(one for one in self.powered if site.circuits[one].has_window)
        after = 3 * len(self.circuits)
        self._sums = {circuit: after + n for n, circuit in enumerate(self.powered)}
        if (
            before is not None
            and (before.circuits, before.powered) == (self.circuits, self.powered)
            and before.feeds_alike(site)
        ):
            self.paths, self.outlets = before.paths, before.outlets
            self.fed, self.known_places = before.fed, before.known_places
        else:
            self._place_connectors()
        self.rated = {
            circuit: self.counted(circuit, site.circuits[circuit].bound)
            for circuit in site.circuits
        }
        self.limits = (
            {
                circuit: self.counted(circuit, site.circuits[circuit].capacity)
                for circuit in site.circuits
            }
            if site.balancing
            else self.rated
        )
        powers = [(circuit, site.circuits[circuit]) for circuit in self.powered]
        self.power_rated = {circuit: one.power_bound / site.voltage for circuit, one in powers}
        self.power_limits = (
            {circuit: one.power_capacity / site.voltage for circuit, one in powers}
            if site.balancing
            else self.power_rated
        )
        if self.imbalance is not None:
            # What it really is depends on everyone's share.
            self.rated[IMBALANCE] = self.limits[IMBALANCE] = PhaseCurrents.same(inf)
        below = [c.id for c in site.circuits.values() if c.parent == site.grid]
        self.group = below[0] if site.grid is not None and len(below) == 1 else site.grid
        self.watches = tuple(_watches(site, self.group, self.paths))

    def _place_connectors(self) -> None:
        """Work out what follows from the connectors and where they hang."""
        site = self.site
        self.paths = {
            id_: site.path(connector.circuit) for id_, connector in site.connectors.items()
        }
        self.outlets = tuple(
            _outlet(connector, self.paths[id_])
            for id_, connector in sorted(site.connectors.items())
        )
        fed: dict[str, set[Phase]] = {circuit: set() for circuit in site.circuits}
        for id_, connector in site.connectors.items():
            for circuit in self.paths[id_]:
                fed[circuit].update(connector.wiring)
        self.fed = {circuit: frozenset(phases) for circuit, phases in fed.items()}
        self.known_places = {}

    def feeds_alike(self, site: Site) -> bool:
        """Whether `site` has the same connectors on the same circuits."""
        return site.connectors == self.site.connectors and all(
            site.path(circuit) == self.site.path(circuit) for circuit in self.site.circuits
        )

    def counted(self, circuit: str, currents: PhaseCurrents) -> PhaseCurrents:
        """What of `currents` counts for `circuit` by the phase that was chosen, A.

        Where one value counts for all (thesis 6.3.4) it is that of the chosen
        phase, or the lowest of those that feed chargers; every connector loads it.
        """
        choice = self.site.phase_choice
        if choice is PhaseChoice.EACH_PHASE:
            return currents
        fed = self.fed[circuit] or ALL_PHASES
        chosen = None if choice is PhaseChoice.HIGHEST_PHASE else Phase[choice.name]
        if chosen in fed:
            lowest_rated = min(self.site.circuits[circuit].rated[phase] for phase in fed)
            return PhaseCurrents.same(min(currents[chosen], lowest_rated))
        return PhaseCurrents.same(min(currents[phase] for phase in fed))

    def counted_phases(self, phases: Phases) -> Phases:
        """The phases on which a connector that loads `phases` is counted."""
        if self.site.phase_choice is PhaseChoice.EACH_PHASE:
            return phases
        return ALL_PHASES

    def places(self, connector: Connector, phases: Phases) -> Places:
        """Where `connector` counts in a `Table` when it loads `phases`."""
        key = (connector.circuit, phases)
        places = self.known_places.get(key)
        if places is None:
            path = self.path(self.site.path(connector.circuit), phases)
            of_phases = [
                self._first[circuit] + phase for circuit in path for phase in sorted(phases)
            ]
            of_sums = [
                self._sums[circuit] for circuit in path if circuit in self._sums for _ in phases
            ]
            places = self.known_places[key] = (*of_phases, *of_sums)
        return places

    def place(self, circuit: str, phase: Phase) -> int:
        """Where a circuit's phase has its place in a `Table`."""
        return self._first[circuit] + phase

    def place_of_sum(self, circuit: str) -> int:
        """Where the phases together of a circuit of `powered` have their place in a `Table`."""
        return self._sums[circuit]

    def place_of(self, place: int) -> tuple[str | None, Phase | None]:
        """Which circuit's phase has this place in a `Table`.

        Both are None where it is none of the site's, the phase where it is a sum.
        """
        if place >= 3 * len(self.circuits):
            return self.powered[place - 3 * len(self.circuits)], None
        circuit = self.circuits[place // 3]
        return (None, None) if circuit == IMBALANCE else (circuit, Phase(place % 3))

    def path(self, path: tuple[str, ...], phases: Phases) -> tuple[str, ...]:
        """The circuits that a connector on `path` loads when it loads `phases`."""
        if self.imbalance is None or not is_uneven(phases):
            return path
        return (*path, IMBALANCE)

    def set_imbalance(self, table: Table, currents: PhaseCurrents) -> None:
        """Write what the phases of `IMBALANCE` are to have into a table, A."""
        first = self._first[IMBALANCE]
        table[first : first + 3] = currents

    def imbalance_of(self, table: Sequence[float]) -> PhaseCurrents:
        """Read it."""
        first = self._first[IMBALANCE]
        return PhaseCurrents(*table[first : first + 3])

    def table(self) -> Table:
        """A table of zeros."""
        return [0.0] * (3 * len(self.circuits) + len(self.powered))

    def from_currents(
        self, currents: Mapping[str, PhaseCurrents], power: Mapping[str, float]
    ) -> Table:
        """A table of what is known per circuit: A per phase, and over all phases."""
        table = [value for circuit in self.circuits for value in currents[circuit]]
        table += [power[circuit] for circuit in self.powered]
        return table

    def flowing(self, fed: Mapping[str, Sequence[float]]) -> Table:
        """What flows through every circuit, A, if connectors on these draw so much per phase."""
        table = self.table()
        for nearest, currents in fed.items():
            for circuit in self.site.path(nearest):
                first = self._first[circuit]
                for phase, amperes in enumerate(currents):
                    table[first + phase] += amperes
        return table

    def to_currents(self, table: Sequence[float]) -> dict[str, PhaseCurrents]:
        """A table as currents per circuit."""
        return {
            circuit: PhaseCurrents(*table[3 * n : 3 * n + 3])
            for n, circuit in enumerate(self.circuits)
        }

    def to_power(self, table: Sequence[float]) -> dict[str, float]:
        """The sums of a table per circuit, A over all phases."""
        return {circuit: table[place] for circuit, place in self._sums.items()}


def whole_steps_below(amperes: float, step: float) -> float:
    """The highest whole number of steps in `amperes`, A."""
    return round(floor(amperes / step + 1e-6) * step, 6)


def whole_steps_above(amperes: float, step: float) -> float:
    """The lowest whole number of steps that holds `amperes`, A."""
    return round(ceil(amperes / step - 1e-6) * step, 6)


def _watches(
    site: Site, group: str | None, paths: Mapping[ConnectorId, tuple[str, ...]]
) -> Iterator[Watch]:
    nearest = {
        connector: metered[0]
        for connector, path in paths.items()
        if (metered := [here for here in path if site.circuits[here].meter is not None])
    }

    def behind(circuit: str) -> dict[ConnectorId, Connector]:
        return {each: site.connectors[each] for each, path in paths.items() if circuit in path}

    def nearest_to(circuit: str) -> frozenset[ConnectorId]:
        return frozenset(each for each, meter in nearest.items() if meter == circuit)

    for id_, circuit in sorted(
        site.circuits.items(), key=lambda one: (one[0] != site.grid, one[0])
    ):
        if circuit.meter is None:
            continue
        counts_on = [id_]
        for above in site.path(id_)[1:]:
            if site.circuits[above].meter is not None:
                break
            counts_on.append(above)
        at_grid = id_ == site.grid
        yield Watch(
            circuit=id_,
            lowered=group if at_grid and group is not None else id_,
            counts_on=tuple(counts_on),
            safe_limit=circuit.meter.safe_limit,
            timeout=circuit.meter.timeout,
            latency=circuit.meter.latency,
            followed=site.balancing and (site.adaptive or not at_grid),
            behind=behind(id_),
            nearest_to=nearest_to(id_),
        )


def has_steps(connector: Connector) -> bool:
    """Whether any whole step of its charger lies from its minimum to its maximum.

    From 6.2 to 6.8 A there is none in steps of 1 A: then it can't charge.
    """
    lowest = whole_steps_above(connector.minimum, connector.step)
    return whole_steps_below(connector.maximum, connector.step) >= lowest


def _outlet(connector: Connector, path: tuple[str, ...]) -> Outlet:
    minimum = whole_steps_above(connector.minimum, connector.step)
    fallback = connector.fallback
    return Outlet(
        connector=connector,
        path=path,
        wired=connector.wired_phases,
        minimum=minimum,
        maximum=max(minimum, whole_steps_below(connector.maximum, connector.step)),
        fallback=fallback if fallback >= connector.minimum else 0.0,
        has_steps=has_steps(connector),
    )


def add(table: Table, places: Iterable[int], amperes: float) -> None:
    """Count `amperes` at `places`."""
    for place in places:
        table[place] += amperes


def fits(table: Table, places: Iterable[int], amperes: float) -> bool:
    """Whether `table` has `amperes` left at all `places`."""
    needed, last = amperes, -1
    for place in places:
        needed = needed + amperes if place == last else amperes
        if table[place] < needed - ROUNDING:
            return False
        last = place
    return True


def tightest(table: Table, places: Places) -> int:
    """The place that lets a connector have the least current."""
    return min(places, key=lambda place: table[place] / places.count(place))


def most(table: Table, places: Places) -> float:
    """What `table` has left for a connector at `places`, A on each of its phases."""
    return min(table[place] / places.count(place) for place in places)


def exceeds(table: Table, other: Table) -> bool:
    """Whether `table` is above `other` anywhere."""
    return any(mine > its + ROUNDING for mine, its in zip(table, other, strict=True))
