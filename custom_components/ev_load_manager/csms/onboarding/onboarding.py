"""What is done when a charger is accepted, and whenever it comes back.

First it is learned what it is (`learn`), so that it can be told a limit; then
it is asked for meter values (`configure`). Nothing is written that is there
already, no key's failure stops the rest, and what the keys held before is
remembered, to be put back when the charger is removed.
"""

from collections.abc import Mapping
from dataclasses import replace
import logging
from typing import Any

from ...data_files.stored import Stored, plain
from ...data_files.values import flag
from ..models import GENERIC, ChargerProfile, ConfigurationKeyWay, Identity, Match, ProfileCatalogue
from ..transport.calls import ReachableCharger
from ..transport.errors import CallTimeout, NotConnected
from . import capabilities
from .capabilities import Capabilities
from .configuration import Configuration, Written, words
from .told_capabilities import ROTATION, as_told

_LOGGER = logging.getLogger(__name__)

MEASURANDS = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Voltage",
)
"""What is asked for (thesis, listing 9); most chargers add the phases by themselves."""
MEASURANDS_BY_PHASE = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import.L1",
    "Current.Import.L2",
    "Current.Import.L3",
    "Voltage.L1-N",
    "Voltage.L2-N",
    "Voltage.L3-N",
)
"""The same to the letter of the thesis, for those that do not."""
_MOST_NEEDED = ("Current.Import", "Energy", "Power", "Voltage")
SAMPLE_INTERVAL = 10
LONGEST_SAMPLE_INTERVAL = 60
_SAMPLED_DATA = "MeterValuesSampledData"
_INTERVAL = "MeterValueSampleInterval"
_USUAL = {"MinimumStatusDuration": "0", "WebSocketPingInterval": "30"}
"""Set where the charger has them: tell a new status at once, notice a dead line."""
_KEYS = (
    "GetConfigurationMaxKeys",
    "SupportedFeatureProfiles",
    "NumberOfConnectors",
    "ChargeProfileMaxStackLevel",
    "ChargingScheduleAllowedChargingRateUnit",
    "ChargingScheduleMaxPeriods",
    "MaxChargingProfilesInstalled",
    "ConnectorSwitch3to1PhaseSupported",
    ROTATION,
    _INTERVAL,
    "MeterValuesSampledDataMaxLength",
    *_USUAL,
)
_TELL_TALES = (
    "OperatorCurrentLimit",
    "evb_MaximumStationCurrent",
    "GaroOwnerMaxCurrent",
    "chg_StationMaxCurrent",
    "G_MaxCurrent",
    "maxintensitysocket",
    "MaxAvailableCurrent",
    "PwmMinCurrentDefault",
    "ForceState",
    "RegisterMeterValuesIncludePhases",
)
_ESSENTIAL = ("MeterValueSampleInterval", "NumberOfConnectors", "ChargeProfileMaxStackLevel")
"""A list without these is not the whole list."""


class Onboarding:
    """Learns one charger, and makes it report."""

    def __init__(
        self,
        charger: ReachableCharger,
        catalogue: ProfileCatalogue,
        *,
        chosen: str | None = None,
    ) -> None:
        """`chosen` is the id of the profile that the user chose."""
        self.capabilities = Capabilities()
        self.profile: ChargerProfile = catalogue.again(GENERIC, chosen=chosen)
        self.configuration = Configuration(charger)
        self._anonymous = False
        self.learned = False
        """Whether the charger was ever asked what it can do."""
        self._charger = charger
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
            as_told(self.configuration, self.capabilities),
            profile=match.profile.id,
            certainty=match.certainty,
            suggested=match.suggested.id if match.suggested else None,
        )
        self._judge()
        self.learned = True

    async def configure(self) -> None:
        """Ask for meter values as load management needs them. Raises NotConnected."""
        metering = self.profile.metering
        for key, value in self.profile.set_keys.items():
            await self._set(key, value)
        await self._ask_for_measurands()
        shortest = metering.interval_minimum or 1
        wished = max(shortest, metering.interval or SAMPLE_INTERVAL)
        for interval in dict.fromkeys((wished, 30, LONGEST_SAMPLE_INTERVAL)):
            if interval >= wished and await self._set(_INTERVAL, str(interval)):
                self.capabilities = replace(self.capabilities, sample_interval=interval)
                break
        for key, value in _USUAL.items():
            if self.configuration.spelt(key) is not None:
                await self._set(key, value)

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
            except CallTimeout, NotConnected:
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
        return {**plain(self.capabilities), "learned": self.learned}

    def restore(self, stored: Stored) -> None:
        """Go on where `state` was written; what can't be read is learned anew."""
        self.capabilities = stored.into(Capabilities) or Capabilities()
        self.learned = stored.read("learned", flag, False) and not stored.is_damaged
        self.profile = self._catalogue.again(self.capabilities.profile, chosen=self._chosen)

    # Learning

    def _match(self, identity: Identity) -> Match:
        return self._catalogue.match(
            identity, self.configuration.values, self._charger.id, chosen=self._chosen
        )

    async def _read(self, profile: ChargerProfile) -> None:
        """Read all keys; those that a charger hides, or that harm, are special.

        A charger that hasn't said who it is may be one that reboots when the
        list of its measurands is read: that one key is left out then.
        """
        careful = self._anonymous or not profile.metering.read_back
        told = False if careful else await self.configuration.read_all()
        missing = [
            key
            for key in (*_KEYS, *_TELL_TALES, *_keys_of(profile))
            if self.configuration.spelt(key) is None
        ]
        if not told or any(key in missing for key in _ESSENTIAL):
            await self.configuration.read(missing)
        if not careful and self.configuration.spelt(_SAMPLED_DATA) is None:
            await self.configuration.read((_SAMPLED_DATA,))

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
        lists = [self.profile.metering.measurands] if self.profile.metering.measurands else []
        if self._anonymous:
            lists.append(MEASURANDS)
        elif not self.profile.metering.only_these:
            lists += [MEASURANDS, MEASURANDS_BY_PHASE]
            if self.capabilities.phases_seen is False and len(lists) == 2:
                # It told currents, but no phases: ask for them by name.
                lists.reverse()
        for measurands in map(self._shortened, lists):
            if self._has(measurands) or await self._set(_SAMPLED_DATA, ",".join(measurands)):
                await self._took(measurands)
                return
        taken: list[str] = []
        for measurand in self._shortened(lists[0], most_needed_first=True):
            if await self._set(_SAMPLED_DATA, ",".join([*taken, measurand])):
                taken.append(measurand)
        if taken:
            await self._took(tuple(taken))

    async def _took(self, measurands: tuple[str, ...]) -> None:
        """Some chargers say yes and keep less: believe what they say they have."""
        readable = self.profile.metering.read_back and not self._anonymous
        if readable and _SAMPLED_DATA in self.capabilities.written:
            try:
                await self.configuration.read((_SAMPLED_DATA,))
            except CallTimeout as error:
                self._failed(_SAMPLED_DATA, str(error))
            kept = self.configuration.items(_SAMPLED_DATA)
            measurands = measurands if kept is None else kept
        self.capabilities = replace(self.capabilities, measurands=measurands)

    def _has(self, measurands: tuple[str, ...]) -> bool:
        """Whether the charger reports all of these already, and maybe more."""
        current = self.configuration.items(_SAMPLED_DATA)
        return current is not None and set(measurands) <= set(current)

    def _shortened(
        self, measurands: tuple[str, ...], *, most_needed_first: bool = False
    ) -> tuple[str, ...]:
        """As many as the charger can list, the most needed ones of them."""
        ranked = sorted(measurands, key=_rank)
        most = self.profile.metering.max_items
        told = self.configuration.number("MeterValuesSampledDataMaxLength")
        limits = [limit for limit in (most, told) if limit]
        kept = ranked[: min(limits)] if limits else ranked
        if most_needed_first:
            return tuple(kept)
        return tuple(measurand for measurand in measurands if measurand in kept)


def _rank(measurand: str) -> int:
    return next(
        (place for place, start in enumerate(_MOST_NEEDED) if measurand.startswith(start)),
        len(_MOST_NEEDED),
    )


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
