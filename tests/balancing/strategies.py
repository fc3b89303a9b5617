"""Random sites for property tests: three levels of circuits, twins, mixed wiring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations

from hypothesis import strategies as st

from custom_components.ev_load_manager.balancing.allocation import Claim, microamperes
from custom_components.ev_load_manager.balancing.network import whole_steps_above
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents, Wiring
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    Connector,
    ConnectorId,
    Policy,
    Priority,
    Site,
)

WIRINGS: tuple[Wiring, ...] = (
    *permutations(Phase, 3),
    *((phase,) for phase in Phase),
    (Phase.L1, Phase.L2),
    (Phase.L3, Phase.L1),
)

_FUSES = (6.0, 10.0, 13.0, 16.0, 20.0, 25.0, 32.0, 35.0, 50.0, 63.0)

# What is drawn from is made once: making it takes longer than drawing from it.


@cache
def amperes(low: float, high: float) -> st.SearchStrategy[float]:
    """A current in tenths of an ampere, as people set them."""
    return st.integers(round(low * 10), round(high * 10)).map(lambda tenths: tenths / 10)


@cache
def odd_amperes(low: float, high: float) -> st.SearchStrategy[float]:
    """A current as it comes out of a subtraction of measured values."""
    return st.floats(low, high, allow_nan=False).map(lambda value: value + 0.1 - 0.1)


def phase_currents(one: st.SearchStrategy[float]) -> st.SearchStrategy[PhaseCurrents]:
    """Mostly the same on every phase, sometimes three different values."""
    return st.one_of(
        one.map(PhaseCurrents.same),
        st.builds(PhaseCurrents, one, one, one),
    )


_RATED = phase_currents(st.sampled_from(_FUSES))
_LIMITS = st.one_of(st.none(), phase_currents(amperes(0.0, 70.0)))
"""None: what its fuse carries."""


@st.composite
def circuits(draw: st.DrawFn, circuit_id: str, parent: str | None) -> Circuit:
    """A circuit whose limit the user may have set below or above its fuse."""
    rated = draw(_RATED)
    limit = draw(_LIMITS)
    return Circuit(
        id=circuit_id, parent=parent, limit=rated if limit is None else limit, rated=rated
    )


_MINIMUMS = st.sampled_from((6.0, 6.0, 6.0, 4200 / 690, 7.0, 8.0))
_ANY_WIRING = st.sampled_from(WIRINGS)
_STEPS = st.sampled_from((0.1, 0.1, 1.0))
_PRIORITIES = st.sampled_from(Priority)


@cache
def _maximums(minimum: float) -> st.SearchStrategy[float]:
    return st.one_of(st.sampled_from((16.0, 32.0)), amperes(minimum, 40.0))


@st.composite
def connectors(draw: st.DrawFn, connector_id: ConnectorId, circuit: str) -> Connector:
    """One outlet."""
    minimum = draw(_MINIMUMS)
    return Connector(
        id=connector_id,
        circuit=circuit,
        wiring=draw(_ANY_WIRING),
        minimum=minimum,
        maximum=draw(_maximums(minimum)),
        step=draw(_STEPS),
        priority=draw(_PRIORITIES),
    )


_KINDS = st.sampled_from(("bare", "single", "twin"))


@st.composite
def sites(draw: st.DrawFn, *, max_chargers: int = 5, policy: Policy = Policy.TAKE_TURNS) -> Site:
    """A site of three levels: root, feeders, chargers with one or two outlets.

    Chargers hang on the root or on a feeder; a single charger may have no circuit
    of its own.
    """
    tree = {"root": draw(circuits("root", None))}
    for number in range(draw(st.integers(0, 2))):
        feeder = draw(circuits(f"feeder {number}", "root"))
        tree[feeder.id] = feeder
    parents = st.sampled_from(sorted(tree))
    outlets: dict[ConnectorId, Connector] = {}
    for number in range(draw(st.integers(1, max_chargers))):
        charger, parent = f"charger {number}", draw(parents)
        kind = draw(_KINDS)
        feed = parent
        if kind != "bare":
            supply = draw(circuits(f"supply {number}", parent))
            tree[supply.id] = supply
            feed = supply.id
        for outlet in range(1, 3 if kind == "twin" else 2):
            connector = draw(connectors(ConnectorId(charger, outlet), feed))
            outlets[connector.id] = connector
    return Site(circuits=tree, connectors=outlets, policy=policy)


@st.composite
def car_phases(draw: st.DrawFn, connector: Connector) -> frozenset[Phase]:
    """Phases that a car loads: the first one, two or all of the connector's."""
    return frozenset(connector.wiring[: draw(st.integers(1, len(connector.wiring)))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Claims whose minimums fit, and what they share."""

    claims: tuple[Claim, ...]
    capacity: Mapping[str, PhaseCurrents]
    power: Mapping[str, float] = field(default_factory=dict)
    """What circuits carry over all phases, A."""


_IS_KNOWN = st.sampled_from((True, True, True, False))
_CAPACITIES = st.one_of(st.none(), phase_currents(odd_amperes(-3.0, 70.0)))
"""None: what the circuit carries."""
_HAS_POWER = st.sampled_from((True, False, False))
_WEIGHTS = st.sampled_from((0.5, 1.0, 1.0, 2.0, 3.0))


@cache
def _odd_maximums(minimum: float) -> st.SearchStrategy[float | None]:
    return st.one_of(st.none(), odd_amperes(minimum, 40.0))


@st.composite
def problems(draw: st.DrawFn, *, weighted: bool = True, powered: bool = True) -> Problem:
    """Something to share: some cars of a random site, current in odd amounts."""
    site = draw(sites())
    capacity = {
        circuit.id: circuit.capacity if (drawn := draw(_CAPACITIES)) is None else drawn
        for circuit in site.circuits.values()
        if draw(_IS_KNOWN)
    }
    power = {
        circuit: draw(odd_amperes(-3.0, 120.0))
        for circuit in site.circuits
        if powered and draw(_HAS_POWER)
    }
    left: dict[tuple[str, Phase | None], int] = {
        (circuit, phase): microamperes(currents[phase])
        for circuit, currents in capacity.items()
        for phase in Phase
    }
    left |= {(circuit, None): microamperes(amperes) for circuit, amperes in power.items()}
    claims: list[Claim] = []
    for connector in site.connectors.values():
        minimum = whole_steps_above(connector.minimum, connector.step)
        phases = draw(car_phases(connector))
        maximum = draw(_odd_maximums(minimum))
        claim = Claim(
            id=connector.id,
            path=site.path(connector.circuit),
            phases=phases,
            minimum=minimum,
            maximum=max(minimum, connector.maximum) if maximum is None else maximum,
            weight=draw(_WEIGHTS) if weighted else 1.0,
            step=connector.step,
        )
        needed = microamperes(claim.minimum)
        takes: dict[tuple[str, Phase | None], int] = {
            (circuit, phase): needed for circuit in claim.path for phase in claim.phases
        }
        takes |= {(circuit, None): needed * len(claim.phases) for circuit in claim.path}
        if all(left.get(place, amount) >= amount for place, amount in takes.items()):
            claims.append(claim)
            for place, amount in takes.items():
                if place in left:
                    left[place] -= amount
    return Problem(claims=tuple(claims), capacity=capacity, power=power)
