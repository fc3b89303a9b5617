"""What a car draws, from all that its charger told: currents, or bounds of them.

A terminal that told nothing is unknown, not 0. Its current may still follow from
the power of all phases; where it does not, power tells at most and at least how
much the most loaded phase carries, and the rise of an energy register at least.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .connector import Values
from .register_rise import RegisterRise

NOMINAL_VOLTAGE = 230.0
"""V between a phase and neutral where nobody told another."""
PLAUSIBLE_VOLTAGE = (80.0, 300.0)
"""V between a phase and neutral; what is outside is no measurement of one."""
BELIEVED = 1.25
"""Times the hardware's maximum up to which a claim is believed."""
_FLOWS = 1.0
"""A. What is less may be the charger itself, or an error of its meter."""
_SLACK = 0.05
"""Share by which power and current times voltage may differ."""
_SLACK_WITHOUT_VOLTAGE = 0.1
"""The same where the voltage is not known: EN 50160 allows 10 %."""
_LIKE_WHOLE_PHASES = 0.15
"""Share by which power may differ from two or three times what one phase explains."""
_MILLIAMPERES = 200.0
"""Times the power that volts times amperes must be to be volts times milliamperes."""
_MOST_OF_AN_OUTLET = 200.0
"""A that no outlet for alternating current carries. Less may flow, and its power be kW that are
called W."""
_OUTDATED = 30.0
"""Seconds by which a register that rises may be newer than the currents told last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Currents of one outlet, A."""

    at: float
    """When they flowed (monotonic)."""
    currents: tuple[float, ...] | None
    """By the charger's own wired terminals; None where they are not all known."""
    highest: float
    """The most that the most loaded of them may carry."""
    lowest: float | None = None
    """The least that it surely carries, where only bounds are known."""

    @property
    def at_least(self) -> float:
        """What surely flows on the most loaded terminal."""
        return self.highest if self.lowest is None else self.lowest


def draw_of(
    values: Values | None,
    rise: RegisterRise,
    *,
    terminals: int,
    hardware_maximum: float,
    since: float = float("-inf"),
) -> Draw | None:
    """What flows according to a charger; None where it told nothing of that.

    `terminals` are wired (1 to 3), `hardware_maximum` is what it can draw on
    each of them, A. What a register shows counts from `since` (monotonic) on.
    """
    if values is None:
        return None
    most = BELIEVED * hardware_maximum
    found = _told(values, terminals)
    power = rise.power(since)
    if power > _FLOWS * NOMINAL_VOLTAGE:
        if found is not None and rise.at > found.at + _OUTDATED:
            found = None  # it has told no current for as long as the register rises
        if found is None or found.currents is None:
            found = _raised(found, power / (terminals * _voltage(values)), rise.at, most)
    return None if found is None else _capped(found, most)


def _told(values: Values, terminals: int) -> Draw | None:
    """What currents and powers tell."""
    if terminals == 1:
        return _of_one_terminal(values)
    voltages = _voltages(values)[:terminals]
    known = [
        power / voltage if current is None and power is not None else current
        for current, power, voltage in zip(values.currents, values.powers, voltages, strict=False)
    ]
    told = [current for current in known if current is not None]
    if not told:
        return _of_the_whole(values, terminals)
    if values.power is not None:
        return _with_power(values, known, values.power, voltages)
    if len(told) == terminals:
        return Draw(at=values.at, currents=tuple(told), highest=max(told))
    # Cars load their phases evenly, so another one carries no more; but where this
    # one carries nothing, others may carry all.
    flowing = max(told)
    if flowing <= _FLOWS:
        return None
    return Draw(at=values.at, currents=None, highest=flowing, lowest=flowing)


def _of_one_terminal(values: Values) -> Draw | None:
    """A single wired terminal carries all that flows, whatever it is called."""
    told = [current for current in values.currents if current is not None]
    current = max(told) if told else values.current
    if current is None and values.power is not None:
        current = values.power / _voltage(values)
    if current is None:
        current = values.neutral
    return None if current is None else Draw(at=values.at, currents=(current,), highest=current)


def _of_the_whole(values: Values, terminals: int) -> Draw | None:
    """No terminal told anything of itself: one current for all, power, or the neutral's."""
    voltage = _voltage(values)
    power = values.power
    current = values.current
    if current is not None:
        if power is not None and current > _FLOWS:
            current = max(current, power / (terminals * voltage))
        return Draw(at=values.at, currents=None, highest=current)
    # Currents 120 degrees apart add up to no more than the largest of them.
    neutral = values.neutral or 0.0
    if power is not None:
        return Draw(
            at=values.at,
            currents=None,
            highest=max(neutral, (1.0 + _slack(values)) * power / voltage),
            lowest=max(neutral, power / (terminals * voltage)),
        )
    if neutral > _FLOWS:
        return Draw(at=values.at, currents=None, highest=float("inf"), lowest=neutral)
    # Three phases that are loaded evenly show none, either.
    return None


def _with_power(
    values: Values, known: list[float | None], power: float, voltages: Sequence[float]
) -> Draw:
    """Some terminals told their current, and all together their power."""
    if _hides_phases(known, power, voltages):
        known = [current if current is not None and current > _FLOWS else None for current in known]
    silent = [voltage for current, voltage in zip(known, voltages, strict=True) if current is None]
    told = [current for current in known if current is not None]
    accounted = _accounted(known, voltages)
    unsure = _slack(values) * accounted
    rest = power - accounted
    if silent and rest > max(unsure, _FLOWS * min(silent)):
        # Where nobody told a voltage, that of the silent ones is a guess as well.
        highest_error = unsure if _tells_voltage(values) else _slack(values) * power
        return Draw(
            at=values.at,
            currents=None,
            highest=max(*told, (rest + highest_error) / min(silent)),
            lowest=max(*told, (rest - unsure) / sum(silent)),
        )
    # All power is accounted for: what told nothing carries nothing.
    return Draw(
        at=values.at,
        currents=tuple(0.0 if current is None else current for current in known),
        highest=max(told),
    )


def _hides_phases(known: list[float | None], power: float, voltages: Sequence[float]) -> bool:
    """Whether what it tells of one phase goes for several: their zeros mean nothing then."""
    flowing = sum(current is not None and current > _FLOWS for current in known)
    if flowing != 1 or None in known:
        return False
    times = power / _accounted(known, voltages)
    phases = round(times)
    return 2 <= phases <= len(known) and abs(times - phases) <= _LIKE_WHOLE_PHASES * phases


def _accounted(known: list[float | None], voltages: Sequence[float]) -> float:
    """The power of the terminals that told their current, W."""
    return sum(
        current * voltage
        for current, voltage in zip(known, voltages, strict=True)
        if current is not None
    )


def _raised(found: Draw | None, at_least: float, at: float, most: float) -> Draw:
    """The same where so much surely flows."""
    if found is None:
        return Draw(at=at, currents=None, highest=max(most, at_least), lowest=at_least)
    return replace(
        found,
        highest=max(found.highest, at_least),
        lowest=None if found.lowest is None else max(found.lowest, at_least),
    )


def _capped(found: Draw, most: float) -> Draw:
    """Nobody is believed to draw more than hardware can: others would stand still for it."""
    return Draw(
        at=found.at,
        currents=found.currents and tuple(min(current, most) for current in found.currents),
        highest=min(found.highest, most),
        lowest=None if found.lowest is None else min(found.lowest, most),
    )


def _slack(values: Values) -> float:
    """Share by which its power may differ from its currents times its voltages."""
    return _SLACK if _tells_voltage(values) else _SLACK_WITHOUT_VOLTAGE


def _tells_voltage(values: Values) -> bool:
    return any(_is_plausible(told) for told in (*values.voltages, values.voltage))


def _voltages(values: Values) -> tuple[float, float, float]:
    """V between each terminal and neutral."""
    usual = _voltage(values)
    first, second, third = (
        voltage if voltage is not None and _is_plausible(voltage) else usual
        for voltage in values.voltages
    )
    return first, second, third


def _voltage(values: Values) -> float:
    """The mean of what was told, V between phase and neutral."""
    told = [
        voltage for voltage in values.voltages if voltage is not None and _is_plausible(voltage)
    ]
    if told:
        return sum(told) / len(told)
    if values.voltage is not None and _is_plausible(values.voltage):
        return values.voltage
    return NOMINAL_VOLTAGE


def _is_plausible(voltage: float | None) -> bool:
    return voltage is not None and PLAUSIBLE_VOLTAGE[0] <= voltage <= PLAUSIBLE_VOLTAGE[1]


def tells_milliamperes(values: Values) -> bool | None:
    """Whether firmware reports mA and says A, beside its power; None: that does not show.

    No load has a power factor that comes near what a thousand times the current makes.
    But a current that an outlet can carry may be one: then the power is what is wrong.
    """
    voltage = _voltage(values)
    told = [current for current in (*values.currents, values.current) if current]
    if not told or not values.power:
        return None
    if max(told) * voltage < _MILLIAMPERES * values.power:
        return False
    return True if max(told) > _MOST_OF_AN_OUTLET else None
