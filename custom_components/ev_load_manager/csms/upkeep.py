"""What is looked after in a charger beside its limits, and never in their way.

Profiles of ours that are no longer used and profiles of others that mask ours
are cleared; the charger is asked whether it holds what it was told. All of it
goes on beside the limits, at the lowest priority.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
import logging
from typing import Any

from .. import clock
from . import ways
from .approaches import Form
from .calls import CallPriority
from .composite import Outlook, read_outlook
from .dead_man import Evidence
from .errors import CallError, CallTimeout, NotConnected
from .limit_keeper import LimitKeeper, Running
from .profiles import ChargingProfileWay, Purpose, Unit
from .reachable import ReachableCharger

_LOGGER = logging.getLogger(__name__)

_PATIENCE = 10.0
_MOST_LEVELS = 8
"""So many stack levels above ours are cleared at most, whatever a charger says it has."""
_BEYOND = 120
"""Seconds behind the end of a limit that are of interest, too."""


class Upkeep:
    """Looks after one charger's profiles."""

    def __init__(self, charger: ReachableCharger, evidence: Evidence) -> None:
        """`evidence` takes what is found out."""
        self.installed: set[int] = set()
        """Ids of profiles of ours that may be in the charger."""
        self.foreign_cleared = False
        self.tells_schedule = True
        """Whether there is hope that GetCompositeSchedule is answered."""
        self._charger = charger
        self._evidence = evidence
        self._tired = False

    def connected(self) -> None:
        """The charger can be asked (again)."""
        self._tired = False

    def give_up(self) -> None:
        """Do no more on this connection."""
        self._tired = True

    def is_needed(self, keepers: Collection[LimitKeeper]) -> bool:
        """Whether there is anything to do."""
        if self._tired:
            return False
        return (
            bool(self._unused(keepers))
            or any(self._is_to_look_at(keeper) for keeper in keepers)
            or self._may_clear_foreign(keepers)
        )

    async def run(self, keepers: Collection[LimitKeeper], stack_level_maximum: int | None) -> None:
        """Do what is to be done; what gets no answer waits for the next connection."""
        try:
            for profile_id in sorted(self._unused(keepers)):
                await self._clear(id=profile_id)
                self.installed.discard(profile_id)
            for keeper in keepers:
                if self._is_to_look_at(keeper):
                    await self._look_at(keeper)
            if self._may_clear_foreign(keepers):
                await self._clear_foreign(keepers, stack_level_maximum)
        except (CallTimeout, NotConnected) as error:
            _LOGGER.debug("%s: upkeep has to wait: %s", self._charger.id, error)
            self._tired = True

    async def release(self) -> None:
        """Clear every profile of ours. Raises NotConnected."""
        for profile_id in sorted(self.installed):
            try:
                await self._clear(id=profile_id)
            except CallTimeout:
                continue
            self.installed.discard(profile_id)

    # Profiles of ours

    def _unused(self, keepers: Collection[LimitKeeper]) -> set[int]:
        """What other approaches left behind, wherever the present one is settled."""
        unused: set[int] = set()
        for keeper in keepers:
            if keeper.running is None or keeper.resend:
                continue
            approach = keeper.running.approach
            unused |= set(_ids_of(keeper.number)) - approach.profile_ids(keeper.number)
        if all(keeper.running is not None for keeper in keepers):
            used = [
                keeper.running.approach.profile_ids(keeper.number)
                for keeper in keepers
                if keeper.running is not None
            ]
            unused |= {ways.WHOLE_CHARGER_ID} - frozenset().union(*used)
        return unused & self.installed

    # What the charger says it holds

    def _is_to_look_at(self, keeper: LimitKeeper) -> bool:
        running = keeper.running
        if running is None or keeper.resend or not running.approach.ends:
            return False
        return keeper.doubted or not (keeper.verified or keeper.looked)

    async def _look_at(self, keeper: LimitKeeper) -> None:
        outlook = await self.outlook(keeper)
        running, standing, accepted = keeper.running, keeper.standing, keeper.offer.accepted
        if outlook is None or running is None or standing is None or accepted is None:
            self._doubt_remains(keeper)
            return
        if outlook.shows(accepted, standing.amperes):
            keeper.verified = True
        if keeper.doubted and running.approach.stands:
            self.learn(keeper, outlook)

    def learn(self, keeper: LimitKeeper, outlook: Outlook | None) -> None:
        """Whether a charger that was away has kept its fallback, as far as it tells."""
        standing = keeper.standing
        if outlook is None or standing is None:
            self._doubt_remains(keeper)
        elif outlook.ends_in(standing.amperes):
            self._evidence.saw(kept=True)
            keeper.doubted = False
        elif keeper.verified:
            # It has told the truth before.
            self._evidence.saw(kept=False)
            self._doubt_remains(keeper)
        else:
            self._doubt_remains(keeper)

    @staticmethod
    def _doubt_remains(keeper: LimitKeeper) -> None:
        """What a charger may have lost is sent again."""
        if keeper.doubted:
            keeper.doubted = False
            keeper.standing = None

    async def outlook(self, keeper: LimitKeeper, timeout: float = _PATIENCE) -> Outlook | None:
        """What the charger says it will allow a connector; None where it doesn't tell.

        Raises CallTimeout and NotConnected.
        """
        keeper.looked = True
        running = keeper.running
        way = None if running is None else running.approach.way
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

    def _may_clear_foreign(self, keepers: Collection[LimitKeeper]) -> bool:
        """Only once, and once every connector has a limit of ours that ends."""
        return (
            not self.foreign_cleared
            and bool(keepers)
            and all(
                keeper.running is not None and keeper.running.approach.ends and not keeper.resend
                for keeper in keepers
            )
        )

    async def _clear_foreign(
        self, keepers: Collection[LimitKeeper], stack_level_maximum: int | None
    ) -> None:
        """Clear what an earlier system may have left that masks our profiles.

        Some firmware clears more than it is asked to: then everything of ours is
        sent again.
        """
        cleared = False
        for criteria in _foreign(keepers, stack_level_maximum):
            cleared |= await self._clear(**criteria)
        self.foreign_cleared = True
        if not cleared:
            return
        for keeper in keepers:
            keeper.standing = None
            keeper.doubted = False
            keeper.send_again()

    async def _clear(self, **criteria: Any) -> bool:
        """Clear the profiles that match; whether there were any."""
        try:
            answer = await self._charger.call(
                "ClearChargingProfile",
                criteria,
                timeout=_PATIENCE,
                priority=CallPriority.BACKGROUND,
            )
        except CallError as error:
            _LOGGER.debug("%s does not clear %s: %s", self._charger.id, criteria, error)
            return False
        return answer.get("status") == "Accepted"


def _foreign(
    keepers: Iterable[LimitKeeper], stack_level_maximum: int | None
) -> Iterator[Mapping[str, Any]]:
    """What matches no profile of ours, and may mask one (OCPP 1.6, 3.13 and 5.3)."""
    everyone = list(keepers)
    yield {"connectorId": 0, "chargingProfilePurpose": Purpose.CHARGE_POINT_MAX.value}
    yield {"connectorId": 0, "chargingProfilePurpose": Purpose.TX_DEFAULT.value}
    for keeper in everyone:
        running = keeper.running
        if running is None or not isinstance(running.approach.way, ChargingProfileWay):
            continue
        way, number = running.approach.way, keeper.number
        if running.approach.form is not Form.TRANSACTION:
            yield {"connectorId": number, "chargingProfilePurpose": Purpose.TX.value}
        ours = ways.level(way, number, len(everyone), stack_level_maximum)
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
        yield ways.profile_id(ChargingProfileWay(purpose=purpose), connector)
    yield ways.standing_id(connector)


def _left(running: Running) -> float:
    """Seconds that a limit has left."""
    if running.life is None:
        return 0.0
    return max(0.0, running.at + running.life - clock.monotonic())
