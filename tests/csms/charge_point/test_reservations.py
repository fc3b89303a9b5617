"""Outlets that are kept for somebody."""

from datetime import datetime, timedelta
import json

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.reservations import (
    Reservation,
    Reservations,
)
from tests.csms.conftest import TimeMachine


def kept(id_: int, connector: int, seconds: float = 600.0) -> Reservation:
    """A reservation that holds for so long."""
    until: datetime = clock.now() + timedelta(seconds=seconds)
    return Reservation(id=id_, connector=connector, id_tag="CARD", until=until)


def test_a_reservation_ends_by_itself(time_machine: TimeMachine) -> None:
    reservations = Reservations()
    reservations.add(kept(1, 2))
    assert reservations.of(2) is not None
    time_machine.jump(601)
    assert reservations.of(2) is None


def test_an_outlet_is_kept_for_one_at_a_time_and_ids_are_not_used_twice() -> None:
    reservations = Reservations()
    reservations.add(kept(reservations.next_id(), 1))
    reservations.add(kept(reservations.next_id(), 1))
    (only,) = reservations.present
    assert only.id == 2
    assert reservations.remove(2)
    assert not reservations.remove(2)
    assert not reservations.remove(None)


def test_reservations_survive_a_restart() -> None:
    reservations = Reservations()
    reservations.add(kept(7, 1))
    again = Reservations()
    again.restore(json.loads(json.dumps(reservations.state())))
    (only,) = again.present
    assert (only.id, only.connector, only.id_tag) == (7, 1, "CARD")
