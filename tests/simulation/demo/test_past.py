"""What the pictures of the page show of the hours before."""

import pytest

from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.balancing.site import (
    Circuit,
    CircuitMeter,
    Connector,
    ConnectorId,
    Site,
)
from simulation.demo.demo import CHARGERS, GRID_MAXIMUM, MAXIMUM, SAFE_LIMIT
from simulation.demo.past import EVERY, LENGTH, SILENT, Moment, afternoon


@pytest.fixture(scope="module")
def moments() -> list[Moment]:
    """An afternoon at the garage of the demo."""
    connectors = [
        Connector(
            id=ConnectorId(charger, 1),
            circuit="group",
            wiring=tuple(Phase(phase) for phase in wiring),
            maximum=16.0,
        )
        for charger, _, _, wiring in CHARGERS
    ]
    rated = PhaseCurrents.same(25.0)
    circuits = (
        Circuit(
            id="grid",
            parent=None,
            limit=PhaseCurrents.same(GRID_MAXIMUM),
            rated=rated,
            meter=CircuitMeter(safe_limit=PhaseCurrents.same(SAFE_LIMIT)),
        ),
        Circuit(id="group", parent="grid", limit=PhaseCurrents.same(MAXIMUM), rated=rated),
    )
    site = Site(
        circuits={circuit.id: circuit for circuit in circuits},
        connectors={connector.id: connector for connector in connectors},
        grid="grid",
        adaptive=True,
    )
    return list(afternoon(site))


def test_it_has_a_moment_every_ten_seconds(moments: list[Moment]) -> None:
    assert [one.at for one in moments] == [EVERY * number for number in range(len(moments))]
    assert moments[-1].at == LENGTH


def test_the_cars_keep_to_the_limit_and_follow_a_lower_one(moments: list[Moment]) -> None:
    assert {one.limit for one in moments} == {MAXIMUM, 12.0}
    over = [max(one.chargers) > one.limit + 0.1 for one in moments]
    assert not any(over[index] and over[index + 1] for index in range(1, len(over) - 1))
    assert max(max(one.chargers) for one in moments) > 15.0


def test_the_safe_limit_holds_while_the_meter_says_nothing(moments: list[Moment]) -> None:
    silent = [one.at for one in moments if one.grid is None]
    held = [one for one in moments if one.cause is not None]

    assert SILENT[0] < silent[0] < SILENT[0] + 20.0
    assert silent[-1] < SILENT[1]
    assert {one.cause for one in held} == {Cause.SILENT}
    assert SILENT[0] + 30.0 <= held[0].at <= SILENT[0] + 40.0
    assert held[-1].at <= SILENT[1] + 20.0
    for one in held[3:]:
        assert max(one.chargers) <= SAFE_LIMIT + 0.1
