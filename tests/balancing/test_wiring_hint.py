"""What cars do for their own limits hints at a wrong wiring, and chance does not."""

from dataclasses import replace

import pytest

from custom_components.ev_load_manager.balancing.decision import Decision, Mode
from custom_components.ev_load_manager.balancing.phases import (
    NO_CURRENT,
    Phase,
    PhaseCurrents,
    Phases,
    Wiring,
)
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    MeterReading,
    Offer,
    Readings,
    Sample,
)
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    CircuitMeter,
    Connector,
    ConnectorId,
    Site,
)
from custom_components.ev_load_manager.balancing.wiring_hint import WiringHint, WiringHints

from .bench import L1, L2, L3, ids

ONE, TWO = ids(2)
FUSE = PhaseCurrents(63.0, 63.0, 63.0)
STRAIGHT: Wiring = (L1, L2, L3)


METER = CircuitMeter(safe_limit=NO_CURRENT)


def site_of(wirings: dict[ConnectorId, Wiring], *, known: bool = True) -> Site:
    """A grid connection with chargers that are wired so by their settings."""
    return Site(
        circuits={"grid": Circuit(id="grid", parent=None, limit=FUSE, rated=FUSE, meter=METER)},
        connectors={
            id_: Connector(id=id_, circuit="grid", wiring=wiring, wiring_known=known, maximum=32.0)
            for id_, wiring in wirings.items()
        },
        grid="grid",
    )


class House:
    """Chargers whose limits a script sets, and a meter that sees where their cars really draw."""

    def __init__(self, *, tells: bool = True, wiring: Wiring = STRAIGHT) -> None:
        """One car charges for a while, on the first wire of a charger; `tells`: it says so."""
        self.hints = WiringHints()
        self.tells = tells
        self.wirings = {ONE: wiring, TWO: STRAIGHT}
        self.really: Phases = frozenset({L2})
        """The phases of the grid that its car loads in truth."""
        self.terminals: Phases = frozenset({wiring[0]})
        """The same as its charger tells them, by its settings."""
        self.limit = 16.0
        self.base = NO_CURRENT
        self.mode = Mode.ADAPTIVE
        self.known = True
        self.now = 0.0
        self.wait(60)

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        site = site_of(self.wirings, known=self.known)
        for _ in range(seconds):
            self.now += 1.0
            told = PhaseCurrents.on(self.terminals, self.limit)
            reading = ConnectorReading(
                online=True,
                session="1",
                offer=Offer(accepted=self.limit, accepted_at=0.0),
                sample=Sample(
                    at=self.now, currents=told if self.tells else None, highest=self.limit
                ),
            )
            readings = Readings(
                connectors={ONE: reading} if ONE in self.wirings else {},
                meters={
                    "grid": MeterReading(
                        at=self.now,
                        currents=self.base.plus(PhaseCurrents.on(self.really, self.limit)),
                    )
                },
            )
            decision = Decision(at=self.now, mode=self.mode, connectors={}, circuits={})
            self.hints.look(site, readings, decision, now=self.now)

    def step(self, times: int = 1) -> None:
        """Its limit changes by itself, and its car follows."""
        for _ in range(times):
            self.limit = 8.0 if self.limit > 8.0 else 16.0
            self.wait(45)

    @property
    def hint(self) -> WiringHint | None:
        """What is hinted of its charger."""
        return self.hints.found.get(ONE.charger)


def test_where_nobody_knows_the_wiring_nothing_is_hinted() -> None:
    house = House()
    house.known = False

    house.step(5)

    assert house.hint is None


def test_steps_on_another_phase_than_the_charger_tells_are_a_hint_after_three() -> None:
    house = House()

    house.step(2)
    assert house.hint is None
    house.step()

    assert house.hint == WiringHint(seen=frozenset({L2}), expected=frozenset({L1}))


def test_where_the_charger_tells_nothing_its_wires_are_what_counts() -> None:
    house = House(tells=False, wiring=(L1,))

    house.step(3)

    assert house.hint == WiringHint(seen=frozenset({L2}), expected=frozenset({L1}))


@pytest.mark.parametrize("really", [{L1}, {L3}])
def test_any_of_its_wires_may_be_meant_where_the_charger_tells_nothing(
    really: set[Phase],
) -> None:
    house = House(tells=False)
    house.really = frozenset(really)

    house.step(5)

    assert house.hint is None


def test_a_charger_that_is_wired_as_its_settings_say_is_no_hint() -> None:
    house = House()
    house.really = frozenset({L1})

    house.step(5)

    assert house.hint is None


def test_a_car_on_all_phases_shows_no_order() -> None:
    house = House()
    house.really = house.terminals = frozenset(Phase)

    house.step(5)

    assert house.hint is None


def test_one_step_that_fits_begins_the_count_anew() -> None:
    house = House()
    house.step(2)
    house.really = frozenset({L1})
    house.wait(60)
    house.step()
    house.really = frozenset({L2})
    house.wait(60)

    house.step(2)

    assert house.hint is None


def test_other_phases_than_the_car_has_are_chance() -> None:
    house = House()
    house.really = frozenset({L2, L3})

    house.step(5)

    assert house.hint is None


def test_a_hint_goes_when_three_steps_fit() -> None:
    house = House()
    house.step(3)
    house.really = frozenset({L1})
    house.wait(60)

    house.step(3)

    assert house.hint is None


def test_a_hint_goes_when_the_wiring_is_changed_or_the_charger_removed() -> None:
    house = House()
    house.step(3)
    assert house.hint is not None
    house.wirings = house.wirings | {ONE: (L2, L3, L1)}
    house.wait(1)
    assert house.hint is None

    house = House()
    house.step(3)
    assert house.hint is not None
    house.wirings = {TWO: STRAIGHT}
    house.wait(1)
    assert house.hint is None


def test_a_meter_that_can_not_be_trusted_shows_nothing() -> None:
    house = House()
    house.mode = Mode.SAFE_LIMIT

    house.step(5)

    assert house.hint is None


def test_a_paused_car_counts_with_the_phase_that_it_had() -> None:
    house = House()

    for limit in (0.0, 16.0, 0.0):
        house.limit = limit
        house.wait(80)

    assert house.hint == WiringHint(seen=frozenset({L2}), expected=frozenset({L1}))


def test_a_step_of_the_building_beside_it_shows_nothing() -> None:
    house = House()
    for _ in range(5):
        house.base = house.base.plus(PhaseCurrents(0.0, 0.0, 6.0))
        house.step()

    assert house.hint is None


def test_a_charger_behind_no_meter_is_not_looked_at() -> None:
    house = House()
    site = replace(site_of(house.wirings), grid=None)
    decision = Decision(at=0.0, mode=Mode.DYNAMIC, connectors={}, circuits={})

    house.hints.look(site, Readings(connectors={}), decision, now=0.0)

    assert not house.hints.found
