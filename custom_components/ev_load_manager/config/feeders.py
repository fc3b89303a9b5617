"""The tree of feeders: read from the subentries, and kept sane whatever is in them.

A feeder or charger names what it hangs on. The flows let nobody make a loop;
storage that was edited, or a feeder that was removed, must stop nobody either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
import math
from typing import Any, NamedTuple

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ..balancing.phases import NO_CURRENT, PhaseCurrents
from ..const import (
    CONF_CHARGERS,
    CONF_ENTRY_ID,
    CONF_FEEDER,
    CONF_LOST_FEEDER,
    CONF_MAXIMUM_CURRENT,
    CONF_METER,
    CONF_METER_INTERVAL,
    CONF_METER_TIMEOUT,
    CONF_PARENT,
    CONF_PHASE_LIMITS,
    CONF_POWER_LIMIT,
    CONF_RATED_CURRENT,
    CONF_SAFE_LIMIT,
    DIRECTLY,
    LOGGER,
    SUBENTRY_CHARGER,
    SUBENTRY_FEEDER,
)
from ..data_files.stored import Stored
from ..issues.table import Repair
from ..issues.tracker import Issue, async_clear, async_issue_ids, async_raise


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederSettings:
    """A circuit between the group and some of its chargers; currents in A per phase."""

    subentry_id: str
    name: str
    parent: str | None
    """Subentry of the feeder that feeds it; None: the group itself."""
    rated_current: float
    maximum_current: float
    """First value of the number entity; later ones live in the store."""
    phase_limits: PhaseCurrents
    """What single phases may carry at most; the rated current where nobody said so."""
    power_limit: float | None = None
    """First value of the number entity, kW over all phases; None: there is no such limit."""
    meter: Mapping[str, Any] | None = None
    """A meter of its own; None: it feeds nothing but chargers."""
    safe_limit: float = 0.0
    """First value of the number entity: what its chargers share while its meter is silent."""
    meter_timeout: float = 30.0
    """Seconds that the meter may be silent."""
    meter_interval: float = 2.0
    """Seconds between two readings of it."""

    @classmethod
    def from_data(cls, subentry_id: str, name: str, data: Mapping[str, Any]) -> FeederSettings:
        """Read the data of a feeder's subentry.

        Raises KeyError, TypeError or ValueError where no fuse can be read from it.
        """
        rated = float(data[CONF_RATED_CURRENT])
        maximum = float(data.get(CONF_MAXIMUM_CURRENT, rated))
        limits = [rated if data.get(key) is None else float(data[key]) for key in CONF_PHASE_LIMITS]
        if not all(0 < amperes < math.inf for amperes in (rated, maximum, *limits)):
            raise ValueError(f"no feeder carries {rated} A, {maximum} A or {limits} A")
        parent = data.get(CONF_PARENT)
        meter = data.get(CONF_METER)
        power = data.get(CONF_POWER_LIMIT)
        power_limit = None if power is None else float(power)
        if power_limit is not None and not 0 < power_limit < math.inf:
            raise ValueError(f"{power_limit} kW is no limit")
        safe_limit = float(data.get(CONF_SAFE_LIMIT) or 0.0)
        if not 0 <= safe_limit < math.inf:
            raise ValueError(f"{safe_limit} A is no safe limit")
        return cls(
            subentry_id=subentry_id,
            name=name,
            parent=None if parent is None or parent == DIRECTLY else str(parent),
            rated_current=rated,
            maximum_current=min(maximum, rated),
            phase_limits=PhaseCurrents(*limits).lowest(PhaseCurrents.same(rated)),
            power_limit=power_limit,
            meter=dict(meter) if isinstance(meter, Mapping) and meter else None,
            safe_limit=min(safe_limit, rated),
            meter_timeout=float(data.get(CONF_METER_TIMEOUT) or 30.0),
            meter_interval=float(data.get(CONF_METER_INTERVAL) or 2.0),
        )


type Feeders = Mapping[str, FeederSettings]
"""Feeders by their subentries."""


class ReadFeeders(NamedTuple):
    """A tree that can be built, and the names of feeders that had to be mended for it."""

    feeders: dict[str, FeederSettings]
    mended: tuple[str, ...]


def read_feeders(entry: ConfigEntry[Any], before: Feeders) -> ReadFeeders:
    """The feeders of a group; what can't be is as it was `before`.

    A feeder whose fuse was never known carries nothing, and one of a loop that
    was never sane hangs on the group itself.
    """
    feeders: dict[str, FeederSettings] = {}
    mended: set[str] = set()
    for subentry in entry.get_subentries_of_type(SUBENTRY_FEEDER):
        try:
            feeder = FeederSettings.from_data(subentry.subentry_id, subentry.title, subentry.data)
        except (KeyError, TypeError, ValueError) as error:
            LOGGER.error("The settings of feeder %s can't be used: %r", subentry.title, error)
            mended.add(subentry.subentry_id)
            feeder = before.get(subentry.subentry_id) or _closed(subentry)
        feeders[subentry.subentry_id] = feeder
    for feeder_id, feeder in feeders.items():
        if feeder.parent is not None and feeder.parent not in feeders:
            feeders[feeder_id] = replace(feeder, parent=_left_above(feeder, before, feeders))
    # A loop that was never sane, or whose parts were moved since, is cut open.
    for known in (before, {}):
        for feeder_id in in_loops({id_: feeder.parent for id_, feeder in feeders.items()}):
            LOGGER.error("Feeder %s feeds itself", feeders[feeder_id].name)
            mended.add(feeder_id)
            parent = known[feeder_id].parent if feeder_id in known else None
            feeders[feeder_id] = replace(
                feeders[feeder_id], parent=nearest(parent, before, feeders)
            )
    return ReadFeeders(feeders, tuple(sorted(feeders[feeder_id].name for feeder_id in mended)))


def stored_feeders(rows: Iterable[Stored]) -> dict[str, FeederSettings]:
    """The feeders that were sane when they were stored, as far as that can be read."""
    found = (row.into(FeederSettings) for row in rows)
    return {feeder.subentry_id: feeder for feeder in found if feeder is not None}


def in_loops(parents: Mapping[str, str | None]) -> set[str]:
    """Those that come back to themselves by going from parent to parent."""
    looping: set[str] = set()
    for start in parents:
        path: set[str] = set()
        here: str | None = start
        while here is not None and here not in path:
            path.add(here)
            here = parents.get(here)
        if here == start:
            looping.add(start)
    return looping


def nearest(feeder_id: str | None, before: Feeders, now: Iterable[str]) -> str | None:
    """The feeder itself or the nearest one above it that is there `now`; None: the group."""
    there = set(now)
    seen: set[str] = set()
    while feeder_id is not None and feeder_id not in there:
        if feeder_id in seen or feeder_id not in before:
            return None
        seen.add(feeder_id)
        feeder_id = before[feeder_id].parent
    return feeder_id


def _left_above(feeder: FeederSettings, before: Feeders, now: Iterable[str]) -> str | None:
    """What is left above a feeder whose parent is gone; it stays behind a fuse that it was behind."""
    if feeder.parent not in before and feeder.subentry_id in before:
        return nearest(before[feeder.subentry_id].parent, before, now)
    return nearest(feeder.parent, before, now)


def _closed(subentry: ConfigSubentry) -> FeederSettings:
    """One that carries nothing, because nobody knows what it may carry."""
    parent = subentry.data.get(CONF_PARENT)
    return FeederSettings(
        subentry_id=subentry.subentry_id,
        name=subentry.title,
        parent=parent if isinstance(parent, str) and parent != DIRECTLY else None,
        rated_current=0.0,
        maximum_current=0.0,
        phase_limits=NO_CURRENT,
    )


@callback
def async_hang_chargers(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Hang on each feeder the chargers that its form has named, and no others.

    The form of a new feeder can't do so: the feeder has no id before it is stored.
    Who hung on it and is not named hangs on what feeds it.
    """
    for feeder in list(entry.get_subentries_of_type(SUBENTRY_FEEDER)):
        if (named := feeder.data.get(CONF_CHARGERS)) is None:
            continue
        for charger in list(entry.get_subentries_of_type(SUBENTRY_CHARGER)):
            hung = charger.data.get(CONF_FEEDER)
            wanted = hung
            if charger.subentry_id in named:
                wanted = feeder.subentry_id
            elif hung == feeder.subentry_id:
                wanted = feeder.data.get(CONF_PARENT, DIRECTLY)
            if wanted != hung:
                # Whoever chose it has seen to what was lost with another feeder.
                data = {
                    key: value for key, value in charger.data.items() if key != CONF_LOST_FEEDER
                }
                hass.config_entries.async_update_subentry(
                    entry, charger, data={**data, CONF_FEEDER: wanted}
                )
        rest = {key: value for key, value in feeder.data.items() if key != CONF_CHARGERS}
        hass.config_entries.async_update_subentry(entry, feeder, data=rest)


@callback
def async_adopt_orphans(hass: HomeAssistant, entry: ConfigEntry[Any], before: Feeders) -> None:
    """Let what was fed by a removed feeder be fed by the one above it, and tell people.

    Its cable may still be there: its chargers get no more than their minimum
    until somebody says that all is right. `before` are the feeders that were
    there last.
    """
    now = {feeder.subentry_id for feeder in entry.get_subentries_of_type(SUBENTRY_FEEDER)}
    adopted: dict[str, list[str]] = {}
    moved: dict[str, str] = {}
    for subentry in list(entry.subentries.values()):
        key = {SUBENTRY_CHARGER: CONF_FEEDER, SUBENTRY_FEEDER: CONF_PARENT}.get(
            subentry.subentry_type, ""
        )
        gone = subentry.data.get(key)
        if gone in {None, DIRECTLY} or gone in now:
            continue
        parent = nearest(gone, before, now)
        hass.config_entries.async_update_subentry(
            entry, subentry, data={**subentry.data, key: parent or DIRECTLY}
        )
        moved[subentry.subentry_id] = gone
        adopted.setdefault(gone, []).append(subentry.title)
    _mark_chargers(hass, entry, moved)
    for gone, names in adopted.items():
        parent = nearest(gone, before, now)
        async_raise(
            hass,
            f"{Repair.FEEDER_REMOVED}_{entry.entry_id}_{gone}",
            Issue(
                key=Repair.FEEDER_REMOVED,
                placeholders={
                    "feeder": before[gone].name if gone in before else "-",
                    "names": ", ".join(sorted(names)),
                    "parent": entry.title if parent is None else entry.subentries[parent].title,
                },
                data={CONF_ENTRY_ID: entry.entry_id, CONF_LOST_FEEDER: gone},
            ),
        )


def _mark_chargers(hass: HomeAssistant, entry: ConfigEntry[Any], moved: Mapping[str, str]) -> None:
    """Mark the chargers below what was moved: subentry of a charger or feeder -> its lost feeder."""
    for subentry in list(entry.get_subentries_of_type(SUBENTRY_CHARGER)):
        here: ConfigSubentry | None = subentry
        seen: set[str] = set()
        while here is not None and here.subentry_id not in {*moved, *seen}:
            seen.add(here.subentry_id)
            above = here.data.get(CONF_FEEDER if here is subentry else CONF_PARENT)
            here = entry.subentries.get(str(above))
        if here is not None and (gone := moved.get(here.subentry_id)) is not None:
            hass.config_entries.async_update_subentry(
                entry, subentry, data={**subentry.data, CONF_LOST_FEEDER: gone}
            )


@callback
def async_settle(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Somebody says that all is right without a removed feeder; `data` is its issue's."""
    entry = hass.config_entries.async_get_entry(data[CONF_ENTRY_ID])
    if entry is None:
        return
    for subentry in list(entry.get_subentries_of_type(SUBENTRY_CHARGER)):
        if subentry.data.get(CONF_LOST_FEEDER) == data[CONF_LOST_FEEDER]:
            kept = {key: value for key, value in subentry.data.items() if key != CONF_LOST_FEEDER}
            hass.config_entries.async_update_subentry(entry, subentry, data=kept)


@callback
def async_tell_mended(hass: HomeAssistant, entry: ConfigEntry[Any], mended: Iterable[str]) -> None:
    """Say which feeders people have to look at, or that there are none any more."""
    issue_id = f"{Repair.FEEDERS_MENDED}_{entry.entry_id}"
    names = ", ".join(mended)
    if not names:
        async_clear(hass, issue_id)
        return
    placeholders = {"group": entry.title, "feeders": names}
    async_raise(hass, issue_id, Issue(key=Repair.FEEDERS_MENDED, placeholders=placeholders))


@callback
def async_forget_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Take down the issues of a group that is gone."""
    mine = (f"{Repair.FEEDER_REMOVED}_{entry_id}_", f"{Repair.FEEDERS_MENDED}_{entry_id}")
    for issue_id in async_issue_ids(hass):
        if issue_id.startswith(mine):
            async_clear(hass, issue_id)
