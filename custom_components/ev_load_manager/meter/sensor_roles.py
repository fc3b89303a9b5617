"""Which of a device's sensors tell what of which phase, by their device class, unit and name.

A name is all that tells a phase, and nobody agrees on names: `Current phase 1`,
`Power consumption phase L1`, `Phase A current`, `Vaihe 1 virta`. So a quantity is
found only where one row of names, alike but for the phase, has every phase. What
could be two things is neither: it is left for a person to choose.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
import re
from typing import Final

from homeassistant.const import UnitOfElectricCurrent, UnitOfElectricPotential, UnitOfPower

from .register_map import CURRENTS, EXPORTS, POWERS, VOLTAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSensor:
    """A sensor of a device, as its names tell it."""

    entity_id: str
    names: tuple[str, ...] = ()
    """What it is called, by people first; its id comes after these."""
    part: str = ""
    """The part of the device that it belongs to, such as `Phase A`."""
    device_class: str | None = None
    unit: str | None = None


class _Quantity(Enum):
    CURRENT = auto()
    POWER = auto()
    VOLTAGE = auto()


class _Direction(Enum):
    BOTH = auto()
    """Nothing in the name says otherwise."""
    IMPORT = auto()
    EXPORT = auto()
    DELIVERED = auto()
    """By the grid or to it: only what stands beside it tells."""


_UNITS: Final[Mapping[str, _Quantity]] = {
    UnitOfElectricCurrent.AMPERE: _Quantity.CURRENT,
    UnitOfElectricCurrent.MILLIAMPERE: _Quantity.CURRENT,
    UnitOfPower.WATT: _Quantity.POWER,
    UnitOfPower.KILO_WATT: _Quantity.POWER,
    UnitOfElectricPotential.VOLT: _Quantity.VOLTAGE,
}
_CLASSES: Final = {
    "current": _Quantity.CURRENT,
    "power": _Quantity.POWER,
    "voltage": _Quantity.VOLTAGE,
}

_PHASE_WORD: Final = (
    r"(?:phasen?|fasen?|fas|faser|fase[tn]|vaihe|vaiheen|faz[aey]|channel|kanal|line)"
)
_QUANTITY_WORD: Final = r"(?:current|voltage|power|strom|spannung|leistung|phase|fase|fas|vaihe)?"
_NAMED: Final = re.compile(rf"{_QUANTITY_WORD}l([123])n?")
_BETWEEN: Final = re.compile(r"l[123]l?[123]")
_JOINED: Final = re.compile(rf"{_PHASE_WORD}([123abc])n?")
_ALONE: Final = re.compile(_PHASE_WORD)
_OF_PHASE: Final = re.compile(r"([123abcrst])n?|12|23|31|13|ab|bc|ca|ac")
_PLACES: Final = {
    name: place for names in ("123", "abc", "rst") for place, name in enumerate(names)
}

_UNTOLD: Final = -1
"""The place of what names no phase."""

# Neither what flows now, nor at the grid connection.
_OTHER: Final = frozenset(
    [
        "max",
        "maximum",
        "min",
        "minimum",
        "peak",
        "piek",
        "spitze",
        "average",
        "avg",
        "mean",
        "demand",
        "limit",
        "threshold",
        "fuse",
        "setpoint",
        "target",
        "rated",
        "nominal",
        "sag",
        "sags",
        "swell",
        "swells",
        "harmonic",
        "thd",
        "factor",
        "cosphi",
        "neutral",
        "dc",
        "pv",
        "solar",
        "solare",
        "mppt",
        "string",
        "battery",
        "batterie",
        "batterij",
        "batteri",
        "akku",
        "eps",
        "backup",
        "ups",
        "generator",
        "inverter",
        "wechselrichter",
        "charger",
        "wallbox",
        "ev",
        "car",
        "load",
    ]
)
_OTHER_PARTS: Final = ("durchschnitt", "gemiddeld", "keskiarvo", "genomsnitt", "gjennomsnitt")
_NO_ACTIVE_POWER: Final = (
    "apparent",
    "schein",
    "reactive",
    "reaktiv",
    "blind",
    "näenn",
    "loisteho",
)

# Parts of words, for languages that make one word of two. Who gives back is asked first:
# "teruggeleverd" has "geleverd" in it.
_EXPORT: Final = (
    *("produ", "return", "retour", "export", "eksport", "inject", "surplus", "negativ", "feedin"),
    *("einspeis", "eingespeis", "rückspeis", "erzeug", "teruglever", "teruggelever", "opwek"),
    *("inmat", "innmat", "tuotan", "tuotet", "vienti", "syött"),
)
_IMPORT: Final = (
    *("consum", "consomm", "usage", "import", "drawn", "positiv", "verbrauch", "bezug", "bezogen"),
    *("verbruik", "afname", "förbruk", "forbruk", "uttag", "uttak", "kulut", "tuonti"),
)
_DELIVERED: Final = ("deliver", "gelever", "geliefer", "lever", "receiv", "ontvang")
_AT_THE_GRID: Final = frozenset(
    ["grid", "mains", "meter", "metering", "netz", "net", "nett", "nät", "verkko", "smartmeter"]
)


def find_sensors(sensors: Iterable[DeviceSensor], phases: int) -> dict[str, str]:
    """The entities that tell a device's currents and powers: by quantity, as the settings name it.

    `phases` (1 or 3) are those of the grid connection. A quantity is there for all
    of them or for none; voltages only where a power has to be turned into a current.
    """
    rows = _rows(sensors, phases)
    found: dict[str, str] = {}
    currents = _one(_complete(rows, phases, _Quantity.CURRENT, _Direction.BOTH))
    found |= _named(CURRENTS, currents)
    imported, exported = _powers(rows, phases)
    found |= _named(POWERS, imported)
    found |= _named(EXPORTS, exported)
    if imported and not currents:
        voltages = _one(_complete(rows, phases, _Quantity.VOLTAGE, _Direction.BOTH))
        found |= _named(VOLTAGES, voltages)
    return found


def names_a_phase(text: str) -> bool:
    """Whether what is called so is one phase of something."""
    return len(_phases_of(text)[1]) == 1


type _Row = tuple[frozenset[str], Mapping[int, str]]
"""Words that the names have in common, and the entity of each phase (from 0)."""
type _Rows = Mapping[tuple[_Quantity, _Direction], Sequence[_Row]]


def _rows(sensors: Iterable[DeviceSensor], phases: int) -> _Rows:
    """Sensors whose names are alike but for the phase, in a row each."""
    found: dict[tuple[_Quantity, _Direction], dict[frozenset[str], dict[int, list[str]]]] = {}
    for sensor in sensors:
        quantity = _quantity(sensor)
        if quantity is None:
            continue
        words, place = _read(sensor, phases)
        if place is None or _is_other(words, quantity):
            continue
        row = found.setdefault((quantity, _direction(words, quantity)), {})
        row.setdefault(frozenset(words), {}).setdefault(place, []).append(sensor.entity_id)
    return {
        key: [(words, _clear(row)) for words, row in by_words.items()]
        for key, by_words in found.items()
    }


def _clear(row: dict[int, list[str]]) -> Mapping[int, str]:
    """The entities of a row without those that share their name: they are two things."""
    of_the_only_phase = row.pop(_UNTOLD, None)
    if of_the_only_phase is not None and not row:
        row = {0: of_the_only_phase}
    return {place: ids[0] for place, ids in row.items() if len(ids) == 1}


def _quantity(sensor: DeviceSensor) -> _Quantity | None:
    """What it measures; what says that it is something else is not asked for its unit."""
    if sensor.device_class:
        quantity = _CLASSES.get(sensor.device_class)
        fits = sensor.unit is None or _UNITS.get(sensor.unit) is quantity
        return quantity if fits else None
    return _UNITS.get(sensor.unit or "")


def _read(sensor: DeviceSensor, phases: int) -> tuple[list[str], int | None]:
    """The words of its name without the phase, and the phase, from 0; None where it isn't clear.

    What people called it counts first; nothing else may say another phase.
    """
    object_id = sensor.entity_id.partition(".")[2]
    texts = [f"{name} {sensor.part}" for name in sensor.names if name] + [object_id]
    told = [(words, places) for words, places in map(_phases_of, texts) if places]
    if not told:
        words, _ = _phases_of(texts[0])
        # All that a meter of one phase has to say.
        return words, _UNTOLD if phases == 1 else None
    words, places = told[0]
    if len(places) != 1 or not all(places <= others for _, others in told[1:]):
        return words, None
    (place,) = places
    return words, place


def _phases_of(text: str) -> tuple[list[str], set[int]]:
    """The words of a text that name no phase, and the phases (from 0) that the others name."""
    words = re.findall(r"[^\W_]+", text.casefold())
    rest: list[str] = []
    places: set[int] = set()
    number = 0
    while number < len(words):
        word = words[number]
        number += 1
        if match := _NAMED.fullmatch(word) or _JOINED.fullmatch(word):
            places.add(_PLACES[match[1]])
        elif _BETWEEN.fullmatch(word):
            places |= {0, 1, 2}
        elif _ALONE.fullmatch(word):
            kind = None
            while number < len(words) and (match := _OF_PHASE.fullmatch(words[number])):
                number += 1
                if match[1] is None:
                    places |= {0, 1, 2}
                # "1 A" is phase 1 in amperes, and "1-2" is between two.
                elif kind is None or match[1].isdigit() is kind:
                    places.add(_PLACES[match[1]])
                    kind = match[1].isdigit()
        else:
            rest.append(word)
    return rest, places


def _is_other(words: Iterable[str], quantity: _Quantity) -> bool:
    parts = _OTHER_PARTS + (_NO_ACTIVE_POWER if quantity is _Quantity.POWER else ())
    return any(word in _OTHER or any(part in word for part in parts) for word in words)


def _direction(words: Sequence[str], quantity: _Quantity) -> _Direction:
    if quantity is not _Quantity.POWER:
        return _Direction.BOTH
    for direction, parts, whole in (
        (_Direction.EXPORT, _EXPORT, "feed"),
        (_Direction.IMPORT, _IMPORT, "draw"),
        (_Direction.DELIVERED, _DELIVERED, ""),
    ):
        if any(word == whole or any(part in word for part in parts) for word in words):
            return direction
    return _Direction.BOTH


def _complete(rows: _Rows, phases: int, quantity: _Quantity, direction: _Direction) -> list[_Row]:
    """Rows that have every phase, and no more of them than there are."""
    return [
        (words, row)
        for words, row in rows.get((quantity, direction), ())
        if set(row) == set(range(phases))
    ]


def _powers(rows: _Rows, phases: int) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """What is drawn and what is given back, or both in one; empty where it isn't clear."""

    def complete(direction: _Direction) -> list[_Row]:
        return _complete(rows, phases, _Quantity.POWER, direction)

    exports, imports, both = map(complete, (_Direction.EXPORT, _Direction.IMPORT, _Direction.BOTH))
    if exports and not imports:
        imports = complete(_Direction.DELIVERED)
    drawn, given_back = _one(imports), _one(exports)
    if drawn and given_back:
        return drawn, given_back
    if both and not imports and not exports:
        return _one(both), {}
    # Of a power with a direction and one without, nobody knows what the other one is.
    return ({}, {}) if both or exports else (drawn, {})


def _one(rows: Sequence[_Row]) -> Mapping[int, str]:
    """The only row, or the only one that says that it is at the grid; empty without."""
    if len(rows) > 1:
        rows = [(words, row) for words, row in rows if words & _AT_THE_GRID]
    return rows[0][1] if len(rows) == 1 else {}


def _named(names: Sequence[str], row: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    return ((names[place], entity_id) for place, entity_id in row.items())
