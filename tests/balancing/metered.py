"""A meter, a building, and chargers that report late: what the estimate is fed with."""

from dataclasses import dataclass, field, replace

from custom_components.ev_load_manager.balancing.draw_band import DrawEvidence
from custom_components.ev_load_manager.balancing.other_load import OtherLoad
from custom_components.ev_load_manager.balancing.phases import (
    ALL_PHASES,
    NO_PHASES,
    Phase,
    PhaseCurrents,
    Phases,
)
from custom_components.ev_load_manager.balancing.readings import MeterReading, Sample
from custom_components.ev_load_manager.balancing.site import ConnectorId

A = ConnectorId("a", 1)
B = ConnectorId("b", 1)
L1 = frozenset({Phase.L1})
LATENCY = 2.0


def sample(at: float, amperes: float) -> Sample:
    """All three phases alike."""
    return Sample(at=at, currents=PhaseCurrents.same(amperes), highest=amperes)


@dataclass
class Site:
    """A meter read every second, and what is known of the chargers."""

    now: float = 1000.0
    draws: dict[ConnectorId, DrawEvidence] = field(default_factory=dict)
    other: OtherLoad = field(default_factory=OtherLoad)
    allow_export: bool = False
    doubtful: Phases = NO_PHASES
    held: PhaseCurrents | None = None

    def car(self, connector: ConnectorId, *, draws: float | None, offered: float) -> None:
        """A session that has had its limit for long."""
        self.draws[connector] = DrawEvidence(
            sample=None if draws is None else sample(self.now, draws),
            phases=ALL_PHASES,
            offered=offered,
            offer_changed_at=None,
            previous_offer=offered,
            session=True,
            reserved=offered,
        )

    def offer(self, connector: ConnectorId, limit: float) -> None:
        """A new limit is accepted now."""
        old = self.draws[connector]
        self.draws[connector] = replace(
            old,
            offered=limit,
            previous_offer=old.offered,
            offer_changed_at=self.now,
            reserved=max(limit, old.offered),
        )

    def report(self, connector: ConnectorId, amperes: float) -> None:
        """A report arrives now."""
        self.draws[connector] = replace(self.draws[connector], sample=sample(self.now, amperes))

    def meter(self, amperes: float, seconds: int = 1) -> float:
        """Read `amperes` on every phase for some seconds; return the held value on L1."""
        for _ in range(seconds):
            self.now += 1.0
            self.held = self.other.update(
                meter=MeterReading(at=self.now, currents=PhaseCurrents.same(amperes)),
                draws=self.draws,
                now=self.now,
                latency=LATENCY,
                allow_export=self.allow_export,
                doubtful=self.doubtful,
            )
        assert self.held is not None
        return self.held.l1

    def estimate(self) -> float:
        """The estimate on L1, A."""
        assert self.other.estimate is not None
        return self.other.estimate.l1


def car_of_10_a() -> Site:
    """A house of 5 A and a car that draws its 10 A."""
    site = Site()
    site.car(A, draws=10.0, offered=10.0)
    site.meter(15.0, seconds=20)
    return site
