"""What the user entered in the flows, as typed values.

The flows store plain data in the config entry and its subentries; this is the
one place that reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..balancing.network import whole_steps_above, whole_steps_below
from ..balancing.phases import Phase, PhaseCurrents, Wiring
from ..balancing.site import Policy, Priority, amperes_from_kilowatts
from ..const import (
    CONF_ACCEPT_ALL_TAGS,
    CONF_ALLOW_EXPORT,
    CONF_CERTIFICATE_NAME,
    CONF_CHARGER_ID,
    CONF_CONNECTORS,
    CONF_FEEDER,
    CONF_FIND_WIRING,
    CONF_GRID_MAXIMUM_CURRENT,
    CONF_GRID_RATED_CURRENT,
    CONF_ID_TAGS,
    CONF_IMBALANCE,
    CONF_LISTEN_HOST,
    CONF_LISTEN_PORT,
    CONF_LOST_FEEDER,
    CONF_MAXIMUM,
    CONF_MAXIMUM_CURRENT,
    CONF_METER,
    CONF_METER_INTERVAL,
    CONF_METER_TIMEOUT,
    CONF_MINIMUM,
    CONF_PHASES,
    CONF_POLICY,
    CONF_PRIORITY,
    CONF_PROFILE,
    CONF_RATED_CURRENT,
    CONF_SAFE_LIMIT,
    CONF_SUPPLY_CURRENT,
    CONF_TLS_CERTIFICATE,
    CONF_TLS_CLIENT_CA,
    CONF_TLS_KEY,
    CONF_TLS_RSA_SUITES,
    CONF_UNIT,
    CONF_USER_NAME,
    CONF_VOLTAGE,
    CONF_WIRING,
    DEFAULT_HOST,
    DEFAULT_PORT,
    DIRECTLY,
    DOMAIN,
    SUBENTRY_CHARGER,
    UNIT_KILOWATT,
)
from ..csms.charge_point.authorization import IdTag, IdTags
from ..csms.transport.tls import TlsSettings
from .power_settings import PowerSettings

WIRINGS: Mapping[str, Wiring] = {
    "l1_l2_l3": (Phase.L1, Phase.L2, Phase.L3),
    "l2_l3_l1": (Phase.L2, Phase.L3, Phase.L1),
    "l3_l1_l2": (Phase.L3, Phase.L1, Phase.L2),
    "l1_l3_l2": (Phase.L1, Phase.L3, Phase.L2),
    "l2_l1_l3": (Phase.L2, Phase.L1, Phase.L3),
    "l3_l2_l1": (Phase.L3, Phase.L2, Phase.L1),
    "l1": (Phase.L1,),
    "l2": (Phase.L2,),
    "l3": (Phase.L3,),
}
"""Names of the wirings in the flow: the grid phase on the charger's L1, L2, L3."""

_FINEST = 0.001
"""Currents of chargers are whole multiples of this, A."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSettings:
    """A group of chargers behind one limit; currents in A per phase."""

    name: str
    phases: int
    voltage: float
    rated_current: float
    maximum_current: float
    """First value of the number entity; later ones live in the store."""
    policy: Policy
    listen_host: str
    listen_port: int
    meter: Mapping[str, Any] | None
    grid_rated_current: float
    grid_maximum_current: float
    safe_limit: float
    meter_timeout: float
    """Seconds that the meter may be silent."""
    meter_interval: float
    """Seconds between two readings of it."""
    allow_export_charging: bool
    imbalance: float | None = None
    """What cars on one or two phases may have more on one phase than on another."""
    tls: TlsSettings | None = None
    """None: chargers connect without encryption."""
    id_tags: IdTags = field(default_factory=IdTags)
    """Who may charge."""
    power: PowerSettings | None = None
    """Limits in kW, windows and signals; None: nothing of it is used."""

    @classmethod
    def from_data(cls, name: str, data: Mapping[str, Any]) -> GroupSettings:
        """Read the data (and options) of a config entry."""
        rated = float(data[CONF_RATED_CURRENT])
        maximum = min(float(data[CONF_MAXIMUM_CURRENT]), rated)
        grid_rated = float(data.get(CONF_GRID_RATED_CURRENT) or rated)
        return cls(
            name=name,
            phases=int(data.get(CONF_PHASES, 3)),
            voltage=float(data.get(CONF_VOLTAGE, 230.0)),
            rated_current=rated,
            maximum_current=maximum,
            policy=Policy(data.get(CONF_POLICY, Policy.TAKE_TURNS)),
            listen_host=data.get(CONF_LISTEN_HOST, DEFAULT_HOST),
            listen_port=int(data.get(CONF_LISTEN_PORT, DEFAULT_PORT)),
            meter=data.get(CONF_METER),
            grid_rated_current=grid_rated,
            grid_maximum_current=min(
                float(data.get(CONF_GRID_MAXIMUM_CURRENT) or grid_rated), grid_rated
            ),
            safe_limit=float(data.get(CONF_SAFE_LIMIT) or 0.0),
            meter_timeout=float(data.get(CONF_METER_TIMEOUT) or 30.0),
            meter_interval=float(data.get(CONF_METER_INTERVAL) or 2.0),
            allow_export_charging=bool(data.get(CONF_ALLOW_EXPORT, False)),
            imbalance=float(data[CONF_IMBALANCE]) if data.get(CONF_IMBALANCE) else None,
            tls=tls_settings(data),
            power=PowerSettings.from_data(data),
            id_tags=IdTags(
                tags=tuple(
                    IdTag(
                        id_tag=tag["id_tag"],
                        name=tag["name"],
                        blocked=bool(tag.get("blocked", False)),
                        expires=_end_of_day(tag.get("expires")),
                        group=str(tag.get("group") or ""),
                    )
                    for tag in data.get(CONF_ID_TAGS, ())
                ),
                accept_all=bool(data.get(CONF_ACCEPT_ALL_TAGS, True)),
            ),
        )

    @property
    def phase_list(self) -> tuple[Phase, ...]:
        """The grid phases that the group has."""
        return tuple(Phase) if self.phases == 3 else (Phase.L1,)

    @property
    def highest_safe_limit(self) -> float:
        """What both fuses carry, A."""
        return min(self.rated_current, self.grid_rated_current)

    def currents(self, amperes: float) -> PhaseCurrents:
        """`amperes` on each phase that the group has."""
        return PhaseCurrents.on(self.phase_list, amperes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerSettings:
    """A charger of the group; currents in A per phase."""

    subentry_id: str
    charger_id: str
    name: str
    wiring: Wiring
    """All phases in order where it is not known."""
    minimum: float
    maximum: float
    priority: Priority
    connectors: int | None
    """How many outlets it has; None: as many as it reports."""
    supply_current: float | None
    """Fuse of its own supply; None: twice a connector's maximum can't trip it."""
    feeder: str | None = None
    """Subentry of the feeder that it hangs on; None: the group itself."""
    has_lost_feeder: bool = False
    """Its feeder was removed, and nobody has said yet what feeds it now."""
    was_removed: bool = False
    """Somebody removed it while a car went on charging there."""
    password: str | None = field(default=None, repr=False)
    """What it has to give when it connects; None: nothing."""
    user_name: str | None = None
    """What it sends as its user name, where that is not its id; `*`: anything."""
    certificate_name: str | None = None
    """What its certificate is issued to, where that is not its id."""
    meter: Mapping[str, Any] | None = None
    """A meter that measures what it draws; None: it tells that itself, or nobody does."""
    wiring_known: bool = True
    """False: it is to be found with the meter, and a car counts on all phases until then."""
    profile: str | None = None
    """The profile that the user chose for its model; None: what it says of itself tells."""

    @property
    def hardware_maximum(self) -> float:
        """What it can draw whatever it is told, A per phase."""
        return max(32.0, self.maximum)

    def to_data(self) -> dict[str, Any]:
        """What `from_data` reads, for one whose subentry is gone: its meter went with that."""
        return {
            CONF_CHARGER_ID: self.charger_id,
            CONF_WIRING: next(name for name, wiring in WIRINGS.items() if wiring == self.wiring),
            **({} if self.wiring_known else {CONF_FIND_WIRING: True}),
            CONF_MINIMUM: self.minimum,
            CONF_MAXIMUM: self.maximum,
            CONF_PRIORITY: self.priority.name.lower(),
            CONF_CONNECTORS: self.connectors,
            CONF_SUPPLY_CURRENT: self.supply_current,
            CONF_FEEDER: self.feeder,
            CONF_PASSWORD: self.password,
            CONF_USER_NAME: self.user_name,
            CONF_CERTIFICATE_NAME: self.certificate_name,
            CONF_PROFILE: self.profile,
        }

    @classmethod
    def from_data(
        cls, subentry_id: str, name: str, data: Mapping[str, Any], *, voltage: float
    ) -> ChargerSettings:
        """Read the data of a charger's subentry."""
        wiring = WIRINGS[data.get(CONF_WIRING, "l1_l2_l3")]

        def amperes(key: str, default: float) -> float:
            value = float(data[key]) if data.get(key) is not None else default
            if data.get(CONF_UNIT) == UNIT_KILOWATT and data.get(key) is not None:
                return amperes_from_kilowatts(value, phases=len(wiring), voltage=voltage)
            return value

        # A power is seldom a round current. What was typed holds: up from below, down from above.
        minimum = whole_steps_above(max(6.0, amperes(CONF_MINIMUM, 6.0)), _FINEST)
        maximum = whole_steps_below(amperes(CONF_MAXIMUM, 32.0), _FINEST)
        connectors = data.get(CONF_CONNECTORS)
        supply = data.get(CONF_SUPPLY_CURRENT)
        return cls(
            subentry_id=subentry_id,
            charger_id=data[CONF_CHARGER_ID],
            name=name,
            wiring=wiring,
            wiring_known=not data.get(CONF_FIND_WIRING),
            minimum=minimum,
            maximum=max(minimum, maximum),
            priority=Priority[str(data.get(CONF_PRIORITY, "normal")).upper()],
            connectors=int(connectors) if connectors else None,
            supply_current=float(supply) if supply else None,
            feeder=None if data.get(CONF_FEEDER) == DIRECTLY else data.get(CONF_FEEDER),
            has_lost_feeder=CONF_LOST_FEEDER in data,
            password=data.get(CONF_PASSWORD),
            user_name=data.get(CONF_USER_NAME) or None,
            certificate_name=data.get(CONF_CERTIFICATE_NAME) or None,
            meter=data.get(CONF_METER),
            profile=data.get(CONF_PROFILE),
        )


def read_entry(entry: ConfigEntry[Any]) -> tuple[GroupSettings, dict[str, ChargerSettings]]:
    """The settings in a config entry: the group, and its chargers by subentry."""
    group = GroupSettings.from_data(entry.title, {**entry.data, **entry.options})
    return group, {
        subentry.subentry_id: ChargerSettings.from_data(
            subentry.subentry_id, subentry.title, subentry.data, voltage=group.voltage
        )
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_CHARGER
    }


def listener_of(data: Mapping[str, Any]) -> tuple[str, int]:
    """The address and port of a group's form or of its stored data."""
    return str(data[CONF_LISTEN_HOST]).strip(), int(data[CONF_LISTEN_PORT])


def charger_ids(entry: ConfigEntry[Any]) -> set[str]:
    """The ids of a group's chargers."""
    return {
        subentry.data[CONF_CHARGER_ID]
        for subentry in entry.get_subentries_of_type(SUBENTRY_CHARGER)
    }


def ids_on_the_port(hass: HomeAssistant, entry: ConfigEntry[Any]) -> set[str]:
    """The chargers of all groups that share a group's port, by charge point id."""
    return {
        charger_id
        for other in hass.config_entries.async_entries(DOMAIN)
        if listener_of(other.data) == listener_of(entry.data)
        for charger_id in charger_ids(other)
    }


def tls_settings(data: Mapping[str, Any]) -> TlsSettings | None:
    """The files for TLS in a group's data; None: no TLS."""
    certificate = data.get(CONF_TLS_CERTIFICATE)
    if not certificate:
        return None
    return TlsSettings(
        certificate=certificate,
        key=data[CONF_TLS_KEY],
        client_ca=data.get(CONF_TLS_CLIENT_CA) or None,
        rsa_suites=bool(data.get(CONF_TLS_RSA_SUITES)),
    )


def _end_of_day(stored: object) -> datetime | None:
    """The end of the last day on which a card is valid; None: it stays valid."""
    day = dt_util.parse_date(stored) if isinstance(stored, str) else None
    return None if day is None else dt_util.start_of_local_day(day + timedelta(days=1))
