"""The forms of the flows, and what is wrong with what somebody typed.

The fields carry no bounds of their own: a value out of bounds must come back
as a translated error beside its field, whoever sent it.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
import math
from typing import Any, Final
from urllib.parse import quote

import voluptuous as vol

from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import TextSelector

from ..balancing.phases import Phase, Wiring
from ..balancing.site import Policy, Priority, amperes_from_kilowatts
from ..config.settings import WIRINGS
from ..const import (
    CONF_CONNECTORS,
    CONF_FIND_WIRING,
    CONF_IMBALANCE,
    CONF_LISTEN_HOST,
    CONF_LISTEN_PORT,
    CONF_MAXIMUM,
    CONF_MAXIMUM_CURRENT,
    CONF_METER,
    CONF_MINIMUM,
    CONF_PHASES,
    CONF_POLICY,
    CONF_PRIORITY,
    CONF_PROFILE,
    CONF_RATED_CURRENT,
    CONF_SUPPLY_CURRENT,
    CONF_UNIT,
    CONF_VOLTAGE,
    CONF_WIRING,
    DEFAULT_HOST,
    DEFAULT_PORT,
    UNIT_AMPERE,
    UNIT_KILOWATT,
)
from ..csms.models import ChargerProfile, Match, ProfileCatalogue
from ..csms.server import identity
from .sections import Sections, closed, flat, sectioned
from .security_form import (
    FIELD_CHOICE,
    SECTION_SECURITY,
    SECURITY_FIELDS,
    choice_fields,
    name_fields,
    security_values,
)
from .selectors import choice, labelled_choice, number

FIELD_METER: Final = "meter_choice"


class MeterChoice(StrEnum):
    """What is to be done about the meter of a charger or a feeder."""

    KEEP = "keep"
    NEW = "new"
    NONE = "none"


def meter_fields(*, has_meter: bool) -> dict[vol.Marker, Any]:
    """The field that asks whether there is to be a meter of its own."""
    kept = [MeterChoice.KEEP, MeterChoice.NEW, MeterChoice.NONE]
    options = kept if has_meter else [MeterChoice.NONE, MeterChoice.NEW]
    return {
        vol.Optional(FIELD_METER, default=options[0].value): choice(
            FIELD_METER, [option.value for option in options]
        )
    }


def meter_choice_of(user_input: Mapping[str, Any]) -> MeterChoice:
    """What was chosen in that field; nothing chosen changes nothing."""
    return MeterChoice(user_input.get(FIELD_METER, MeterChoice.KEEP))


def check_meter_choice(
    user_input: Mapping[str, Any], present: Mapping[str, Any], *, outlets: int
) -> dict[str, str]:
    """What is wrong with the choice: field to key of the translated error.

    `present` is the charger's stored data (empty for a new one), `outlets` how
    many it has where the form doesn't say.
    """
    choice = meter_choice_of(user_input)
    keeps = choice is MeterChoice.KEEP and bool(present.get(CONF_METER))
    if not keeps and choice is not MeterChoice.NEW:
        return {}
    if (user_input.get(CONF_CONNECTORS) or outlets) > 1:
        # It measures the sum, and every outlet gets a limit of its own.
        return {FIELD_METER: "meter_of_twin"}
    if keeps and _phases(user_input) != _phases(present):
        return {FIELD_METER: "meter_of_other_phases"}
    return {}


def _phases(data: Mapping[str, Any]) -> int:
    return len(WIRINGS[data[CONF_WIRING]])


FIND: Final = "find"
"""The wiring is not known: it is to be found with the meter."""

AUTO: Final = "auto"
"""The profile is found by what the charger says."""
_LONGEST: Final = 90


def model_fields(catalogue: ProfileCatalogue) -> dict[vol.Marker, Any]:
    """The field that asks for the model; the charger's own word counts unless told otherwise."""
    known = [profile for profile in catalogue.profiles.values() if profile is not catalogue.generic]
    known.sort(key=lambda profile: profile.vendor.casefold())
    named = [(one.id, model_name(one)) for one in known]
    # The first two have words in every language.
    plain = [(key, key) for key in (AUTO, catalogue.generic.id)]
    selector = labelled_choice(CONF_PROFILE, [*plain, *named])
    return {vol.Optional(CONF_PROFILE, default=AUTO): selector}


def model_value(data: Mapping[str, Any], catalogue: ProfileCatalogue) -> str:
    """What of that field is stored of a charger; a profile that is no more counts as none."""
    stored = str(data.get(CONF_PROFILE))
    return stored if stored in catalogue.profiles else AUTO


def model_name(profile: ChargerProfile) -> str:
    """A profile in words that stand on chargers."""
    name = " ".join(filter(None, (profile.vendor, ", ".join(profile.models))))
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip(' ,')}…"


def recognised(match: Match, catalogue: ProfileCatalogue) -> str:
    """What a charger was recognised as; one that is not sure has a question mark."""
    if match.suggested is not None:
        return f"{model_name(match.suggested)} (?)"
    return "–" if match.profile.id == catalogue.generic.id else model_name(match.profile)


LOWEST_CURRENT: Final = 6.0
"""IEC 61851: no car charges with less, A."""
HIGHEST_CURRENT: Final = 5000.0
"""What the largest current transformers measure, A (thesis 6.3.3)."""
HIGHEST_CONNECTOR_CURRENT: Final = 500.0

# 4.14 kW on three phases is 6 A but for the last bit of a float.
_ROUNDING: Final = 1e-6

GROUP_DEFAULTS: Final[dict[str, Any]] = {
    CONF_PHASES: 3,
    CONF_VOLTAGE: 230.0,
    CONF_POLICY: Policy.TAKE_TURNS.value,
    CONF_LISTEN_HOST: DEFAULT_HOST,
    CONF_LISTEN_PORT: DEFAULT_PORT,
}

CHARGER_DEFAULTS: Final[Mapping[str, Any]] = {
    CONF_UNIT: UNIT_AMPERE,
    CONF_MINIMUM: LOWEST_CURRENT,
    CONF_MAXIMUM: 16.0,
    CONF_PRIORITY: Priority.NORMAL.name.lower(),
}


SECTION_RARE: Final = "rare"
"""What few groups need."""

GROUP_SECTIONS: Final[Sections] = {
    SECTION_RARE: (CONF_LISTEN_HOST, CONF_LISTEN_PORT, CONF_IMBALANCE)
}
CHARGER_SECTIONS: Final[Sections] = {
    SECTION_RARE: (CONF_UNIT, CONF_SUPPLY_CURRENT, CONF_PROFILE, FIELD_METER)
}

# What belongs to the house and its fuse, and may be looked at again later.
_GROUP_FIELDS: Final = {
    vol.Required(CONF_NAME): TextSelector(),
    vol.Required(CONF_PHASES): choice(CONF_PHASES, ("3", "1")),
    vol.Required(CONF_VOLTAGE): number("V"),
    vol.Required(CONF_RATED_CURRENT): number("A"),
}
_RARE_FIELDS: Final = {
    vol.Required(CONF_LISTEN_HOST): TextSelector(),
    vol.Required(CONF_LISTEN_PORT): number(),
    vol.Optional(CONF_IMBALANCE): number("A"),
}
# First values of entities: whoever changes them later does it there.
_FIRST_VALUES: Final = {
    vol.Required(CONF_MAXIMUM_CURRENT): number("A"),
    vol.Required(CONF_POLICY): choice(
        CONF_POLICY, (policy.value for policy in Policy), as_list=True
    ),
}


def group_schema(*, first: bool, opened: bool = False) -> vol.Schema:
    """The form of a group; `first`: ask for the first values of what later are entities.

    `opened`: something in a section is wrong, so that is open.
    """
    return vol.Schema(
        {
            **_GROUP_FIELDS,
            **(_FIRST_VALUES if first else {}),
            **closed(SECTION_RARE, _RARE_FIELDS, opened=opened),
            **SECURITY_FIELDS,
        }
    )


def charger_schema(
    *,
    phases: int,
    has_password: bool,
    is_there: bool,
    has_certificate: bool,
    has_meter: bool,
    feeders: Mapping[Any, Any],
    models: Mapping[Any, Any],
    can_find: bool,
    opened: bool = False,
) -> vol.Schema:
    """The form of a charger in a group with `phases` (1 or 3) phases.

    `feeders` is what it asks of them (`feeder_form.charger_fields`), `models`
    what it asks of the model (`model_fields`), `is_there` that the charger can be told
    a password at once, `has_certificate` that it may show one, `can_find` that its wiring
    can be found. `opened`: something in a section is wrong, so that is open.
    """
    wirings = [*wirings_for(phases), *((FIND,) if can_find else ())]
    rare = {
        vol.Required(CONF_UNIT): choice(None, (UNIT_AMPERE, UNIT_KILOWATT)),
        vol.Optional(CONF_SUPPLY_CURRENT): number("A"),
        **models,
        **meter_fields(has_meter=has_meter),
    }
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_WIRING): choice(CONF_WIRING, wirings),
            **feeders,
            vol.Required(CONF_MINIMUM): number(),
            vol.Required(CONF_MAXIMUM): number(),
            vol.Required(CONF_PRIORITY): choice(
                CONF_PRIORITY, (priority.name.lower() for priority in reversed(Priority))
            ),
            vol.Optional(CONF_CONNECTORS): number(),
            **choice_fields(is_there=is_there),
            **closed(SECTION_RARE, rare, opened=opened),
            **name_fields(
                has_password=has_password, is_there=is_there, has_certificate=has_certificate
            ),
        }
    )


def wirings_for(phases: int) -> list[str]:
    """Names of the wirings that a group with `phases` (1 or 3) phases allows."""
    if phases == 3:
        return list(WIRINGS)
    return [name for name, wiring in WIRINGS.items() if wiring == (Phase.L1,)]


def form_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """A group's stored data as its form shows it: a choice of phases is text there."""
    shown = {**data, CONF_PHASES: str(data[CONF_PHASES])}
    return sectioned(shown, GROUP_SECTIONS) | security_values(data)


def group_values(user_input: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered into a group's form; where chargers connect to as `known`, if not said."""
    listener = {key: known[key] for key in (CONF_LISTEN_HOST, CONF_LISTEN_PORT)}
    return listener | flat(user_input, GROUP_SECTIONS)


def group_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """A group's values without faults as the data that is stored; the name is the title.

    How its port is secured is `security_form.tls_data`.
    """
    others = (CONF_NAME, SECTION_SECURITY)
    data = {key: value for key, value in values.items() if key not in others}
    data[CONF_PHASES] = int(data[CONF_PHASES])
    data[CONF_LISTEN_PORT] = int(data[CONF_LISTEN_PORT])
    data[CONF_LISTEN_HOST] = data[CONF_LISTEN_HOST].strip()
    return data


def charger_values(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """What was entered into a charger's form; in amperes, if not said."""
    values = {CONF_UNIT: UNIT_AMPERE} | flat(user_input, CHARGER_SECTIONS)
    if values[CONF_WIRING] == FIND:
        # Whatever reads no more than the wiring takes it for one on all phases.
        values |= {CONF_WIRING: next(iter(WIRINGS)), CONF_FIND_WIRING: True}
    return values


def charger_form_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """A charger's data as its form shows it."""
    found = {CONF_WIRING: FIND} if data.get(CONF_FIND_WIRING) else {}
    return sectioned({**data, **found}, CHARGER_SECTIONS)


def charger_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """A charger's values without faults as the data that is stored; the name is the title.

    Its password and its meter have forms of their own.
    """
    others = (CONF_NAME, SECTION_SECURITY, FIELD_CHOICE, FIELD_METER)
    data = {key: value for key, value in values.items() if key not in others}
    if CONF_CONNECTORS in data:
        data[CONF_CONNECTORS] = int(data[CONF_CONNECTORS])
    if data.get(CONF_PROFILE) == AUTO:
        del data[CONF_PROFILE]
    return data


def check_group(user_input: Mapping[str, Any], other_names: Iterable[str]) -> dict[str, str]:
    """What is wrong with a group's form: field to key of the translated error."""
    errors: dict[str, str] = {}
    name = user_input[CONF_NAME].strip()
    if not name:
        errors[CONF_NAME] = "name_missing"
    elif name.casefold() in {other.strip().casefold() for other in other_names}:
        errors[CONF_NAME] = "name_in_use"
    if not _within(user_input[CONF_VOLTAGE], 100, 300):
        errors[CONF_VOLTAGE] = "voltage_range"
    rated = user_input[CONF_RATED_CURRENT]
    if not _within(rated, LOWEST_CURRENT, HIGHEST_CURRENT):
        errors[CONF_RATED_CURRENT] = "rated_current_range"
    imbalance = user_input.get(CONF_IMBALANCE)
    if imbalance is not None and not _within(imbalance, LOWEST_CURRENT, HIGHEST_CURRENT):
        errors[CONF_IMBALANCE] = "imbalance_range"
    if CONF_MAXIMUM_CURRENT in user_input:
        maximum = user_input[CONF_MAXIMUM_CURRENT]
        if not _within(maximum, LOWEST_CURRENT, HIGHEST_CURRENT):
            errors[CONF_MAXIMUM_CURRENT] = "maximum_current_range"
        elif CONF_RATED_CURRENT not in errors and maximum > rated:
            errors[CONF_MAXIMUM_CURRENT] = "above_rated_current"
    port = user_input[CONF_LISTEN_PORT]
    if not _within(port, 1, 65535) or port != int(port):
        errors[CONF_LISTEN_PORT] = "port_range"
    if not user_input[CONF_LISTEN_HOST].strip():
        errors[CONF_LISTEN_HOST] = "address_unavailable"
    return errors


def check_charger_id(charger_id: str) -> str | None:
    """Key of the error if a charger can't have this id, else None."""
    if not charger_id:
        return "charger_id_missing"
    try:
        identity(f"/{quote(charger_id, safe='')}")
    except ValueError:
        return "charger_id_invalid"
    return None


def check_charger(user_input: Mapping[str, Any], *, voltage: float) -> dict[str, str]:
    """What is wrong with a charger's form: field to key of the translated error."""
    errors: dict[str, str] = {}
    if not user_input[CONF_NAME].strip():
        errors[CONF_NAME] = "name_missing"
    wiring = WIRINGS[user_input[CONF_WIRING]]
    minimum, maximum = (
        _amperes(user_input[key], user_input[CONF_UNIT], wiring, voltage)
        for key in (CONF_MINIMUM, CONF_MAXIMUM)
    )
    if not _within(minimum, LOWEST_CURRENT, HIGHEST_CONNECTOR_CURRENT):
        errors[CONF_MINIMUM] = "minimum_range"
    if not _within(maximum, LOWEST_CURRENT, HIGHEST_CONNECTOR_CURRENT):
        errors[CONF_MAXIMUM] = "maximum_range"
    elif maximum < minimum:
        errors[CONF_MAXIMUM] = "below_minimum"
    connectors = user_input.get(CONF_CONNECTORS)
    if connectors is not None and (not _within(connectors, 1, 16) or connectors != int(connectors)):
        errors[CONF_CONNECTORS] = "connectors_range"
    supply = user_input.get(CONF_SUPPLY_CURRENT)
    if supply is not None and not _within(supply, LOWEST_CURRENT, HIGHEST_CURRENT):
        errors[CONF_SUPPLY_CURRENT] = "supply_current_range"
    return errors


def lowest_kilowatts(wiring: Wiring, voltage: float) -> float:
    """The power of the lowest current that charges, kW, rounded up to 0.01."""
    return math.ceil(LOWEST_CURRENT * len(wiring) * voltage / 10) / 100


def _amperes(value: float, unit: str, wiring: Wiring, voltage: float) -> float:
    if unit == UNIT_KILOWATT:
        return amperes_from_kilowatts(value, phases=len(wiring), voltage=voltage)
    return value


def _within(value: float, lowest: float, highest: float) -> bool:
    return math.isfinite(value) and lowest - _ROUNDING <= value <= highest + _ROUNDING
