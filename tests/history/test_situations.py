"""What begins and ends is told once, also over a restart, and not while nobody can know."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.ev_load_manager.balancing.decision import (
    CircuitDecision,
    ConnectorDecision,
    Decision,
    Mode,
    Reason,
)
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import ConnectorReading, Readings, Status
from custom_components.ev_load_manager.balancing.safe_limit import Cause
from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.data_files.stored import Damage, Stored
from custom_components.ev_load_manager.history.situations import (
    LOST_AFTER,
    Situation,
    Situations,
    Where,
)

A = ConnectorId("A", 1)
START = datetime(2026, 11, 29, 12, tzinfo=UTC)


class House:
    """A group of one charger behind a meter, as a step sees it."""

    def __init__(self, situations: Situations | None = None) -> None:
        """A car charges; nothing is wrong."""
        self.situations = situations or Situations()
        self.at = 0.0
        self.reading: dict[str, Any] = {
            "online": True,
            "session": "1",
            "status": Status.CHARGING,
        }
        self.reason = Reason.FULL_SPEED
        self.cause: Cause | None = None
        self.overloaded: Mapping[str, tuple[Phase, ...]] = {}
        self.connectors = [A]

    def step(self, seconds: float = 1.0, **reading: Any) -> dict[tuple[Situation, Where], bool]:
        """Take a step; what began (True) and ended (False) with it."""
        self.at += seconds
        self.reading |= reading
        waits = self.reason in (Reason.WAITING_FOR_TURN, Reason.WAITING_FOR_ROOM)
        decided = ConnectorDecision(
            target=0.0,
            limit=0.0 if waits else 16.0,
            reserved=NO_CURRENT,
            reason=self.reason,
        )
        self.situations.update(
            Decision(
                at=self.at,
                mode=Mode.ADAPTIVE,
                connectors=dict.fromkeys(self.connectors, decided),
                circuits={
                    "grid": CircuitDecision(
                        capacity=PhaseCurrents.same(20),
                        reserved=NO_CURRENT,
                        measured=NO_CURRENT,
                        cause=self.cause,
                    )
                },
            ),
            Readings(connectors=dict.fromkeys(self.connectors, ConnectorReading(**self.reading))),
            self.overloaded,
            {"grid", "group"},
            START + timedelta(seconds=self.at),
        )
        return {
            (change.situation, change.where): change.begins for change in self.situations.changes
        }

    def restarted(self) -> House:
        """The same house after Home Assistant has started anew, before anybody has called."""
        rows = self.situations.to_list()
        stored = [Stored(row, "", Damage()) for row in rows]
        house = House(Situations(stored))
        house.at = self.at
        house.reading = {"online": False, "session": "1"}
        house.reason = Reason.CHARGER_OFFLINE
        house.cause = Cause.STARTING
        return house


def test_a_session_begins_and_ends() -> None:
    house = House()

    assert house.step() == {(Situation.SESSION, A): True, (Situation.CHARGING, A): True}
    assert house.step() == {}
    assert house.situations.since(Situation.SESSION, A) == START + timedelta(seconds=1)
    assert house.step(session=None, status=Status.AVAILABLE) == {
        (Situation.SESSION, A): False,
        (Situation.CHARGING, A): False,
    }
    assert house.situations.since(Situation.SESSION, A) is None


def test_a_car_that_had_to_wait_has_its_turn_when_it_gets_something() -> None:
    house = House()
    house.step()

    house.reason = Reason.WAITING_FOR_TURN
    assert house.step() == {(Situation.WAITING, A): True}
    house.reason = Reason.WAITING_FOR_ROOM
    assert house.step() == {}
    house.reason = Reason.STARTING
    assert house.step() == {(Situation.WAITING, A): False, (Situation.TURN, A): True}
    house.reason = Reason.EQUAL_SHARE
    assert house.step() == {}
    house.reason = Reason.WAITING_FOR_TURN
    assert house.step() == {(Situation.WAITING, A): True, (Situation.TURN, A): False}


def test_a_short_pause_is_a_wait_and_its_end_no_turn() -> None:
    house = House()
    house.step()

    house.reason = Reason.SHORT_PAUSE
    assert house.step() == {(Situation.WAITING, A): True}
    house.reason = Reason.FULL_SPEED
    assert house.step() == {(Situation.WAITING, A): False}


def test_a_charger_is_lost_when_it_stays_away_and_its_car_is_as_it_was() -> None:
    house = House()
    house.step()

    house.reason = Reason.CHARGER_OFFLINE
    assert house.step(online=False) == {}
    assert house.step(LOST_AFTER - 1) == {}
    assert house.step(1) == {(Situation.LOST, "charger:A"): True}
    assert house.step(1) == {}
    house.reason = Reason.FULL_SPEED
    assert house.step(online=True) == {(Situation.LOST, "charger:A"): False}


def test_a_charger_that_was_never_there_is_not_lost() -> None:
    house = House()
    house.reason = Reason.CHARGER_OFFLINE
    house.step(online=False, met=False, session=None)

    assert house.step(10 * LOST_AFTER) == {}


def test_the_safe_limit_before_the_first_reading_is_nothing_to_be_told_of() -> None:
    house = House()
    house.cause = Cause.STARTING
    assert (Situation.SAFE_LIMIT, "grid") not in house.step()

    house.cause = Cause.SILENT
    assert house.step() == {(Situation.SAFE_LIMIT, "grid"): True}
    house.cause = Cause.FROZEN
    assert house.step() == {}
    house.cause = None
    assert house.step() == {(Situation.SAFE_LIMIT, "grid"): False}


def test_an_overload_and_a_car_that_takes_too_much_are_told() -> None:
    house = House()
    house.step()

    house.overloaded = {"group": (Phase.L1,)}
    assert house.step(disobeys=True) == {
        (Situation.OVERLOAD, "group"): True,
        (Situation.DISOBEYS, A): True,
    }


def test_a_restart_begins_and_ends_nothing() -> None:
    house = House()
    house.reason = Reason.WAITING_FOR_TURN
    house.cause = Cause.SILENT
    house.step()

    again = house.restarted()
    assert again.step() == {}
    again.cause = Cause.SILENT
    assert again.step() == {}
    again.reason = Reason.WAITING_FOR_TURN
    assert again.step(online=True, status=Status.CHARGING) == {}
    again.cause = None
    again.reason = Reason.STARTING
    assert again.step() == {
        (Situation.SAFE_LIMIT, "grid"): False,
        (Situation.WAITING, A): False,
        (Situation.TURN, A): True,
    }


def test_what_is_removed_ends_without_a_word() -> None:
    house = House()
    house.step()
    house.connectors = []

    assert house.step() == {}
    assert house.situations.to_list() == []
