"""What a charger may let its car draw while nobody can tell it anything."""

from dataclasses import replace
from typing import Any

from custom_components.ev_load_manager.balancing.deadlines import Deadlines
from custom_components.ev_load_manager.balancing.memory import ConnectorMemory
from custom_components.ev_load_manager.balancing.readings import ConnectorReading, Offer, Status
from custom_components.ev_load_manager.balancing.reserve import FOLLOWING_TIME, MAKING_WAY, in_force
from custom_components.ev_load_manager.balancing.site import Connector, ConnectorId

from .bench import L1, L2, L3

SENT = 1000.0
ENDS = SENT + 300.0
GONE = ENDS + 60.0
CONNECTOR = Connector(
    id=ConnectorId("charger", 1), circuit="group", wiring=(L1, L2, L3), maximum=32.0, fallback=6.0
)
OFFER = Offer(accepted=16.0, accepted_at=SENT, expires_at=ENDS, gone_at=GONE)
LOST = ConnectorReading(
    online=False, status=Status.CHARGING, session="one", session_since=900.0, offer=OFFER
)


def reserve(
    now: float, connector: Connector = CONNECTOR, *, reading: ConnectorReading = LOST, **offer: Any
) -> tuple[float, float | None]:
    """What is in force, and when to look again."""
    deadlines = Deadlines(now)
    reading = replace(reading, offer=replace(reading.offer, **offer))
    memory = ConnectorMemory(online_since=900.0 if reading.online else None)
    return in_force(connector, reading, memory, deadlines), deadlines.next


def test_a_lost_charger_keeps_its_last_limit_until_that_has_surely_ended() -> None:
    over = GONE + FOLLOWING_TIME
    assert reserve(SENT + 1.0)[0] == 16.0
    assert reserve(over - 1.0) == (16.0, over)
    assert reserve(over) == (6.0, None)


def test_a_lost_charger_with_a_limit_below_its_fallback_has_no_more_before_that_ends() -> None:
    assert reserve(ENDS - MAKING_WAY - 1.0, accepted=0.0)[0] == 0.0


def test_room_for_the_fallback_is_made_before_a_lower_limit_ends() -> None:
    assert reserve(ENDS - MAKING_WAY, accepted=0.0)[0] == 6.0
    assert reserve(GONE + FOLLOWING_TIME, accepted=0.0)[0] == 6.0


def test_somebody_looks_again_when_room_has_to_be_made() -> None:
    found, look_again_at = reserve(SENT + 1.0, accepted=0.0)
    assert found == 0.0
    assert look_again_at == ENDS - MAKING_WAY


def test_a_limit_that_may_be_there_for_good_is_never_given_away() -> None:
    assert reserve(GONE + 1e6, gone_at=None) == (16.0, None)
    assert reserve(GONE + 1e6, gone_at=None, accepted=0.0)[0] == 6.0


def test_where_no_limit_ends_a_lost_charger_counts_with_at_least_its_fallback() -> None:
    assert reserve(SENT + 1.0, expires_at=None, gone_at=None)[0] == 16.0
    assert reserve(SENT + 1.0, expires_at=None, gone_at=None, accepted=0.0)[0] == 6.0


def test_a_limit_on_its_way_counts_until_all_have_ended() -> None:
    assert reserve(GONE + FOLLOWING_TIME - 1.0, in_flight=(20.0,))[0] == 20.0
    assert reserve(GONE + FOLLOWING_TIME, in_flight=(20.0,))[0] == 6.0


def test_who_may_not_charge_alone_counts_with_nothing_once_its_limit_has_ended() -> None:
    connector = replace(CONNECTOR, fallback=0.0)
    assert reserve(GONE + FOLLOWING_TIME, connector)[0] == 0.0


def test_who_was_seen_to_forget_its_limits_may_draw_all_it_can() -> None:
    assert reserve(SENT + 1.0, forgets=True)[0] == 32.0
    assert reserve(GONE + 1e6, forgets=True)[0] == 32.0


def test_who_forgets_and_was_empty_counts_as_any_other() -> None:
    empty = replace(LOST, status=Status.AVAILABLE, session=None)
    assert reserve(SENT + 1.0, reading=empty, forgets=True, accepted=6.0)[0] == 6.0


def test_a_limit_that_nobody_could_renew_may_have_ended_while_the_socket_is_open() -> None:
    online = replace(LOST, online=True)
    assert reserve(SENT + 20.0, reading=online, accepted=0.0)[0] == 0.0
    assert reserve(ENDS - MAKING_WAY, reading=online, accepted=0.0)[0] == 6.0
