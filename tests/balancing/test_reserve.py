"""Every limit that may be in force counts, and no other."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.ev_load_manager.balancing.deadlines import Deadlines
from custom_components.ev_load_manager.balancing.demand import observe
from custom_components.ev_load_manager.balancing.known_cars import KnownCars
from custom_components.ev_load_manager.balancing.memory import ConnectorMemory
from custom_components.ev_load_manager.balancing.phases import Phase
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    Offer,
    Sample,
    Status,
    Superseded,
)
from custom_components.ev_load_manager.balancing.reserve import in_force, loaded_phases
from custom_components.ev_load_manager.balancing.site import Connector, ConnectorId

from .bench import L1, L2, L3, same

NOW = 1000.0
CONNECTOR = Connector(
    id=ConnectorId("charger", 1), circuit="group", wiring=(L1, L2, L3), maximum=32.0, fallback=6.0
)
SETTLED = Offer(accepted=10.0, accepted_at=900.0)
CHARGING = ConnectorReading(
    online=True, status=Status.CHARGING, session="one", session_since=800.0, offer=SETTLED
)
CONNECTED = {"online_since": 700.0}


def reserve(
    reading: ConnectorReading, connector: Connector = CONNECTOR, **memory: Any
) -> tuple[float, float | None]:
    """What is in force, and when to look again."""
    deadlines = Deadlines(NOW)
    found = in_force(connector, reading, ConnectorMemory(**(CONNECTED | memory)), deadlines)
    return found, deadlines.next


def test_a_limit_that_was_accepted_is_in_force() -> None:
    assert reserve(CHARGING) == (10.0, None)


def test_a_limit_in_flight_may_be_in_force() -> None:
    offer = replace(SETTLED, in_flight=(6.0, 14.0))
    assert reserve(replace(CHARGING, offer=offer)) == (14.0, None)


def test_a_lower_limit_in_flight_changes_nothing_yet() -> None:
    offer = replace(SETTLED, in_flight=(0.0,))
    assert reserve(replace(CHARGING, offer=offer)) == (10.0, None)


@pytest.mark.parametrize(("age", "expected"), [(11.9, 16.0), (12.0, 10.0)])
def test_a_limit_that_was_replaced_counts_for_twelve_seconds(age: float, expected: float) -> None:
    offer = replace(SETTLED, superseded=(Superseded(limit=16.0, at=NOW - age),))
    found, look_again_at = reserve(replace(CHARGING, offer=offer))
    assert found == expected
    assert look_again_at == (None if expected == 10.0 else pytest.approx(NOW + 0.1))


def test_a_charger_that_was_never_limited_may_draw_all_it_can() -> None:
    assert reserve(replace(CHARGING, offer=Offer()))[0] == 32.0


def test_its_first_limit_takes_its_time_to_be_followed() -> None:
    offer = Offer(accepted=6.0, accepted_at=NOW - 5.0)
    assert reserve(replace(CHARGING, offer=offer), unlimited=True)[0] == 32.0


def test_a_charger_that_refuses_limits_counts_with_all_it_can_once_a_car_is_there() -> None:
    refusing = replace(CHARGING, offer=Offer(refused=True))
    assert reserve(refusing)[0] == 32.0
    idle = replace(refusing, status=Status.AVAILABLE, session=None)
    assert reserve(idle)[0] == 0.0
    assert reserve(replace(idle, online=False))[0] == 32.0


def test_an_empty_connector_reserves_nothing() -> None:
    empty = ConnectorReading(
        online=True, status=Status.AVAILABLE, offer=Offer(accepted=6.0, accepted_at=900.0)
    )
    assert reserve(empty) == (0.0, None)
    assert reserve(replace(empty, offer=Offer())) == (0.0, None)
    assert reserve(replace(empty, status=Status.FINISHING)) == (0.0, None)


def test_the_last_cars_limit_is_in_force_until_it_was_taken_back() -> None:
    empty = ConnectorReading(online=True, status=Status.AVAILABLE, offer=SETTLED)
    assert reserve(empty)[0] == 10.0


def test_a_connector_that_says_it_is_free_and_draws_is_not_free() -> None:
    reading = ConnectorReading(
        online=True,
        status=Status.AVAILABLE,
        status_since=900.0,
        offer=SETTLED,
        sample=Sample(at=950.0, currents=same(9.0), highest=9.0),
    )
    assert reserve(reading)[0] == 10.0


def test_the_last_report_of_a_car_that_left_means_nothing() -> None:
    reading = ConnectorReading(
        online=True,
        status=Status.AVAILABLE,
        status_since=900.0,
        offer=Offer(accepted=0.0, accepted_at=910.0),
        sample=Sample(at=899.0, currents=same(9.0), highest=9.0),
    )
    assert reserve(reading)[0] == 0.0


def test_a_lost_charger_keeps_its_offer_and_at_least_its_fallback() -> None:
    assert reserve(replace(CHARGING, online=False))[0] == 10.0
    paused = replace(CHARGING, online=False, offer=Offer(accepted=0.0, accepted_at=900.0))
    assert reserve(paused)[0] == 6.0


def test_a_lost_charger_that_was_idle_and_cannot_start_reserves_nothing() -> None:
    idle = ConnectorReading(
        online=False, status=Status.AVAILABLE, offer=Offer(accepted=0.0, accepted_at=900.0)
    )
    assert reserve(idle, replace(CONNECTOR, fallback=0.0))[0] == 0.0
    assert reserve(idle)[0] == 6.0


def test_a_charger_that_came_back_may_be_at_its_fallback_until_it_is_told() -> None:
    paused = replace(CHARGING, offer=Offer(accepted=0.0, accepted_at=900.0))
    assert reserve(paused, online_since=960.0) == (6.0, 1005.0)
    assert reserve(paused, online_since=955.0) == (0.0, None)
    late = replace(paused, offer=replace(paused.offer, in_flight=(0.0,)))
    assert reserve(late, online_since=955.0) == (6.0, None)
    told = replace(paused, offer=Offer(accepted=0.0, accepted_at=991.0))
    assert reserve(told, online_since=985.0) == (6.0, 1003.0)
    told = replace(paused, offer=Offer(accepted=0.0, accepted_at=960.0))
    assert reserve(told, online_since=950.0) == (0.0, None)


def test_a_charger_on_another_socket_came_back_though_it_was_never_seen_gone() -> None:
    paused = replace(CHARGING, offer=Offer(accepted=0.0, accepted_at=900.0), connected_since=700.0)
    memory = ConnectorMemory(online_since=700.0)

    def at(now: float, reading: ConnectorReading) -> float:
        observe(CONNECTOR, reading, memory, Deadlines(now), KnownCars(), before=now - 1.0)
        return in_force(CONNECTOR, reading, memory, Deadlines(now))

    assert at(999.0, paused) == 0.0
    replaced = replace(paused, connected_since=999.5)
    assert at(1000.0, replaced) == 6.0
    assert at(1044.0, replaced) == 6.0
    assert at(1044.5, replaced) == 0.0
    told = replace(replaced, offer=Offer(accepted=0.0, accepted_at=1050.0))
    assert at(1061.0, replace(told, connected_since=1049.0)) == 6.0
    assert at(1062.0, replace(told, connected_since=1049.0)) == 0.0


def test_what_a_disobedient_charger_draws_counts() -> None:
    reading = replace(CHARGING, sample=Sample(at=990.0, currents=same(17.0), highest=17.0))
    assert reserve(reading)[0] == 10.0
    assert reserve(replace(reading, disobeys=True))[0] == 17.0


def test_until_its_phases_are_known_a_car_counts_on_all_wires() -> None:
    wired = frozenset(Phase)
    deadlines = Deadlines(NOW)
    assert loaded_phases(wired, ConnectorMemory(), deadlines) == wired
    learned = ConnectorMemory(learned=frozenset({L2}))
    assert loaded_phases(wired, learned, deadlines) == {L2}


def test_behind_a_lost_link_another_car_may_have_come() -> None:
    wired = frozenset(Phase)
    away = ConnectorMemory(learned=frozenset({L2}), offline_since=NOW - 100.0)
    deadlines = Deadlines(NOW)
    assert loaded_phases(wired, away, deadlines) == {L2}
    assert deadlines.next == NOW + 20.0
    assert loaded_phases(wired, away, Deadlines(NOW + 20.0)) == wired


def test_a_charger_that_nobody_ever_met_holds_nothing_back() -> None:
    never = ConnectorReading(online=False, met=False)
    assert reserve(never, online_since=None)[0] == 0.0
