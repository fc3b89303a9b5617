"""What is done when a charger is accepted, and whenever it comes back.

First it is learned what it is (`learn`), so that it can be told a limit; then
it is asked for meter values (`configure`). Nothing is written that is there
already, no key's failure stops the rest, and what the keys held before is
remembered, to be put back when the charger is removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
import logging
from typing import Any

from ...data_files.stored import Stored, plain
from ...data_files.values import by_name, flag, text
from ..dialect import SettingNames
from ..models import GENERIC, ChargerProfile, ConfigurationKeyWay, Identity, Match, ProfileCatalogue
from ..transport.calls import ReachableCharger
from ..transport.errors import CallTimeout, NotConnected
from . import capabilities
from .capabilities import Capabilities
from .configuration import Configuration, Written, words

_LOGGER = logging.getLogger(__name__)

SAMPLE_INTERVAL = 10
LONGEST_SAMPLE_INTERVAL = 60


class Onboarding:
    """Learns one charger, and makes it report."""

    def __init__(
        self, charger: ReachableCharger, catalogue: ProfileCatalogue, *, chosen: str | None = None
    ) -> None:
        """`chosen` is the id of the profile that the user chose."""
        self.capabilities = Capabilities()
        self.profile: ChargerProfile = catalogue.again(GENERIC, chosen=chosen)
        self.configuration = Configuration(charger)
        self._anonymous = False
        self.learned = False
        """Whether the charger was ever asked what it can do."""
        self.is_unsure = False
        """A setting was written and not answered, which may be by chance."""
        self._unsure_of: tuple[str, ...] | None = None
        """What it reports, where it left something unanswered the last time."""
        self._charger = charger
        self._subprotocol = charger.dialect.subprotocol
        self._originals: dict[str, dict[str, str]] = {}
        """What keys held before, by the version of OCPP in which they were written: the others."""
        self._stock_taken = False
        """Whether it has told all of itself in this run."""
        self._catalogue = catalogue
        self._chosen = chosen

    async def learn(self, identity: Identity) -> None:
        """Read the configuration and find the charger's profile.

        A charger that tells nothing is treated as the generic one. Raises
        NotConnected.
        """
        self._anonymous = not identity.vendor and not identity.model
        match = self._match(identity)
        # What it says of itself has to do until it has told more.
        self.profile = match.profile
        try:
            await self._read(match.profile)
        except CallTimeout as error:
            _LOGGER.debug("%s doesn't tell its configuration: %s", self._charger.id, error)
        match = self._match(identity)
        self.profile = match.profile
        self.capabilities = replace(
            self.capabilities,
            **self._charger.dialect.told_of_itself(self.configuration),
            profile=match.profile.id,
            certainty=match.certainty,
            suggested=match.suggested.id if match.suggested else None,
        )
        self._judge()
        self.learned = True

    async def configure(self) -> None:
        """Ask for meter values as load management needs them. Raises NotConnected.

        What is not answered counts as refused until it is asked for again (`is_unsure`): some
        firmware never answers what it does not know.
        """
        self.is_unsure = False
        metering = self.profile.metering
        if self._names.of_models:
            for key, value in self.profile.set_keys.items():
                await self._set(key, value)
        await self._ask_for_measurands()
        shortest = metering.interval_minimum or 1
        wished = max(shortest, metering.interval or SAMPLE_INTERVAL)
        for interval in dict.fromkeys((wished, 30, LONGEST_SAMPLE_INTERVAL)):
            if interval >= wished and await self._set(self._names.interval, str(interval)):
                self.capabilities = replace(self.capabilities, sample_interval=interval)
                break
        for key, value in self._names.usual.items():
            if self.configuration.spelt(key) is not None:
                await self._set(key, value)
        reports = self.capabilities.measurands if self.is_unsure else None
        if reports == self._unsure_of:
            # It never answers that.
            self.is_unsure = False
        self._unsure_of = reports

    @property
    def is_to_take_stock(self) -> bool:
        """Whether it is still to be asked for all that it tells of itself."""
        return not (self._names.listed_first or self._stock_taken or self._anonymous)

    async def take_stock(self) -> None:
        """Read all that the charger tells of itself, where that had to wait for limits.

        Raises NotConnected.
        """
        if not await self.configuration.read_all():
            return
        self._stock_taken = True
        told = self._charger.dialect.told_of_itself(self.configuration)
        self.capabilities = replace(self.capabilities, **told)
        self._judge()

    def speaks(self, subprotocol: str) -> bool:
        """It came in another version of OCPP than before; whether that is so.

        What it told in the other one is asked for anew: all of it has other names now.
        """
        before, self._subprotocol = self._subprotocol, subprotocol
        if before == subprotocol:
            return False
        self.configuration.forget()
        self._stock_taken = False
        self.learned = False
        seen = self.capabilities
        if seen.originals:
            self._originals[before] = dict(seen.originals)
        self.capabilities = Capabilities(
            profile=seen.profile,
            certainty=seen.certainty,
            suggested=seen.suggested,
            connectors=seen.connectors,
            phase_rotation=seen.phase_rotation,
            phases_seen=seen.phases_seen,
            originals=self._originals.pop(subprotocol, {}),
        )
        self._judge()
        return True

    def saw_phases(self, seen: bool) -> bool:
        """Meter values with currents came, with or without phases; whether that is news."""
        before = self.capabilities
        if before.phases_seen or before.phases_seen is seen:
            return False
        self.capabilities = replace(before, phases_seen=seen)
        self._judge()
        return True

    def saw_limit(self, taken: bool) -> bool:
        """A limit was taken, or every way of setting one refused; whether that is news."""
        if self.capabilities.limits_taken is taken:
            return False
        self.capabilities = replace(self.capabilities, limits_taken=taken)
        self._judge()
        return True

    async def undo(self, keys: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Put back what keys held before, and `keys` beside them; those that failed.

        Raises nothing that the charger does.
        """
        failed: list[str] = []
        for key, value in {**self.capabilities.originals, **(keys or {})}.items():
            try:
                written, _ = await self.configuration.write(key, value)
            except CallTimeout, NotConnected, ValueError:
                # The last: it was a key of a version that is not spoken any more.
                written = Written.REFUSED
            if written is Written.REFUSED:
                failed.append(key)
        kept = {key: self.capabilities.originals.get(key, "") for key in failed}
        self.capabilities = replace(self.capabilities, originals=kept, written={})
        return tuple(failed)

    def choose(self, chosen: str | None) -> None:
        """Take another profile, by its id; None: what `learn` finds, the next time."""
        self._chosen = chosen
        if chosen is not None:
            self.profile = self._catalogue.again(self.profile.id, chosen=chosen)

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            **plain(self.capabilities),
            "learned": self.learned,
            "subprotocol": self._subprotocol,
            "originals_of_others": {one: dict(held) for one, held in self._originals.items()},
        }

    def restore(self, stored: Stored) -> None:
        """Go on where `state` was written; what can't be read is learned anew."""
        self.capabilities = stored.into(Capabilities) or Capabilities()
        self.learned = stored.read("learned", flag, False) and not stored.is_damaged
        # Before there was another version, it was this.
        self._subprotocol = stored.read("subprotocol", text, self._subprotocol)
        none: dict[str, dict[str, str]] = {}
        held = by_name(by_name(text))
        self._originals = stored.read(
            "originals_of_others", held, none, missing=none, may_miss=True
        )
        self.profile = self._catalogue.again(self.capabilities.profile, chosen=self._chosen)

    # Learning

    @property
    def _names(self) -> SettingNames:
        return self._charger.dialect.names

    def _match(self, identity: Identity) -> Match:
        return self._catalogue.match(
            identity, self.configuration.values, self._charger.id, chosen=self._chosen
        )

    async def _read(self, profile: ChargerProfile) -> None:
        """Read all keys; those that a charger hides, or that harm, are special.

        A charger that hasn't said who it is may be one that reboots when the
        list of its measurands is read: that one key is left out then.
        """
        names = self._names
        careful = self._anonymous or not profile.metering.read_back
        is_listed = names.listed_first and not careful
        told = await self.configuration.read_all() if is_listed else False
        of_model = _keys_of(profile) if names.of_models else ()
        missing = [
            key for key in (*names.asked, *of_model) if self.configuration.spelt(key) is None
        ]
        if not told or any(key in missing for key in names.essential):
            await self.configuration.read(missing)
        if not careful and self.configuration.spelt(names.measurands) is None:
            await self.configuration.read((names.measurands,))

    def _judge(self) -> None:
        self.capabilities = replace(
            self.capabilities,
            dlm=capabilities.dlm(self.profile, self.capabilities),
            alm=capabilities.alm(self.profile, self.capabilities),
        )

    # Writing

    async def _set(self, key: str, value: str) -> bool:
        """Have a key hold a value; whether it does. Raises NotConnected."""
        current = self.configuration.get(key)
        if _same(current, value) or (
            current is None and self.capabilities.written.get(key) == value
        ):
            return True
        if self.configuration.read_only(key):
            self._failed(key, "read-only")
            return False
        try:
            written, why = await self.configuration.write(key, value)
        except CallTimeout as error:
            self.is_unsure = True
            self._failed(key, str(error))
            return False
        if written is Written.REFUSED:
            self._failed(key, why)
            return False
        seen = self.capabilities
        originals = dict(seen.originals)
        if current is not None:
            originals.setdefault(key, current)
        waiting = {known for known in seen.needs_reboot if known != key}
        if written is Written.AFTER_REBOOT:
            waiting.add(key)
        self.capabilities = replace(
            seen,
            written={**seen.written, key: value},
            originals=originals,
            errors={known: error for known, error in seen.errors.items() if known != key},
            needs_reboot=tuple(sorted(waiting)),
        )
        return True

    def _failed(self, key: str, why: str) -> None:
        _LOGGER.debug("%s does not take %s: %s", self._charger.id, key, why)
        self.capabilities = replace(
            self.capabilities, errors={**self.capabilities.errors, key: why}
        )

    async def _ask_for_measurands(self) -> None:
        """Ask for the list as a whole, else build one of what the charger takes."""
        usual = self._names.wanted
        lists = [self.profile.metering.measurands] if self.profile.metering.measurands else []
        if self._anonymous:
            lists.append(usual[0])
        elif not self.profile.metering.only_these:
            lists += usual
            if self.capabilities.phases_seen is False and len(lists) == 2:
                # It told currents, but no phases: ask for them by name.
                lists.reverse()
        if measurands := await self._first_taken(lists):
            await self._took(measurands)

    async def _first_taken(self, lists: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """The first list that is taken as a whole, else what is taken of the first one."""
        key = self._names.measurands
        for measurands in map(self._shortened, lists):
            if self._has(measurands) or await self._set(key, ",".join(measurands)):
                return measurands
        taken: list[str] = []
        for measurand in self._shortened(lists[0], most_needed_first=True):
            if await self._set(key, ",".join([*taken, measurand])):
                taken.append(measurand)
        return tuple(taken)

    async def _took(self, measurands: tuple[str, ...]) -> None:
        """Some chargers say yes and keep less: believe what they say they have."""
        key = self._names.measurands
        readable = self.profile.metering.read_back and not self._anonymous
        if readable and key in self.capabilities.written:
            try:
                await self.configuration.read((key,))
            except CallTimeout as error:
                self._failed(key, str(error))
            kept = self.configuration.items(key)
            measurands = measurands if kept is None else kept
        self.capabilities = replace(self.capabilities, measurands=measurands)

    def _has(self, measurands: tuple[str, ...]) -> bool:
        """Whether the charger reports all of these already, and maybe more."""
        current = self.configuration.items(self._names.measurands)
        return current is not None and set(measurands) <= set(current)

    def _shortened(
        self, measurands: tuple[str, ...], *, most_needed_first: bool = False
    ) -> tuple[str, ...]:
        """As many as the charger can list, the most needed ones of them."""
        starts = self._names.most_needed
        ranked = sorted(
            measurands,
            key=lambda one: next(
                (n for n, start in enumerate(starts) if one.startswith(start)), len(starts)
            ),
        )
        most = self.profile.metering.max_items
        told = self.configuration.number(self._names.most_measurands)
        limits = [limit for limit in (most, told) if limit]
        kept = ranked[: min(limits)] if limits else ranked
        if most_needed_first:
            return tuple(kept)
        return tuple(measurand for measurand in measurands if measurand in kept)


def _keys_of(profile: ChargerProfile) -> list[str]:
    """The keys that a profile speaks of."""
    keys = list(profile.set_keys)
    for way in profile.ways or ():
        if isinstance(way, ConfigurationKeyWay):
            keys += [key for number in (1, 2) if (key := way.key(number)) and key not in keys]
    return keys


def _same(current: str | None, value: str) -> bool:
    """Whether a key holds a value, however the charger writes it."""
    if current is None:
        return False
    if "," in value:
        return list(words(current)) == list(words(value))
    have, want = current.strip().casefold(), value.casefold()
    return have == want or {have, want} in ({"true", "1"}, {"false", "0"})
