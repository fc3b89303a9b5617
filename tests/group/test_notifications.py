"""People are told once of what lasts, and not again and again of what comes and goes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.ev_load_manager.balancing.site import ConnectorId
from custom_components.ev_load_manager.data_files.stored import Damage, Stored
from custom_components.ev_load_manager.group.notifications import Notifications, Recipient, Topic
from custom_components.ev_load_manager.history.situations import Holding, Situation, Situations

A = ConnectorId("A", 1)
START = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Group:
    """A group's situations, and what is told of them."""

    def __init__(self) -> None:
        """Nothing lasts."""
        self.notifications = self._new()
        self.since: dict[Holding, datetime] = {}

    def _new(self) -> Notifications:
        async def save() -> None:
            """Nothing is written."""

        return Notifications(save=save, save_soon=lambda: None)

    def begins(self, situation: Situation, minutes: float, where: Any = A) -> None:
        """It lasts since so many minutes after the start."""
        self.since[Holding(situation, where)] = START + timedelta(minutes=minutes)

    def ends(self, situation: Situation, where: Any = A) -> None:
        """It lasts no more."""
        del self.since[Holding(situation, where)]

    def told(self, minutes: float) -> list[Situation]:
        """What is told so many minutes after the start."""
        since: Mapping[Holding, datetime] = self.since

        class Here(Situations):
            lasting = since

        found = self.notifications.due(Here(), START + timedelta(minutes=minutes))
        return [holding.situation for holding in found]

    def restart(self) -> None:
        """Home Assistant starts anew."""
        stored = Stored(self.notifications.to_dict(), "", Damage())
        self.notifications = self._new()
        self.notifications.restore(stored)


def test_a_safe_limit_is_told_of_when_it_has_lasted_ten_minutes() -> None:
    group = Group()
    group.begins(Situation.SAFE_LIMIT, 0, "grid")

    assert group.told(9.9) == []
    assert group.told(10) == [Situation.SAFE_LIMIT]
    assert group.told(11) == []


def test_a_meter_that_comes_and_goes_is_told_of_once() -> None:
    group = Group()
    group.begins(Situation.SAFE_LIMIT, 0, "grid")
    assert group.told(10) == [Situation.SAFE_LIMIT]

    for minute in range(20, 200, 20):
        group.ends(Situation.SAFE_LIMIT, "grid")
        assert group.told(minute) == []
        group.begins(Situation.SAFE_LIMIT, minute + 1, "grid")
        assert group.told(minute + 15) == []

    # It was well for more than an hour: this is another time.
    group.ends(Situation.SAFE_LIMIT, "grid")
    assert group.told(200) == []
    assert group.told(261) == []
    group.begins(Situation.SAFE_LIMIT, 270, "grid")
    assert group.told(280) == [Situation.SAFE_LIMIT]


def test_what_never_lasts_is_never_told() -> None:
    group = Group()
    for minute in range(0, 100, 5):
        group.begins(Situation.LOST, minute, "charger:A")
        assert group.told(minute + 4) == []
        group.ends(Situation.LOST, "charger:A")
        assert group.told(minute + 4.5) == []


def test_a_full_car_is_told_of_once_in_a_session() -> None:
    group = Group()
    group.begins(Situation.SESSION, 0)
    group.begins(Situation.FULL, 100)
    assert group.told(100) == [Situation.FULL]

    # It keeps itself warm, hours later, too.
    group.ends(Situation.FULL)
    assert group.told(300) == []
    group.begins(Situation.FULL, 310)
    assert group.told(310) == []

    group.ends(Situation.FULL)
    group.ends(Situation.SESSION)
    assert group.told(400) == []
    group.begins(Situation.SESSION, 410)
    assert group.told(411) == []
    group.begins(Situation.FULL, 500)
    assert group.told(500) == [Situation.FULL]


def test_every_turn_is_told_of_that_is_not_the_same_still() -> None:
    group = Group()
    group.begins(Situation.TURN, 0)
    assert group.told(0) == [Situation.TURN]

    group.ends(Situation.TURN)
    assert group.told(20) == []
    group.begins(Situation.TURN, 22)
    assert group.told(22) == []

    group.ends(Situation.TURN)
    assert group.told(40) == []
    assert group.told(51) == []
    group.begins(Situation.TURN, 60)
    assert group.told(60) == [Situation.TURN]


def test_nobody_is_told_once_more_after_a_restart() -> None:
    group = Group()
    group.begins(Situation.DISOBEYS, 0)
    assert group.told(1) == [Situation.DISOBEYS]
    group.ends(Situation.DISOBEYS)
    assert group.told(2) == []

    group.restart()
    group.begins(Situation.DISOBEYS, 3)
    assert group.told(5) == []


async def test_who_is_told_survives_a_restart() -> None:
    group = Group()
    anna = Recipient(
        entity_id="notify.anna", topics=frozenset({Topic.CAR_FULL, Topic.TURN}), place="01_1"
    )
    await group.notifications.change([anna])

    group.restart()

    assert group.notifications.recipients == (anna,)


def test_what_a_newer_version_told_of_is_left_alone() -> None:
    group = Group()
    group.begins(Situation.FULL, 0)
    assert group.told(0) == [Situation.FULL]
    stored = group.notifications.to_dict()
    stored["told"]["later:A/1"] = None
    group.notifications.restore(Stored(stored, "", Damage()))
    assert group.told(1) == []
