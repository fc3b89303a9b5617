"""What a grid operator bills for peaks of power: the files in `tariffs`, with their sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..data_files.fields import DataFileError, Fields, load_yaml
from .calendar import ALL_HOURS, ALL_MONTHS, Rule, holiday, hours_of

FOLDER: Final = Path(__file__).with_name("tariffs")
WINDOWS: Final = (15, 30, 60)
"""Minutes that a window of mean power may last."""
_BLOCKS: Final = ("high_working", "high_free", "low_working", "low_free")


class TariffError(DataFileError):
    """A tariff's file doesn't follow its schema."""


class _Fields(Fields):
    error = TariffError


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a kW costs; at most one of these, and none where nobody can say it."""

    per_kw_month: float | None = None
    per_kw_year: float | None = None
    steps: tuple[tuple[float, float], ...] = ()
    """From how many kW (inclusive) a month costs how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peaks:
    """A part of a tariff that is paid by what was measured; powers in kW."""

    id: str
    rules: tuple[Rule, ...]
    """The first that holds counts; a window in none is free."""
    best_of: Literal["none", "day", "week"] = "none"
    """Of each of these only the highest window counts."""
    top: int = 1
    of: Literal["month", "last_12_months"] = "month"
    use: Literal["mean", "lowest"] = "mean"
    """What of the highest `top` is charged."""
    then: Literal["as_is", "mean_of_12_months"] = "as_is"
    floor: float = 0.0
    """At least so much is charged."""
    free: float = 0.0
    """So much costs nothing."""
    price: Price = Price()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A part that is paid by what was agreed with the operator, by blocks of hours."""

    id: str
    blocks: Mapping[str, str]
    """Season and kind of day -> a digit for each hour."""
    high: frozenset[int]
    """The months of the high season."""
    names: tuple[str, ...]
    """All blocks, in order."""

    def block(self, local: datetime, *, is_free: bool) -> str:
        """The block of a window that begins then."""
        season = "high" if local.month in self.high else "low"
        return self.blocks[f"{season}_{'free' if is_free else 'working'}"][local.hour]


type Component = Peaks | Agreed


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A tariff as it is for some time."""

    valid_from: date
    valid_to: date | None
    """The first day on which it is not valid any more."""
    source: str
    sure: Literal["high", "medium", "low"]
    components: tuple[Component, ...]

    def holds(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A tariff; windows are on the local clock of its time zone."""

    id: str
    name: str
    country: str
    time_zone: str
    window: int
    """Minutes."""
    currency: str
    holidays: tuple[str, ...]
    versions: tuple[Version, ...]

    def version(self, day: date) -> Version:
        """What is valid on a day; where nothing is (see `is_known`), what was last before it.

        Limits that are over are better than none. Before all of them it is the first.
        """
        begun = [one for one in self.versions if one.valid_from <= day]
        return begun[-1] if begun else self.versions[0]

    def is_known(self, day: date) -> bool:
        """Whether a version is valid on a day, and not only the nearest that is known."""
        return self.version(day).holds(day)

    @property
    def blocks(self) -> tuple[str, ...]:
        """The blocks for which people tell what they agreed on."""
        found = (
            part.names
            for version in self.versions[-1:]
            for part in version.components
            if isinstance(part, Agreed)
        )
        return next(found, ())


@cache
def tariffs() -> Mapping[str, Tariff]:
    """All tariffs there are files of, by id. Reads files: not for the event loop the first time.

    Raises TariffError where one is wrong.
    """
    return {
        path.stem: read_tariff(path.stem, load_yaml(path, TariffError))
        for path in sorted(FOLDER.glob("*.yaml"))
    }


def read_tariff(key: str, data: object) -> Tariff:
    """Make a tariff of a file's content; raises TariffError that names file and field."""
    fields = _Fields(data, key)
    fields.needed_whole("schema", 1, 1)
    if fields.needed_text("id") != key:
        raise TariffError(f"{key}.id: must be the name of the file")
    zone = fields.needed_text("time_zone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as err:
        raise fields.wrong("time_zone", zone, "is no time zone") from err
    found = Tariff(
        id=key,
        name=fields.needed_text("name"),
        country=fields.needed_text("country"),
        time_zone=zone,
        window=fields.needed("window_minutes", fields.one_of("window_minutes", WINDOWS, None)),
        currency=fields.needed_text("currency"),
        holidays=tuple(
            fields.needed("holidays", fields.read("holidays", one, holiday))
            for one in fields.items("holidays")
        ),
        versions=tuple(_version(one) for one in fields.sections("versions")),
    )
    fields.one_of("measures", ("import",), "import")
    fields.done()
    if not found.versions:
        raise TariffError(f"{key}.versions: needs one")
    for before, after in zip(found.versions, found.versions[1:], strict=False):
        if before.valid_to is None or before.valid_to > after.valid_from:
            raise TariffError(f"{key}.versions: two are valid on {after.valid_from}")
    return found


def _version(fields: Fields) -> Version:
    source = fields.needed("source", fields.section("source"))
    begins, ends = _day(fields, "valid_from"), _day(fields, "valid_to")
    version = Version(
        valid_from=fields.needed("valid_from", begins),
        valid_to=ends,
        source=f"{source.needed_text('title')} ({source.needed_whole('year', 2000, 2100)})",
        sure=source.needed("sure", source.one_of("sure", ("high", "medium", "low"), None)),
        components=tuple(_component(one) for one in fields.sections("components")),
    )
    source.done()
    fields.done()
    if not version.components:
        raise fields.error(f"{fields.where}.components: needs one")
    return version


def _component(fields: Fields) -> Component:
    kind = fields.one_of("kind", ("peaks", "agreed"), None)
    found = _agreed(fields) if fields.needed("kind", kind) == "agreed" else _peaks(fields)
    fields.done()
    return found


def _peaks(fields: Fields) -> Peaks:
    of, then = ("month", "last_12_months"), ("as_is", "mean_of_12_months")
    best_of: tuple[Any, ...] = ("none", "day", "week")
    return Peaks(
        id=fields.needed_text("id"),
        rules=tuple(_rule(one) for one in fields.sections("rules")) or (Rule(),),
        best_of=fields.one_of("best_of", best_of, "none"),
        top=fields.whole("top", 1, 31) or 1,
        of=fields.one_of("of", of, "month"),  # type: ignore[arg-type]
        use=fields.one_of("use", ("mean", "lowest"), "mean"),
        then=fields.one_of("then", then, "as_is"),  # type: ignore[arg-type]
        floor=_amount(fields, "floor_kw"),
        free=_amount(fields, "free_kw"),
        price=_price(fields),
    )


def _agreed(fields: Fields) -> Agreed:
    blocks = fields.pairs("blocks") or {}
    if set(blocks) != set(_BLOCKS) or any(
        len(digits) != 24 or not digits.isdigit() for digits in blocks.values()
    ):
        raise fields.wrong(
            "blocks", blocks, f"must give 24 digits for each of {', '.join(_BLOCKS)}"
        )
    months = fields.items("high_season")
    return Agreed(
        id=fields.needed_text("id"),
        blocks=blocks,
        high=frozenset(fields.needed("high_season", _month(fields, one)) for one in months),
        names=tuple(sorted(set("".join(blocks.values())))),
    )


def _rule(fields: Fields) -> Rule:
    hours = [fields.read("hours", one, hours_of) for one in fields.items("hours")]
    months = [_month(fields, one) for one in fields.items("months")]
    rule = Rule(
        months=frozenset(one for one in months if one) or ALL_MONTHS,
        days=fields.one_of("days", ("all", "working", "free"), "all"),
        hours=frozenset().union(*(one for one in hours if one)) or ALL_HOURS,
        weight=_amount(fields, "weight", 1.0),
    )
    fields.done()
    return rule


def _price(fields: Fields) -> Price:
    part = fields.section("price")
    if part is None:
        return Price()
    steps = []
    for row in part.items("steps_per_month"):
        if (
            not isinstance(row, list)
            or len(row) != 2
            or not all(isinstance(one, int | float) and 0 <= one < 1e6 for one in row)
        ):
            raise part.wrong("steps_per_month", row, "must be a pair of kW and price")
        steps.append((float(row[0]), float(row[1])))
    if steps != sorted(steps) or (steps and steps[0][0] != 0.0):
        raise part.wrong("steps_per_month", steps, "must rise from 0 kW")
    price = Price(
        per_kw_month=part.positive("per_kw_month"),
        per_kw_year=part.positive("per_kw_year"),
        steps=tuple(steps),
    )
    part.done()
    if sum(map(bool, (price.per_kw_month, price.per_kw_year, price.steps))) != 1:
        raise part.error(f"{part.where}: needs one kind of price")
    return price


def _amount(fields: Fields, name: str, otherwise: float = 0.0) -> float:
    value = fields.take(name)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise fields.wrong(name, value, "must be a number from 0")
    return float(value)


def _day(fields: Fields, name: str) -> date | None:
    value = fields.take(name)
    if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
        raise fields.wrong(name, value, "must be a date")
    return value


def _month(fields: Fields, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 12:
        raise fields.wrong("months", value, "must be a month from 1 to 12")
    return value
