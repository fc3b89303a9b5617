"""Outlets that are kept for somebody."""

from datetime import datetime, timedelta
import json

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.reservations import (
    Reservation,
    Reservations,
)
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.conftest import TimeMachine


def kept(id_: int, connector: int, seconds: float = 600.0, group: str = "") -> Reservation:
    """A reservation that holds for so long."""
    until: datetime = clock.now() + timedelta(seconds=seconds)
    return Reservation(id=id_, connector=connector, id_tag="CARD", group=group, until=until)


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
    reservations.add(kept(7, 1, group="FLAT 3"))
    again = Reservations()
    again.restore(map(Stored, json.loads(json.dumps(reservations.state()))))
    (only,) = again.present
    assert (only.id, only.connector, only.id_tag, only.group) == (7, 1, "CARD", "FLAT 3")

    old = reservations.state()
    for one in old:
        del one["group"]
    again = Reservations()
    again.restore(map(Stored, old))
    (only,) = again.present
    assert (only.id, only.group) == (7, "")


@pytest.mark.parametrize(
    ("reserved", "connector", "id_tag", "group", "reservation_id", "is_over"),
    [
        pytest.param(1, 1, "CARD", "", 7, True, id="as OCPP has it"),
        pytest.param(1, 1, "card", "", None, True, id="the card alone"),
        pytest.param(1, 1, "CARD", "", 99, True, id="the card with another reservation's id"),
        pytest.param(1, 1, "OTHER", "flat 3", None, True, id="another card of the group"),
        pytest.param(0, 2, "CARD", "", None, True, id="any outlet"),
        pytest.param(0, 2, "OTHER", "FLAT 3", None, True, id="any outlet, another of the group"),
        pytest.param(1, 2, "CARD", "", None, False, id="another outlet"),
        pytest.param(1, 1, "OTHER", "", None, False, id="a card of no group"),
        pytest.param(0, 1, "OTHER", "FLAT 4", None, False, id="a card of another group"),
    ],
)
def test_the_session_that_it_was_kept_for_ends_a_reservation(
    reserved: int,
    connector: int,
    id_tag: str,
    group: str,
    reservation_id: int | None,
    is_over: bool,
) -> None:
    reservations = Reservations()
    reservations.add(kept(7, reserved, group="FLAT 3"))

    reservations.session_began(connector, id_tag, group, reservation_id)

    assert (not reservations.present) is is_over


def test_no_group_is_not_the_group_of_a_card_without_one() -> None:
    reservations = Reservations()
    reservations.add(kept(7, 1))
    reservations.session_began(1, "OTHER", "", None)
    assert reservations.of(1) is not None


@pytest.mark.parametrize(
    ("reserved", "out_of_service", "is_over"),
    [(1, 1, True), (1, 0, True), (0, 0, True), (0, 1, False), (1, 2, False)],
)
def test_an_outlet_out_of_service_is_kept_for_nobody(
    reserved: int, out_of_service: int, is_over: bool
) -> None:
    reservations = Reservations()
    reservations.add(kept(7, reserved))
    assert reservations.out_of_service(out_of_service) is is_over
    assert (not reservations.present) is is_over


@pytest.mark.parametrize("id_", [-(2**31), -1, 0, 2**31 - 1])
def test_whatever_id_was_chosen_by_hand_is_kept_and_leaves_room_for_others(id_: int) -> None:
    reservations = Reservations()
    reservations.add(kept(id_, 1))
    again = Reservations()
    again.restore(Stored({"all": reservations.state()}).sections("all"))
    assert again.present == reservations.present
    assert 0 < again.next_id() < 2**31
