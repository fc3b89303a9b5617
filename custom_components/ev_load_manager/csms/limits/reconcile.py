"""What is looked after in a charger beside its limits, and never in their way.

Profiles of ours that are no longer used and profiles of others that mask ours
are cleared; the charger is asked whether it holds what it was told. All of it
goes on beside the limits, at the lowest priority.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
import logging
from typing import Any, Final, NamedTuple

from ... import clock
from ..models import ChargingProfileWay, Purpose, Unit
from ..transport.calls import CallPriority
from ..transport.errors import CallError, CallTimeout, CallWithdrawn, NotConnected
from ..transport.reachable import LimitedCharger, ReachableCharger
from . import commands
from .connector_limit import ConnectorLimit, Running
from .slots import Layer, Slot
from .strategies import Form

MOST_PERIODS: Final = 1000
"""A schedule with more is none: OCPP 1.6, 7.8 has chargers say how many they take, some 20."""


class Outlook(NamedTuple):
    """What a charger will allow a connector, A per phase."""

    now: float
    finally_: float
    """At the end of the time that was asked for."""

    def shows(self, limit: float, fallback: float) -> bool:
        """Whether it is `limit` now and `fallback` in the end."""
        return _same(self.now, limit) and _same(self.finally_, fallback)

    def ends_in(self, fallback: float) -> bool:
        """Whether it is `fallback` in the end."""
        return _same(self.finally_, fallback)


async def read_outlook(
    charger: ReachableCharger, connector: int, seconds: int, *, timeout: float
) -> Outlook | None:
    """Ask for the next `seconds`; None where the answer says nothing of them.

    Some accept and tell no periods, or a limit of -1, or only of what is now.
    Raises CallError, CallTimeout, NotConnected.
    """
    answer = await charger.call(
        "GetCompositeSchedule",
        {"connectorId": connector, "duration": seconds, "chargingRateUnit": "A"},
        timeout=timeout,
        priority=CallPriority.BACKGROUND,
    )
    schedule = answer.get("chargingSchedule")
    if answer.get("status") != "Accepted" or not isinstance(schedule, dict):
        return None
    if schedule.get("chargingRateUnit") != "A":
        return None
    periods = _periods(schedule.get("chargingSchedulePeriod"))
    if not periods or periods[0][0] != 0 or any(limit < 0 for _, limit in periods):
        return None
    duration = schedule.get("duration")
    whole = isinstance(duration, int) and duration >= seconds
    if len(periods) == 1 and not whole:
        return None
    return Outlook(periods[0][1], periods[-1][1])


def _periods(told: object) -> list[tuple[float, float]]:
    """Start (s) and limit (A) of each period, in order; empty where one is nonsense."""
    if isinstance(told, list) and len(told) > MOST_PERIODS:
        return []
    try:
        found = [
            (float(period["startPeriod"]), float(period["limit"]))
            for period in (told if isinstance(told, list) else ())
        ]
    except KeyError, OverflowError, TypeError, ValueError:
        return []
    return sorted(found)


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 0.15


_LOGGER = logging.getLogger(__name__)

_PATIENCE = 10.0
_MOST_LEVELS = 8
"""So many stack levels above ours are cleared at most, whatever a charger says it has."""
_BEYOND = 120
"""Seconds behind the end of a limit that are of interest, too."""


_TIRED_FOR = 300.0
"""Seconds for which a charger that answered nothing of it is left alone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A charger was asked what it holds for a connector."""

    number: int
    verified: bool = False
    """It tells the limit, and the fallback after it."""
    kept: bool | None = None
    """Whether it has kept its fallback while it was away; None: not asked, or not told."""


@dataclass(frozen=True, slots=True)
class Clearing:
    """A question to clear profiles."""

    criteria: Mapping[str, Any]
    """Which ones (OCPP 1.6, 6.12)."""

    def matches(self, slot: Slot) -> bool:
        """Whether a slot is one of those."""
        wanted = self.criteria
        if slot.layer is Layer.SETTING:
            return False
        if "id" in wanted:
            return slot.name == f"profile/{wanted['id']}"
        return (
            slot.connector == wanted["connectorId"]
            and slot.layer is _LAYERS[wanted["chargingProfilePurpose"]]
            and wanted.get("stackLevel", slot.level) == slot.level
        )


@dataclass(frozen=True, slots=True)
class Cleared:
    """What came of it."""

    clearing: Clearing
    done: bool | None
    """Whether it holds nothing there any more; None: it did not answer."""
    some: bool = False
    """Whether there was anything."""


@dataclass(frozen=True, slots=True)
class ForeignCleared:
    """Others had left profiles; some firmware clears more than it is asked to."""


type Found = Looked | Cleared | ForeignCleared

_LAYERS = {
    Purpose.TX_DEFAULT.value: Layer.DEFAULT,
    Purpose.TX.value: Layer.SESSION,
    Purpose.CHARGE_POINT_MAX.value: Layer.CHARGER,
}


class Reconciler:
    """Looks after one charger's profiles, and says what it finds."""

    def __init__(self, charger: LimitedCharger, *, asks: Callable[[Clearing], None]) -> None:
        """Look after `charger`; `asks` is called when it is asked to clear anything."""
        self.installed: set[int] = set()
        """Ids of profiles of ours that may be in the charger."""
        self.foreign_cleared = False
        self.tells_schedule = True
        """Whether there is hope that GetCompositeSchedule is answered."""
        self._charger = charger
        self._asks = asks
        self._tired_until = 0.0

    def connected(self) -> None:
        """The charger can be asked (again)."""
        self._tired_until = 0.0

    def rest(self) -> None:
        """Do no more for some minutes."""
        self._tired_until = clock.monotonic() + _TIRED_FOR

    def may_hold(self, call: commands.Call) -> None:
        """A profile of ours leaves for the charger."""
        if (profile_id := _id_in(call)) is not None:
            self.installed.add(profile_id)

    def holds_not(self, call: commands.Call, keepers: Iterable[ConnectorLimit]) -> None:
        """A profile of ours was refused, and none was there before."""
        profile_id = _id_in(call)
        if profile_id is not None and not any(
            keeper.ledger.may_hold(lambda slot: slot.name == f"profile/{profile_id}")
            for keeper in keepers
        ):
            self.installed.discard(profile_id)

    def needed_at(self, keepers: Collection[ConnectorLimit]) -> float | None:
        """When there is something to do (monotonic); None: there is nothing."""
        return self._tired_until if self._is_needed(keepers) else None

    def _is_needed(self, keepers: Collection[ConnectorLimit]) -> bool:
        return (
            bool(self._unused(keepers))
            or any(self._is_to_look_at(keeper) for keeper in keepers)
            or self._may_clear_foreign(keepers)
        )

    async def run(
        self, keepers: Collection[ConnectorLimit], stack_level_maximum: int | None
    ) -> AsyncIterator[Found]:
        """Do what is to be done, and say what is found; what gets no answer waits."""
        try:
            for profile_id in sorted(self._unused(keepers)):
                yield await self._clear(
                    Clearing({"id": profile_id}), partial(self._is_unused, profile_id, keepers)
                )
                self.installed.discard(profile_id)
            for keeper in keepers:
                if self._is_to_look_at(keeper):
                    yield await self._look_at(keeper)
            if self._may_clear_foreign(keepers):
                async for found in self._clear_foreign(keepers, stack_level_maximum):
                    yield found
        except (CallTimeout, NotConnected) as error:
            _LOGGER.debug("%s: reconciling has to wait: %s", self._charger.id, error)
            self.rest()

    async def release(self) -> None:
        """Clear every profile of ours. Raises NotConnected."""
        for profile_id in sorted(self.installed):
            try:
                await self._clear(Clearing({"id": profile_id}), lambda: True)
            except CallTimeout:
                continue
            self.installed.discard(profile_id)

    # Profiles of ours

    def _unused(self, keepers: Collection[ConnectorLimit]) -> set[int]:
        """What other strategies left behind, wherever the present one is settled."""
        unused: set[int] = set()
        for keeper in keepers:
            if keeper.running is None or keeper.resend:
                continue
            strategy = keeper.running.strategy
            unused |= set(_ids_of(keeper.number)) - strategy.profile_ids(keeper.number)
        if all(keeper.running is not None for keeper in keepers):
            used = [
                keeper.running.strategy.profile_ids(keeper.number)
                for keeper in keepers
                if keeper.running is not None
            ]
            unused |= {commands.WHOLE_CHARGER_ID} - frozenset().union(*used)
        return unused & self.installed

    def _is_unused(self, profile_id: int, keepers: Collection[ConnectorLimit]) -> bool:
        return profile_id in self._unused(keepers)

    # What the charger says it holds

    def _is_to_look_at(self, keeper: ConnectorLimit) -> bool:
        running = keeper.running
        if running is None or keeper.resend or not running.strategy.ends:
            return False
        return keeper.doubted or not (keeper.verified or keeper.looked)

    async def _look_at(self, keeper: ConnectorLimit) -> Looked:
        outlook = await self.outlook(keeper)
        running, standing, accepted = keeper.running, keeper.standing, keeper.offer.accepted
        if outlook is None or running is None or standing is None or accepted is None:
            return Looked(keeper.number)
        verified = outlook.shows(accepted, standing.amperes)
        if not (keeper.doubted and running.strategy.stands):
            return Looked(keeper.number, verified)
        if outlook.ends_in(standing.amperes):
            return Looked(keeper.number, verified, kept=True)
        # Only who has told the truth before is believed that it has forgotten.
        kept = False if keeper.verified or verified else None
        return Looked(keeper.number, verified, kept)

    async def outlook(self, keeper: ConnectorLimit, timeout: float = _PATIENCE) -> Outlook | None:
        """What the charger says it will allow a connector; None where it doesn't tell.

        Raises CallTimeout and NotConnected.
        """
        running = keeper.running
        way = None if running is None else running.strategy.way
        in_amperes = way is None or (
            isinstance(way, ChargingProfileWay) and way.unit is Unit.AMPERES
        )
        if not self.tells_schedule or not in_amperes:
            return None
        seconds = _BEYOND + (0 if running is None else int(_left(running)))
        try:
            return await read_outlook(self._charger, keeper.number, seconds, timeout=timeout)
        except CallError as error:
            _LOGGER.debug("%s doesn't tell its schedule: %s", self._charger.id, error)
            return None

    # Profiles of others

    def _may_clear_foreign(self, keepers: Collection[ConnectorLimit]) -> bool:
        """Only once, and once every connector has a limit of ours that ends."""
        return (
            not self.foreign_cleared
            and bool(keepers)
            and all(
                keeper.running is not None and keeper.running.strategy.ends and not keeper.resend
                for keeper in keepers
            )
        )

    async def _clear_foreign(
        self, keepers: Collection[ConnectorLimit], stack_level_maximum: int | None
    ) -> AsyncIterator[Found]:
        """Clear what an earlier system may have left that masks our profiles."""
        cleared = False
        for criteria in _foreign(keepers, stack_level_maximum):
            clearing = Clearing(criteria)
            found = await self._clear(clearing, partial(_is_foreign, clearing, keepers))
            cleared |= found.some
            yield found
        self.foreign_cleared = True
        if cleared:
            yield ForeignCleared()

    async def _clear(self, clearing: Clearing, is_wanted: Callable[[], bool]) -> Cleared:
        """Clear the profiles that match, if that is wanted when it is their turn.

        Raises CallTimeout and NotConnected.
        """

        def leave() -> Mapping[str, Any] | None:
            if not is_wanted():
                return None
            self._asks(clearing)
            return clearing.criteria

        try:
            answer = await self._charger.call(
                "ClearChargingProfile",
                clearing.criteria,
                timeout=_PATIENCE,
                priority=CallPriority.BACKGROUND,
                fresh=leave,
            )
        except CallWithdrawn:
            return Cleared(clearing, done=None)
        except CallError as error:
            _LOGGER.debug("%s does not clear %s: %s", self._charger.id, clearing.criteria, error)
            return Cleared(clearing, done=False)
        status = answer.get("status")
        # Who knows nothing of it holds nothing there.
        return Cleared(clearing, done=status in ("Accepted", "Unknown"), some=status == "Accepted")


def _is_foreign(clearing: Clearing, keepers: Iterable[ConnectorLimit]) -> bool:
    """Whether none of ours may be among what is to be cleared."""
    return not any(keeper.ledger.may_hold(clearing.matches) for keeper in keepers)


def _foreign(
    keepers: Iterable[ConnectorLimit], stack_level_maximum: int | None
) -> Iterator[Mapping[str, Any]]:
    """What matches no profile of ours, and may mask one (OCPP 1.6, 3.13 and 5.3)."""
    everyone = list(keepers)
    yield {"connectorId": 0, "chargingProfilePurpose": Purpose.CHARGE_POINT_MAX.value}
    yield {"connectorId": 0, "chargingProfilePurpose": Purpose.TX_DEFAULT.value}
    for keeper in everyone:
        running = keeper.running
        if running is None or not isinstance(running.strategy.way, ChargingProfileWay):
            continue
        way, number = running.strategy.way, keeper.number
        if running.strategy.form is not Form.TRANSACTION:
            yield {"connectorId": number, "chargingProfilePurpose": Purpose.TX.value}
        ours = commands.level(way, number, len(everyone), stack_level_maximum)
        highest = min(stack_level_maximum or 0, ours + _MOST_LEVELS)
        for level in range(ours + 1, highest + 1):
            yield {
                "connectorId": number,
                "chargingProfilePurpose": Purpose.TX_DEFAULT.value,
                "stackLevel": level,
            }


def _ids_of(connector: int) -> Iterator[int]:
    """The ids of all profiles that a connector may have from us."""
    for purpose in (Purpose.TX_DEFAULT, Purpose.TX):
        yield commands.profile_id(ChargingProfileWay(purpose=purpose), connector)
    yield commands.standing_id(connector)


def _left(running: Running) -> float:
    """Seconds that a limit has left."""
    if running.life is None:
        return 0.0
    return max(0.0, running.at + running.life - clock.monotonic())


def _id_in(call: commands.Call) -> int | None:
    """The id of the profile that is set, where one is."""
    profile = call.payload.get("csChargingProfiles")
    return None if profile is None else int(profile["chargingProfileId"])
