"""Limits that somebody else asks for."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.ev_load_manager.config.power_settings import HIGHEST_POWER
from custom_components.ev_load_manager.config.signals import (
    CONTACT,
    MOST_AT_A_TIME,
    MOST_OF_NUMBERS,
    NUMBER,
    Signal,
    Signals,
)
from custom_components.ev_load_manager.data_files.stored import Damage, Stored
from custom_components.ev_load_manager.errors import SettingError

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


def signal(name: str, limit: float) -> Signal:
    return Signal(circuit="group", name=name, limit=limit, start=NOW)


def test_the_operator_s_contact_is_obeyed_beside_however_many_others() -> None:
    signals = Signals()
    for place in range(MOST_AT_A_TIME):
        signals.set(signal(str(place), 50.0), now=NOW)
    assert signals.set(signal(CONTACT, 4.2), now=NOW)
    assert signals.by_circuit() == {"group": 4.2}
    with pytest.raises(SettingError):
        signals.set(signal("one more", 4.2), now=NOW)


def test_what_the_flow_takes_for_a_contact_can_be_obeyed() -> None:
    assert Signals().set(signal(CONTACT, HIGHEST_POWER), now=NOW)


def test_the_log_tells_what_was_asked_and_what_was_drawn() -> None:
    signals = Signals()
    signals.set(signal(CONTACT, 4.2), now=NOW)
    for seconds, drawn in ((0, 11.0), (4, 7.5), (7, 4.25), (60, 4.1)):
        signals.see("group", drawn, NOW + timedelta(seconds=seconds))
    signals.clear("group", CONTACT, now=NOW + timedelta(minutes=10))
    signals.see("group", 11.0, NOW + timedelta(minutes=11))
    (logged,) = signals.log
    assert (logged.limit, logged.before, logged.obeyed_after) == (4.2, 11.0, 7.0)
    assert (logged.highest, logged.last) == (4.25, 4.1)
    assert (logged.start, logged.end) == (NOW, NOW + timedelta(minutes=10))


def test_a_lowered_number_is_logged_until_it_is_as_it_was() -> None:
    signals = Signals()
    signals.note_number("grid", 5.0, now=NOW)
    signals.note_number("grid", 5.0, now=NOW + timedelta(minutes=1))
    signals.note_number("grid", 4.0, now=NOW + timedelta(minutes=2))
    signals.note_number("grid", None, now=NOW + timedelta(minutes=3))
    assert [(one.name, one.limit, (one.end or NOW).minute) for one in signals.log] == [
        (NUMBER, 5.0, 2),
        (NUMBER, 4.0, 3),
    ]
    # It is a setting, and limits nothing by itself.
    assert not signals.by_circuit()


def test_numbers_that_are_lowered_all_day_push_nothing_of_the_operator_out() -> None:
    signals = Signals()
    signals.set(signal(CONTACT, 4.2), now=NOW)
    signals.clear("group", CONTACT, now=NOW + timedelta(hours=1))
    for place in range(MOST_OF_NUMBERS + 10):
        signals.note_number("grid", 5.0 + place % 2, now=NOW + timedelta(hours=2, seconds=place))
    names = [one.name for one in signals.log]
    assert names.count(CONTACT) == 1
    # One of them still holds.
    assert names.count(NUMBER) == MOST_OF_NUMBERS + 1


def test_what_is_over_is_kept_for_two_years_and_what_holds_for_as_long_as_it_does() -> None:
    signals = Signals()
    signals.set(signal("over", 5.0), now=NOW)
    signals.clear("group", "over", now=NOW + timedelta(hours=1))
    signals.set(signal("holds", 6.0), now=NOW)
    signals.expire(NOW + timedelta(days=730))
    assert len(signals.log) == 2
    signals.expire(NOW + timedelta(days=732))
    assert [one.name for one in signals.log] == ["holds"]


def test_the_log_survives_a_restart_and_ends_what_nothing_holds_any_more() -> None:
    signals = Signals()
    signals.set(signal("operator", 4.2), now=NOW)
    signals.note_number("grid", 5.0, now=NOW)
    data = signals.to_dict()
    read = Signals.read(Stored.document(data, Damage()), group="group", now=NOW)
    assert read.log == signals.log
    assert read.all == signals.all

    data["signals"] = []
    read = Signals.read(Stored.document(data, Damage()), group="group", now=NOW)
    assert {one.name: one.end for one in read.log} == {"operator": NOW, NUMBER: None}
