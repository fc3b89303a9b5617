"""The chargers of one group: which there are, their outlets, and what makes them follow."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, override

from homeassistant.const import CONF_NAME
from homeassistant.core import callback

from ..balancing.readings import Status
from ..balancing.site import ConnectorId
from ..config.settings import ChargerSettings
from ..const import CONF_CHARGER_ID, LOGGER
from ..data_files.stored import VERSION, Stored
from ..data_files.values import flag, text
from .access import Access
from .charger import Change, Charger

_REMOVED: Final = "removed"
"""Beside what is stored of a charger: its settings, where its subentry is gone."""
_SETTINGS: Final = "settings"
"""The same as long as a car charges there: its subentry may go while the group does not run."""

_IN_DOUBT: Final = "may_have_been_met"
"""That a store was lost, or was not the newest: it counts with all that it can draw until it
connects, and an outlet of which nothing is stored may hold any limit, at each start from then on."""


class Chargers(Mapping[str, ChargerSettings]):
    """What the user said of each charger by subentry id, and the chargers themselves."""

    def __init__(
        self,
        access: Access,
        *,
        save: Callable[[], Awaitable[None]],
        on_change: Callable[[Charger, Change], None],
        on_connectors: Callable[[], None],
    ) -> None:
        """Begin with none.

        `save` stores the group: awaited before a charger has its answer to a start or
        stop, and before an increase is sent. `on_change` hears of all that comes from
        chargers, `on_connectors` of outlets that are new or gone.
        """
        self._access = access
        self._save = save
        self._on_change = on_change
        self._on_connectors = on_connectors
        self._settings: dict[str, ChargerSettings] = {}
        self._chargers: dict[str, Charger] = {}
        self._unsubscribe: dict[str, Callable[[], None]] = {}
        self._stored: dict[str, Stored] = {}
        self._known: set[ConnectorId] = set()
        self._never_met: set[str] = set()
        """Those that were added by their ids and have never connected."""
        self._in_doubt: set[str] = set()
        """Those that may have been met and led, of which the store has not told the newest."""
        self.led: dict[str, Charger] = {}
        """Those that follow limits, by charge point id: all but who is being removed."""

    @override
    def __getitem__(self, subentry_id: str) -> ChargerSettings:
        return self._settings[subentry_id]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._settings)

    @override
    def __len__(self) -> int:
        return len(self._settings)

    # One of them

    def named(self, charger_id: str) -> ChargerSettings:
        """What the user said of a charger, by charge point id; raises KeyError."""
        for charger in self.values():
            if charger.charger_id == charger_id:
                return charger
        raise KeyError(charger_id)

    def charger(self, charger_id: str) -> Charger:
        """The charger itself, whether it is connected or not, by charge point id."""
        return self._chargers[charger_id]

    def is_met(self, charger_id: str) -> bool:
        """Whether a charger has ever connected."""
        return charger_id not in self._never_met

    @property
    def is_anyone_connected(self) -> bool:
        """Whether any of them has its socket up."""
        return any(charger.online for charger in self._chargers.values())

    def connectors_of(self, charger: ChargerSettings) -> tuple[ConnectorId, ...]:
        """The outlets of a charger known now; at least one."""
        numbers = set(range(1, (charger.connectors or 1) + 1))
        if charger.connectors is None:
            numbers |= {number for number in self.charger(charger.charger_id).outlets if number > 0}
        return tuple(ConnectorId(charger.charger_id, number) for number in sorted(numbers))

    def has_connector(self, charger: ChargerSettings, number: int) -> bool:
        """Whether a number is one of `connectors_of`; asked by every entity at every step."""
        if charger.connectors is not None or number <= 1:
            return 0 < number <= (charger.connectors or 1)
        return number in self.charger(charger.charger_id).outlets

    def has_own_meter(self, charger: ChargerSettings) -> bool:
        """Whether a meter was given to a charger that can be used: not one of a twin."""
        return charger.meter is not None and len(self.connectors_of(charger)) == 1

    def loaded_terminals(self, connector_id: ConnectorId) -> frozenset[int] | None:
        """Which of its own terminals (from 0) a charger sees loaded; None: it does not tell."""
        return self.charger(connector_id.charger).loaded_terminals(connector_id.number)

    # Which there are

    def restore(
        self,
        chargers: Mapping[str, ChargerSettings],
        stored: Mapping[str, Stored],
        *,
        taken: Collection[str] = (),
        is_whole: bool = True,
    ) -> None:
        """Begin with the chargers of a config entry, and what `states` wrote of them.

        Unless that `is_whole`, more than it tells may have happened since, or is lost.

        Those that were removed while a car charged there are still counted, also where the
        group did not run then, but for those that some group has again (`taken`). Of all
        others that were removed nothing is kept.
        """
        ours = {charger.charger_id for charger in chargers.values()}
        self._stored = {
            name: one
            for name, one in stored.items()
            # By now the other group knows what goes on there.
            if name in ours or (name not in taken and _was_left(one))
        }
        for subentry_id, charger in chargers.items():
            # One of which nothing is stored may have been met before the store
            # was lost: it counts with all that it can draw until it connects.
            kept = self._stored.get(charger.charger_id)
            if kept is None and not is_whole:
                kept = Stored({_IN_DOUBT: True})
            in_doubt = kept is not None and _is_in_doubt(kept)
            if kept is not None and in_doubt:
                self._stored[charger.charger_id] = kept.incomplete()
                self._in_doubt.add(charger.charger_id)
            self._add(subentry_id, charger, may_be_new=kept is not None and not in_doubt)
        for charger_id in self._stored.keys() - ours:
            left = _settings_of_left(charger_id, self._stored[charger_id])
            self._add(left.subentry_id, left, may_be_new=False)

    def hang(self, nearest: Callable[[str | None], str | None]) -> None:
        """Feeders were removed: hang what hung on them, removed chargers too, on what is `nearest`."""
        for subentry_id, charger in self._settings.items():
            self._settings[subentry_id] = replace(charger, feeder=nearest(charger.feeder))

    def states(self) -> dict[str, Any]:
        """What must survive, by charge point id: plain JSON data."""
        gone = {charger_id: dict(stored.data) for charger_id, stored in self._stored.items()}
        settings = {charger.charger_id: charger for charger in self.values()}
        doubts = {charger_id: {_IN_DOUBT: True} for charger_id in self._in_doubt}
        return gone | {
            charger_id: _state(charger, settings.get(charger_id)) | doubts.get(charger_id, {})
            for charger_id, charger in self._chargers.items()
        }

    @property
    def left_behind(self) -> dict[str, str]:
        """Removed chargers that are counted until their cars stop: charge point id -> name."""
        return {
            charger.charger_id: charger.name for charger in self.values() if charger.was_removed
        }

    def has_stopped(self, charger_id: str) -> bool:
        """Whether a removed charger needs to be counted no more."""
        # Asked at every message, however many chargers there are.
        is_left = _key_of_left(charger_id) in self._settings
        return is_left and not self.charger(charger_id).charges

    async def sync(self, chargers: Mapping[str, ChargerSettings]) -> list[ChargerSettings]:
        """Take over what flows changed: one that did not change keeps its socket.

        Returns those that were removed and could not be told to forget us.
        """
        kept_ours = []
        going = {
            subentry_id: charger
            for subentry_id, charger in self.items()
            if not charger.was_removed
            and ((new := chargers.get(subentry_id)) is None or new.charger_id != charger.charger_id)
        }
        # As long as a car may charge there it is counted, and led like all others.
        await asyncio.gather(
            *(self.charger(charger.charger_id).end_sessions() for charger in going.values())
        )
        for subentry_id, charger in going.items():
            # A car may have begun anew while others were waited for.
            if self.charger(charger.charger_id).charges:
                self._leave_behind(subentry_id)
            elif not await self._let_go(subentry_id):
                kept_ours.append(charger)
        for subentry_id, charger in chargers.items():
            before = self.get(subentry_id) or self._take_back(charger)
            if before is None:
                self._add(subentry_id, charger)
                continue
            self._settings[subentry_id] = charger
            self.charger(charger.charger_id).equip(charger)
            if charger.password != before.password:
                self._access.change_password(charger)
            if charger.certificate_name != before.certificate_name:
                self._access.change_certificate(charger)
            if charger.profile != before.profile:
                self.charger(charger.charger_id).choose_profile(charger.profile)
        return kept_ours

    async def let_go(self, *, of: Collection[str] = ()) -> list[ChargerSettings]:
        """Let go of removed chargers whose cars have stopped, and of some whatever they do.

        Returns those that could not be told to forget us.
        """
        going = [
            charger
            for charger in self.values()
            if charger.was_removed
            and (charger.charger_id in of or self.has_stopped(charger.charger_id))
        ]
        return [charger for charger in going if not await self._let_go(charger.subentry_id)]

    def _leave_behind(self, subentry_id: str) -> None:
        """Go on counting a removed charger, and holding it down, while a car charges there."""
        charger = self._settings.pop(subentry_id)
        left = _left_behind({CONF_NAME: charger.name, **charger.to_data()})
        self._settings[left.subentry_id] = left

    def _take_back(self, charger: ChargerSettings) -> ChargerSettings | None:
        """One that was removed was added again before its car had stopped: what it was then."""
        left = self._settings.pop(_key_of_left(charger.charger_id), None)
        return None if left is None else replace(left, subentry_id=charger.subentry_id)

    async def _let_go(self, subentry_id: str) -> bool:
        """Let go of a removed charger; whether it could be told that."""
        # Gone for the loop before its parts go: steps are taken meanwhile.
        charger = self._settings.pop(subentry_id)
        charges = self.charger(charger.charger_id).charges
        released = await self._remove(charger, for_good=not charges)
        self._stored.pop(charger.charger_id, None)
        return released

    async def part(self, *, for_good: bool) -> list[ChargerSettings]:
        """Let go of all; `for_good`: they keep nothing of ours, if that can be done.

        Returns those that could not be told to forget us.
        """
        chargers = list(self.values())
        released = await asyncio.gather(
            *(self._remove(charger, for_good=for_good) for charger in chargers)
        )
        return [charger for charger, done in zip(chargers, released, strict=True) if not done]

    def _add(self, subentry_id: str, charger: ChargerSettings, *, may_be_new: bool = True) -> None:
        added = self._access.add(charger, self._stored.get(charger.charger_id), save=self._save)
        self._settings[subentry_id] = charger
        self._chargers[charger.charger_id] = self.led[charger.charger_id] = added
        if may_be_new and not (added.has_told_outlets and added.was_met):
            self._never_met.add(charger.charger_id)
        self._unsubscribe[charger.charger_id] = added.on_change(self._on_charger_change)
        self._known.update(self.connectors_of(charger))
        self._on_connectors()

    async def _remove(self, charger: ChargerSettings, *, for_good: bool) -> bool:
        """Let go of a charger; `for_good`: it keeps nothing of ours, if that can be done.

        Returns whether it was told; who was never here has nothing of ours.
        """
        charger_id = charger.charger_id
        self._unsubscribe.pop(charger_id)()
        self._known = {known for known in self._known if known.charger != charger_id}
        self._never_met.discard(charger_id)
        self._in_doubt.discard(charger_id)
        leaving = self.led.pop(charger_id)
        self._on_connectors()
        released = not leaving.was_met
        if for_good and not released:
            released = await leaving.release()
        await leaving.close()
        await self._access.remove(charger_id)
        # What is written from now on must hold what is true now, not what was true once.
        self._stored[charger_id] = Stored(_state(leaving, charger), version=VERSION)
        del self._chargers[charger_id]
        return released

    # What comes from them

    @callback
    def _on_charger_change(self, charger: Charger, change: Change, number: int | None) -> None:
        # Until one that was just added tells of its outlets it is the building's, as before:
        # all that it can draw would make everybody else wait for nothing.
        if change is Change.CONNECTION and charger.online and charger.has_told_outlets:
            self._never_met.discard(charger.id)
        if number is not None and number > 0:
            self._notice(ConnectorId(charger.id, number))
        if change is Change.CAPABILITIES:
            for told in tuple(charger.outlets):
                self._notice(ConnectorId(charger.id, told))
        self._on_change(charger, change)

    @callback
    def _notice(self, connector_id: ConnectorId) -> None:
        """A charger turned out to have another outlet."""
        if connector_id in self._known:
            return
        charger = self.named(connector_id.charger)
        if connector_id not in self.connectors_of(charger):
            return
        self._known.add(connector_id)
        self._on_connectors()
        if charger.meter is not None:
            LOGGER.warning(
                "%s has more than one outlet. Its own meter can't tell which of them"
                " draws and is not used: change the charger and remove its meter",
                charger.name,
            )


def _state(charger: Charger, settings: ChargerSettings | None) -> dict[str, Any]:
    """What must survive of a charger; None: it is being let go."""
    if settings is None or not (settings.was_removed or charger.charges):
        return charger.state()
    name = _REMOVED if settings.was_removed else _SETTINGS
    return charger.state() | {name: {CONF_NAME: settings.name, **settings.to_data()}}


def left_behind(stored: Mapping[str, Stored]) -> dict[str, str]:
    """The removed chargers among what `Chargers.states` wrote: charge point id -> name."""
    return {
        charger_id: state.section(_REMOVED).read(CONF_NAME, text, charger_id)
        for charger_id, state in stored.items()
        if _REMOVED in state
    }


def _is_in_doubt(stored: Stored) -> bool:
    """Whether more may have been told to a charger than this says, at this start or an earlier one."""
    marked = stored.read(_IN_DOUBT, flag, True, missing=False, may_miss=True)
    return marked or not stored.is_whole


def _was_left(stored: Stored) -> bool:
    """Whether a car may charge at a charger that was removed, of which this was stored."""
    if stored.is_lost or _REMOVED in stored:
        return True
    outlets = stored.raw("connectors")
    if not isinstance(outlets, Mapping):
        return outlets is not None
    return any(
        not isinstance(outlet, Mapping)
        or outlet.get("transaction") is not None
        or outlet.get("may_be_in_session")
        # Version 0.1 wrote it as OCPP does.
        or str(outlet.get("status")).lower() == Status.CHARGING
        for outlet in outlets.values()
    )


def _key_of_left(charger_id: str) -> str:
    """What stands for the subentry of a removed charger."""
    return f"removed:{charger_id}"


def _settings_of_left(charger_id: str, stored: Stored) -> ChargerSettings:
    """The settings of a removed charger of which this was stored."""
    # What nobody knows any more may have been all that a charger can draw.
    left = _left_behind({CONF_NAME: charger_id, CONF_CHARGER_ID: charger_id})
    for name in (_REMOVED, _SETTINGS):
        if name in stored:
            return stored.of(name, stored.raw(name), _left_behind, left)
    return left


def _left_behind(data: Mapping[str, Any]) -> ChargerSettings:
    """The settings of a removed charger; raises KeyError, TypeError or ValueError."""
    name = text(data[CONF_NAME])
    key = _key_of_left(str(data[CONF_CHARGER_ID]))
    # Its currents are in amperes, so that no voltage counts.
    left = ChargerSettings.from_data(key, name, data, voltage=230.0)
    return replace(left, was_removed=True)
