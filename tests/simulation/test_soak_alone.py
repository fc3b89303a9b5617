"""Who would go on with its limit once nobody renews it is found by what it really holds."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from custom_components.ev_load_manager.group.load_manager import LoadManager
from simulation.charger.charger import SimulatedCharger
from simulation.charger.grid import THREE_PHASES
from simulation.charger.v201.charger import SimulatedStation
from simulation.charger.v201.models import STATION
from simulation.faults.fault import EXPIRY_WITH_METER
from simulation.soak.alone import LEFT_ALONE, endless, limit_alone
from simulation.soak.course import TRIED_AGAIN
from simulation.soak.troubles import TROUBLES, Happened
from tests.simulation.plant.test_judge import charging, take


def believing(amperes: float) -> LoadManager:
    """A group that believes that so much stays in every charger."""
    keeper = SimpleNamespace(ledger=SimpleNamespace(highest_standing=amperes))
    point = SimpleNamespace(connectors={1: SimpleNamespace(keeper=keeper)})
    group: Any = SimpleNamespace(access=SimpleNamespace(point=lambda charger_id: point))
    return cast(LoadManager, group)


def holding(*, ends: bool, standing: float | None = 6.0) -> SimulatedCharger:
    """A charger that is led, with 16 A for its session, and what is to stay."""
    charger = charging()
    charger.accepted = True
    if standing is not None:
        take(charger, standing, id=1)
    of_session = {"startSchedule": charger.timestamp(), "duration": 300} if ends else {}
    take(charger, 16.0, id=2, stack=1, **of_session)
    return charger


async def test_a_limit_that_ends_leaves_what_stands() -> None:
    charger = holding(ends=True)
    assert charger.held_limit(1) == 16.0
    assert limit_alone(charger, 1) == 6.0
    assert charger.held_limit(1) == 16.0
    assert list(endless(charger, believing(6.0))) == []


async def test_a_limit_that_does_not_end_is_found() -> None:
    ((found, bare),) = endless(holding(ends=False), believing(6.0))
    assert not bare
    assert found.startswith("CP1/1 (Generic) would go on with 16.0 A where 6.0 A are to stay")


async def test_a_limit_that_ends_above_nothing_leaves_all_that_its_hardware_can() -> None:
    ((found, bare),) = endless(holding(ends=True, standing=None), believing(6.0))
    assert bare
    assert "would go on with 32.0 A" in found


async def test_whoever_is_not_connected_is_let_alone() -> None:
    charger = holding(ends=False)
    charger.accepted = False
    assert list(endless(charger, believing(6.0))) == []


async def test_a_station_is_left_alone_without_its_link() -> None:
    station = SimulatedStation(STATION, tick=None, wiring=THREE_PHASES)
    assert limit_alone(station, 1) == STATION.hardware_maximum
    assert station.profiles.offline_since is None


def test_every_limit_has_ended_by_then() -> None:
    assert LEFT_ALONE > EXPIRY_WITH_METER


@pytest.mark.parametrize(
    ("name", "spoils"),
    [("rejects", True), ("disobeys", True), ("session's profiles only", True), ("offline", False)],
)
def test_a_way_that_was_not_taken_may_be_missing_for_hours(name: str, spoils: bool) -> None:
    trouble = next(one for one in TROUBLES if one.name == name)
    assert Happened(trouble, charger="CP1").spoils_limits is spoils
    assert TRIED_AGAIN > 6 * 3600.0
