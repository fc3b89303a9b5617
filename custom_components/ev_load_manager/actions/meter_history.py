"""What a meter told in a period, as CSV (thesis 6.3.4): the grid's, or that of a feeder.

The recorder keeps every value for some days only; of the time before it has
hourly means, and every line says which of the two it is.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Final, cast

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.recorder import history
from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    Platform,
    UnitOfElectricCurrent,
    UnitOfPower,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import (
    BaseUnitConverter,
    ElectricCurrentConverter,
    PowerConverter,
)

from ..config.site_builder import feeder_circuit
from ..const import DOMAIN
from ..entities.targets import find_feeder
from ..errors import refusal
from ..group.load_manager import EvLoadManagerConfigEntry
from .session_rights import own_outlets

HOUR: Final = timedelta(hours=1)
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(3000, 1, 1, tzinfo=UTC)
STATES_AT_ONCE: Final = timedelta(hours=6)
"""The recorder is asked for so much at a time: nobody needs a month in memory."""
MEANS_AT_ONCE: Final = timedelta(days=90)
SAME_MOMENT: Final = timedelta(seconds=1)
"""The meter's values of one reading are written one after the other."""
BEFORE: Final = timedelta(microseconds=1)
"""The recorder's periods begin after their start."""

MEASURED: Final = "measured"
HOURLY_MEAN: Final = "hourly mean"


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    key: str
    """Of the sensor."""
    unit: str
    converter: type[BaseUnitConverter]


type _Columns = tuple[_Column, ...]


def _columns(*measured: tuple[str, str, str, type[BaseUnitConverter]]) -> _Columns:
    """One for each phase of each (title, key of the sensors, unit, converter)."""
    return tuple(
        _Column(f"{title}L{phase} ({unit})", f"{key}_l{phase}", unit, converter)
        for title, key, unit, converter in measured
        for phase in (1, 2, 3)
    )


def _header(columns: _Columns) -> str:
    return ",".join(("time", *(column.title for column in columns), "source")) + "\r\n"


_AMPERE: Final = (UnitOfElectricCurrent.AMPERE, ElectricCurrentConverter)
_OF_GRID: Final = _columns(
    ("", "grid_current", *_AMPERE), ("", "grid_power", UnitOfPower.WATT, PowerConverter)
)
_OF_FEEDER: Final = _columns(
    ("", "total_current", *_AMPERE), ("other load ", "other_load", *_AMPERE)
)
HEADER: Final = _header(_OF_GRID)
FEEDER_HEADER: Final = _header(_OF_FEEDER)


async def async_meter_csv(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    start: datetime,
    end: datetime | None = None,
    *,
    feeder: str | None = None,
    user: User | None,
) -> AsyncIterator[str]:
    """The meter's values from `start` to before `end` (None: until now), in pieces of CSV.

    The meter is that of the grid connection, or of a `feeder` (its device, name
    or circuit). Currents in A and powers in W, positive for import; an empty
    field is a value that was not known. `user` is who asks; None: an automation,
    which may do what administrators may. Raises ServiceValidationError for a
    period that can't be, without such a feeder, its meter, or a recorder, and
    Unauthorized where the meter is not for this user to read.
    """
    now = dt_util.utcnow()
    start, end = _in_utc(start), now if end is None else _in_utc(end)
    if start >= now:
        raise refusal("period_in_future")
    if start >= end:
        raise refusal("period_reversed")
    if feeder is None:
        columns, key = _OF_GRID, entry.entry_id
        if entry.runtime_data.group.meter is None:
            raise refusal("no_meter", name=entry.title)
    else:
        columns, key = _OF_FEEDER, find_feeder(hass, entry, feeder)
        settings = entry.runtime_data.feeders[key]
        if settings.meter is None:
            raise refusal("no_meter_of_feeder", feeder=settings.name)
    if "recorder" not in hass.config.components:
        raise refusal("no_recorder")
    entities = _entities(hass, columns, key)
    if user is not None and not user.is_admin:
        is_theirs = feeder is None or await _charges_behind(hass, user, entry, key)
        readable = (user.permissions.check_entity(one, POLICY_READ) for one in entities)
        if user.system_generated or not is_theirs or not all(readable):
            raise Unauthorized
    return _pieces(hass, columns, entities, start, min(end, now))


async def _charges_behind(
    hass: HomeAssistant, user: User, entry: EvLoadManagerConfigEntry, feeder_id: str
) -> bool:
    """Whether a feeder carries what somebody draws: its meter tells when others charge, too."""
    site, circuit = entry.runtime_data.site, feeder_circuit(feeder_id)
    own = await own_outlets(hass, user)
    return any(
        circuit in site.path(site.connectors[outlet].circuit)
        for outlet in own & site.connectors.keys()
    )


def _in_utc(moment: datetime) -> datetime:
    """A time in UTC, which can't tell every time of a calendar; nobody measured then."""
    if moment.year <= EARLIEST.year:
        return EARLIEST
    return LATEST if moment.year >= LATEST.year else dt_util.as_utc(moment)


def _entities(hass: HomeAssistant, columns: _Columns, key: str) -> dict[str, int]:
    """The meter's sensors, whatever people call them, and their columns."""
    registry = er.async_get(hass)
    found = (
        registry.async_get_entity_id(Platform.SENSOR, DOMAIN, f"{key}_{column.key}")
        for column in columns
    )
    return {entity_id: number for number, entity_id in enumerate(found) if entity_id is not None}


async def _pieces(
    hass: HomeAssistant,
    columns: _Columns,
    entities: Mapping[str, int],
    start: datetime,
    end: datetime,
) -> AsyncIterator[str]:
    yield _header(columns)
    recorder = get_instance(hass)
    oldest = recorder.states_manager.oldest_ts
    states_from = end if oldest is None else _hour_of(dt_util.utc_from_timestamp(oldest))
    reader = _Reader(hass, columns, entities)
    while start < end:
        # Whole hours, so that none is told twice.
        if start < states_from:
            until = min(_hour_of(start) + MEANS_AT_ONCE, states_from, end)
        else:
            until = min(_hour_of(start) + STATES_AT_ONCE, end)
        if piece := await recorder.async_add_executor_job(reader.read, start, until):
            yield piece
        start = until


def _hour_of(moment: datetime) -> datetime:
    """The beginning of its hour: statistics are by hours of UTC."""
    return moment.replace(minute=0, second=0, microsecond=0)


@dataclass(slots=True)
class _Reader:
    """Reads piece by piece what the recorder has, on the recorder's own threads."""

    hass: HomeAssistant
    columns: _Columns
    entities: Mapping[str, int]
    values: list[str] = field(init=False)
    """What was told last."""
    reached_states: bool = False
    """From here on every value is there, and no hourly mean needed."""

    def __post_init__(self) -> None:
        """Begin with nothing known."""
        self.values = [""] * len(self.columns)

    def read(self, start: datetime, end: datetime) -> str:
        """The lines from `start` to before `end`."""
        if not self.entities:
            return ""
        lines: list[str] = []
        measured = list(self._measured(start, end))
        if not self.reached_states:
            first = measured[0][0] if measured else end
            for hour, until, line in self._hourly_means(start, end):
                if max(hour, start) < first:
                    lines.append(line)
                    measured = [(at, line) for at, line in measured if at >= until]
            self.reached_states = bool(measured)
        lines.extend(line for _, line in measured)
        return "".join(lines)

    def _measured(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
        """A line for every moment in which a value changed."""
        states = history.get_significant_states(
            self.hass,
            start - BEFORE,
            end,
            list(self.entities),
            include_start_time_state=not self.reached_states,
            significant_changes_only=False,
        )
        moment: datetime | None = None
        for at, column, value in merge(
            *(
                [
                    (max(state.last_updated, start), self.entities[entity_id], state)
                    for state in cast(list[State], found)
                ]
                for entity_id, found in states.items()
            ),
            key=lambda change: change[0],
        ):
            if moment is not None and at - moment > SAME_MOMENT:
                yield moment, _line(moment, self.values, MEASURED)
                moment = None
            if moment is None:
                moment = at
            self.values[column] = _value(value, self.columns[column])
        if moment is not None:
            yield moment, _line(moment, self.values, MEASURED)

    def _hourly_means(
        self, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime, str]]:
        """Begin, end and line of every full hour that has statistics."""
        found = statistics_during_period(
            self.hass,
            _hour_of(start),
            end,
            set(self.entities),
            "hour",
            {column.converter.UNIT_CLASS: column.unit for column in self.columns},
            {"mean"},
        )
        hours: dict[float, list[str]] = {}
        for entity_id, rows in found.items():
            for row in rows:
                values = hours.setdefault(row["start"], [""] * len(self.columns))
                values[self.entities[entity_id]] = _mean(row)
        for began, values in sorted(hours.items()):
            hour = dt_util.utc_from_timestamp(began)
            yield hour, hour + HOUR, _line(hour, values, HOURLY_MEAN)


def _line(at: datetime, values: list[str], source: str) -> str:
    time = dt_util.as_local(at).isoformat(timespec="seconds")
    return ",".join((time, *values, source)) + "\r\n"


def _value(state: State, column: _Column) -> str:
    """What a state says, in the column's unit: people may show kW, or mA."""
    try:
        value = float(state.state)
    except ValueError:
        # Unknown, or unavailable.
        return ""
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT, column.unit)
    return _number(column.converter.convert(value, unit, column.unit))


def _mean(row: StatisticsRow) -> str:
    mean = row.get("mean")
    return "" if mean is None else _number(mean)


def _number(value: float) -> str:
    # No minus before a nought.
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
