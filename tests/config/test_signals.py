"""Limits that somebody else asks for."""

from datetime import UTC, datetime

import pytest

from custom_components.ev_load_manager.config.power_settings import HIGHEST_POWER
from custom_components.ev_load_manager.config.signals import (
    CONTACT,
    MOST_AT_A_TIME,
    Signal,
    Signals,
)
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
