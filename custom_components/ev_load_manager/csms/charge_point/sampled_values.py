"""What sampled values say, whatever unit, phase label or spelling they come in.

OCPP 1.6, sections 7.43 (SampledValue) and 7.45 (units); 2.0.1 has the same words.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ..transport import fields
from ..transport.harmless import SIGNED
from .connector import PhaseValues, Values

_FACTOR = {
    "a": 1.0,
    "ma": 0.001,
    "ka": 1000.0,
    "v": 1.0,
    "mv": 0.001,
    "kv": 1000.0,
    "w": 1.0,
    "va": 1.0,
    "kw": 1000.0,
    "kva": 1000.0,
    "wh": 1.0,
    "kwh": 1000.0,
    "mwh": 1_000_000.0,
}
_NEUTRAL = 3
_PHASE = {"l1": 0, "l2": 1, "l3": 2}
_CONTEXTS = (
    "transaction.end",
    "trigger",
    "sample.periodic",
    "sample.clock",
    "other",
    "interruption.end",
    "interruption.begin",
    "transaction.begin",
)
"""What values of one moment are told for, the latest first (OCPP 1.6, 7.31)."""
_OUTLET_FIRST = ("outlet", "", "inlet", "cable", "body")
_REGISTER = "energy.active.import.register"
_PHYSICAL: Mapping[str, tuple[float, float]] = {
    "current.import": (-100_000.0, 100_000.0),  # some firmware says A and means mA
    "current.offered": (0.0, 10_000.0),
    "voltage": (0.0, 1_500.0),
    "power.active.import": (-10e6, 10e6),
    "power.offered": (0.0, 10e6),
    _REGISTER: (0.0, 1e12),  # a thousand gigawatt hours have gone through no outlet
    "temperature": (-100.0, 1_000.0),
    "soc": (0.0, 100.0),
}
"""What there can be at all, by measurand in small letters; A, V, W, Wh, degrees Celsius, percent."""


def collected(sampled: Iterable[Mapping[str, Any]]) -> Values:
    """What the values of one moment amount to; what can't be read is left out."""
    found: _Found = {}
    for item in sampled:
        _collect(found, item)

    def one(measurand: str, phase: int | None = None) -> float | None:
        told = found.get((measurand, phase))
        return None if told is None else told.value

    def phases(measurand: str) -> PhaseValues:
        return one(measurand, 0), one(measurand, 1), one(measurand, 2)

    def total(measurand: str) -> float | None:
        whole = one(measurand)
        parts = [part for part in phases(measurand) if part is not None]
        return whole if whole is not None or not parts else sum(parts)

    return Values(
        at=0.0,
        currents=phases("current.import"),
        current=one("current.import"),
        neutral=one("current.import", _NEUTRAL),
        voltages=phases("voltage"),
        voltage=one("voltage"),
        power=total("power.active.import"),
        powers=phases("power.active.import"),
        energy=total(_REGISTER),
        offered=one("current.offered"),
        power_offered=one("power.offered"),
        temperature=one("temperature"),
        state_of_charge=one("soc"),
    )


class _Told(NamedTuple):
    rank: tuple[int, int]
    value: float


type _Found = dict[tuple[str, int | None], _Told]
"""The value that counts, by measurand and phase."""


def _collect(found: _Found, item: Mapping[str, Any]) -> None:
    """Note one SampledValue, unless another of its kind tells more of the present.

    That is one nearer the car's plug, or one of a later moment: some firmware
    puts what it read at the transaction's start beside what it reads now.
    """
    meaning = _meaning(
        fields.text(item, "measurand"),
        fields.text(item, "phase"),
        fields.text(item, "location"),
        fields.text(item, "unit"),
        fields.text(item, "format"),
        fields.text(item, "context"),
    )
    value = fields.number(item.get("value"))
    if meaning is None or value is None:
        return
    value = _physical(meaning.key[0], value * meaning.factor)
    if value is None:
        return
    known = found.get(meaning.key)
    if known is None or known.rank > meaning.rank:
        # A transformer the wrong way round still measures a load.
        found[meaning.key] = _Told(meaning.rank, abs(value) if meaning.is_load else value)


class _Meaning(NamedTuple):
    """What a SampledValue is about."""

    key: tuple[str, int | None]
    """Measurand, and phase where it has one."""
    rank: tuple[int, int]
    """How near the car's plug it was measured, and how late; 0 is nearest, and latest."""
    factor: float
    """To A, V, W or Wh."""
    is_load: bool
    """It can't be negative."""


# A charger says the same words with every value, many times a minute for years.
@lru_cache(maxsize=1024)
def _meaning(
    measurand: str, label: str, location: str, unit: str, value_format: str, context: str
) -> _Meaning | None:
    """What these words stand for; None where the value is of no use."""
    if value_format.lower() == SIGNED:
        return None
    measurand = measurand.lower() or _REGISTER
    label = label.lower()
    head, _, tail = measurand.rpartition(".")
    if tail.removesuffix("-n") in _PHASE:  # `Current.Import.L1` is a legal way to say it
        measurand, label = head, label or tail
    phase = _PHASE.get(label.removesuffix("-n"))
    if label == "n" and measurand == "current.import":
        phase = _NEUTRAL
    if label and phase is None:
        return None  # between two phases, or of the neutral conductor
    location = location.lower()
    if location not in _OUTLET_FIRST:
        if measurand != "soc":
            return None  # measured in the car
        location = ""
    unit = unit.lower()
    if measurand == "temperature" and unit not in ("", "celsius", "celcius"):
        return None
    return _Meaning(
        key=(measurand, phase),
        rank=(_OUTLET_FIRST.index(location), _lateness(context.lower())),
        factor=_FACTOR.get(unit, 1.0),
        is_load=measurand in ("current.import", "power.active.import"),
    )


def _lateness(context: str) -> int:
    """Its place among the contexts; what has none, or one that nobody knows, is periodic."""
    known = context if context in _CONTEXTS else "sample.periodic"
    return _CONTEXTS.index(known)


def _physical(measurand: str, value: float) -> float | None:
    """A measured value; None where no charger that was ever built can have measured it."""
    least, most = _PHYSICAL.get(measurand, (-1e15, 1e15))
    return value if least <= value <= most else None


def register(value: object) -> float | None:
    """A reading of an energy register, Wh; None where there is none that can be."""
    told = fields.number(value)
    return None if told is None else _physical(_REGISTER, told)
