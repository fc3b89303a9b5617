"""The forms that name feeders, and what is wrong with what somebody typed.

The fields carry no bounds of their own, as in `flow_schemas`. A charger names
the one feeder that it hangs on, so it can't hang on two; a feeder's form names
chargers, which `config.feeders.async_hang_chargers` hangs on it.
"""

from collections.abc import Iterator, Mapping
import math
from typing import Any, Final

import voluptuous as vol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import SelectSelector, TextSelector

from ..balancing.phases import Phase
from ..config.feeders import Feeders, in_loops, read_feeders
from ..config.power_settings import HIGHEST_POWER, LOWEST_POWER
from ..config.settings import ChargerSettings, read_entry
from ..const import (
    CONF_CHARGERS,
    CONF_FEEDER,
    CONF_MAXIMUM_CURRENT,
    CONF_PARENT,
    CONF_PHASE_LIMITS,
    CONF_POWER_LIMIT,
    CONF_RATED_CURRENT,
    DIRECTLY,
)
from ..errors import figure
from .flow_schemas import FIELD_METER, HIGHEST_CURRENT, LOWEST_CURRENT, meter_fields
from .selectors import labelled_choice, labelled_choices, number

_AMPERES: Final = number("A")

type Wrong = tuple[str, str, dict[str, str]]
"""A field, the key of its error, and what the error's text names."""
type Faults = tuple[dict[str, str], dict[str, str]]
"""Errors by field, and what their texts name."""


def feeder_schema(entry: ConfigEntry[Any], feeder_id: str | None, *, has_meter: bool) -> vol.Schema:
    """The form of the feeder `feeder_id` (a subentry), or of a new one."""
    group, _ = read_entry(entry)
    fields: dict[Any, Any] = {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_PARENT): _circuits(entry, feeder_id),
        vol.Required(CONF_RATED_CURRENT): _AMPERES,
    }
    if feeder_id is None:
        fields[vol.Required(CONF_MAXIMUM_CURRENT)] = _AMPERES
    if group.phases > 1:
        fields |= {vol.Optional(key): _AMPERES for key in CONF_PHASE_LIMITS}
    fields[vol.Optional(CONF_POWER_LIMIT)] = number("kW")
    return vol.Schema(fields | _chargers(entry) | meter_fields(has_meter=has_meter))


def _chargers(entry: ConfigEntry[Any]) -> dict[Any, Any]:
    """Which of the group's chargers hang on it; nothing in a group that has none."""
    _, chargers = read_entry(entry)
    named = [(charger.subentry_id, charger.name) for charger in chargers.values()]
    return {vol.Optional(CONF_CHARGERS): labelled_choices(named)} if named else {}


def chargers_of(entry: ConfigEntry[Any], feeder_id: str) -> list[str]:
    """The subentries of the chargers that hang on a feeder now."""
    _, chargers = read_entry(entry)
    return [charger.subentry_id for charger in chargers.values() if charger.feeder == feeder_id]


def charger_fields(entry: ConfigEntry[Any]) -> dict[Any, Any]:
    """What a charger's form asks of feeders: nothing in a group that has none."""
    if not read_feeders(entry, {}).feeders:
        return {}
    return {vol.Required(CONF_FEEDER): _circuits(entry, None)}


def check_charger_feeder(
    entry: ConfigEntry[Any], user_input: Mapping[str, Any], charger: ChargerSettings
) -> Faults:
    """What is wrong with the feeder in a charger's form."""
    feeders = read_feeders(entry, {}).feeders
    chosen = user_input.get(CONF_FEEDER, DIRECTLY)
    if chosen == DIRECTLY:
        return {}, {}
    feeder = feeders.get(chosen)
    if feeder is None:
        return {CONF_FEEDER: "feeder_missing"}, {}
    carried = min(feeder.phase_limits[phase] for phase in charger.wiring)
    if carried < charger.minimum:
        return {CONF_FEEDER: "feeder_too_small"}, {
            "feeder": feeder.name,
            "amperes": figure(carried),
        }
    return {}, {}


def _circuits(entry: ConfigEntry[Any], without: str | None) -> SelectSelector:
    """The group and its feeders, to hang something on."""
    feeders = read_feeders(entry, {}).feeders.values()
    return labelled_choice(
        None,
        [
            (DIRECTLY, entry.title),
            *(
                (feeder.subentry_id, feeder.name)
                for feeder in feeders
                if feeder.subentry_id != without
            ),
        ],
    )


def feeder_data(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """A form without faults as the data that is stored; the name is the title."""
    return {key: value for key, value in user_input.items() if key not in {CONF_NAME, FIELD_METER}}


def check_feeder(
    entry: ConfigEntry[Any], user_input: Mapping[str, Any], feeder_id: str | None
) -> Faults:
    """What is wrong with the form of the feeder `feeder_id`, or of a new one."""
    errors: dict[str, str] = {}
    named: dict[str, str] = {}
    for field, key, names in _faults(entry, user_input, feeder_id):
        if field not in errors:
            errors[field] = key
            named = names | named
    return errors, named


def _faults(
    entry: ConfigEntry[Any], user_input: Mapping[str, Any], feeder_id: str | None
) -> Iterator[Wrong]:
    group, chargers = read_entry(entry)
    feeders = read_feeders(entry, {}).feeders
    others = {id_: feeder for id_, feeder in feeders.items() if id_ != feeder_id}
    yield from _faults_of_name(user_input[CONF_NAME], others)
    rated = user_input[CONF_RATED_CURRENT]
    yield from _faults_of_currents(user_input, rated)
    power = user_input.get(CONF_POWER_LIMIT)
    if power is not None and not LOWEST_POWER <= power <= HIGHEST_POWER:
        yield CONF_POWER_LIMIT, "power_range", {}

    parent = user_input[CONF_PARENT]
    if parent == DIRECTLY:
        above, carried = group.name, group.rated_current
    elif parent in others:
        above, carried = others[parent].name, others[parent].rated_current
    else:
        yield CONF_PARENT, "feeder_missing", {}
        return
    parents = {id_: feeder.parent for id_, feeder in others.items()}
    if feeder_id is not None and in_loops({**parents, feeder_id: parent}):
        yield CONF_PARENT, "feeder_loop", {"parent": above}
    elif rated > carried:
        yield CONF_RATED_CURRENT, "above_parent", {"parent": above, "parent_rated": figure(carried)}

    for feeder in others.values():
        if feeder.parent == feeder_id is not None and feeder.rated_current > rated:
            child = {"child": feeder.name, "child_rated": figure(feeder.rated_current)}
            yield CONF_RATED_CURRENT, "below_child", child
    named = user_input.get(CONF_CHARGERS)
    if named is None:
        named = [] if feeder_id is None else chargers_of(entry, feeder_id)
    for charger in chargers.values():
        if charger.subentry_id in named:
            yield from _faults_of_charger(user_input, charger)


def _faults_of_name(name: str, others: Feeders) -> Iterator[Wrong]:
    if not name.strip():
        yield CONF_NAME, "name_missing", {}
    elif name.strip().casefold() in {feeder.name.strip().casefold() for feeder in others.values()}:
        yield CONF_NAME, "name_in_use", {}


def _faults_of_currents(user_input: Mapping[str, Any], rated: float) -> Iterator[Wrong]:
    """Less than the least that charges a car would never be of use to anybody."""
    if not LOWEST_CURRENT <= rated <= HIGHEST_CURRENT:
        yield CONF_RATED_CURRENT, "rated_current_range", {}
    for key in (CONF_MAXIMUM_CURRENT, *CONF_PHASE_LIMITS):
        amperes = user_input.get(key)
        if amperes is None:
            continue
        if not LOWEST_CURRENT <= amperes <= HIGHEST_CURRENT:
            yield key, "limit_range", {}
        elif amperes > rated:
            yield key, "above_rated_current", {}


def _faults_of_charger(user_input: Mapping[str, Any], charger: ChargerSettings) -> Iterator[Wrong]:
    """Where a charger that hangs on the feeder could not even charge alone."""
    needs = {"charger": charger.name, "minimum": figure(charger.minimum)}
    if user_input[CONF_RATED_CURRENT] < charger.minimum:
        yield CONF_RATED_CURRENT, "below_charger", needs
    for phase, key in zip(Phase, CONF_PHASE_LIMITS, strict=True):
        if phase in charger.wiring and user_input.get(key, math.inf) < charger.minimum:
            yield key, "below_charger", needs
