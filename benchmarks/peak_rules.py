"""The rules of others for the mean power of a window, made anew from what they say that they do.

A momentary limit; the window rules of SmartEVSE (its mode for Flanders), hass-peaq and PeakShavr. Nothing
of their code is here, and none of their debouncing. Each is told the building's meter and what
chargers report, and shares what it allows among as many cars as fit, but for PeakShavr, which
switches whole loads.
"""

from collections.abc import Mapping
from typing import Final

from custom_components.ev_load_manager.balancing.allocation import Claim, allocate
from custom_components.ev_load_manager.balancing.phases import NO_CURRENT, PhaseCurrents
from custom_components.ev_load_manager.balancing.readings import Readings
from custom_components.ev_load_manager.balancing.site import ConnectorId, Site

from .algorithms import admitted_of, told_by_chargers, used_phases

VOLTAGE: Final = 230.0
MOMENTARY, SMARTEVSE, PEAQ, PEAKSHAVR = (
    "momentary limit",
    "rule of SmartEVSE",
    "rule of hass-peaq",
    "rule of PeakShavr",
)
SHEDS_EVERY, HURRIES, HURRIES_FROM = 30.0, 10.0, 120.0
"""PeakShavr: s between two loads that it switches; in the last seconds of a window all at once."""
LOAD: Final = 16.0
"""A; what it takes a charger for that it switches on."""


def watts(currents: PhaseCurrents) -> float:
    """What is imported, W."""
    return VOLTAGE * sum(currents.highest(NO_CURRENT))


class Rule:
    """Whoever follows the meter's readings, and counts the energy of the window by them."""

    def __init__(self, site: Site, limit: float, minutes: int, *, of_month: bool = False) -> None:
        """`limit` (W); `of_month`: it is the floor, and the highest window so far counts."""
        self.site = site
        self._limit, self._length, self._of_month = limit, minutes * 60.0, of_month
        self._used = 0.0
        self._power: tuple[float, float] | None = None
        self._window = -1
        self._limits: dict[ConnectorId, float] = dict.fromkeys(self.site.connectors, 0.0)

    def decide(self, readings: Readings, now: float) -> Mapping[ConnectorId, float]:
        """Share what is allowed anew with every reading of the meter."""
        meter = readings.meters.get("grid")
        if meter is None or (self._power is not None and meter.at == self._power[0]):
            return self._limits
        if self._power is not None:
            self._used += self._power[1] * (meter.at - self._power[0])
        self._power = meter.at, watts(meter.currents)
        window = int(now // self._length)
        if window != self._window:
            if self._of_month and self._window >= 0:
                self._limit = max(self._limit, self._used / self._length)
            self._window, self._used = window, 0.0
        rest = max(1.0, self._length - now % self._length)
        self._limits = self._share(readings, self._power[1], rest, now)
        return self._limits

    def _share(
        self, readings: Readings, power: float, rest: float, now: float
    ) -> dict[ConnectorId, float]:
        """Everyone's limit, A; `power` is imported (W), and the window ends in `rest` seconds."""
        raise NotImplementedError


class ByPower(Rule):
    """Finds out what all may draw together, and shares that at once."""

    def __init__(
        self, site: Site, limit: float, minutes: int, rule: str, *, of_month: bool = False
    ) -> None:
        """`rule`: whose."""
        super().__init__(site, limit, minutes, of_month=of_month)
        self._rule = rule

    def _share(
        self, readings: Readings, power: float, rest: float, now: float
    ) -> dict[ConnectorId, float]:
        house = power - watts(told_by_chargers(readings))
        amperes = max(0.0, self._allowed(now, rest) - house) / VOLTAGE
        claims = [
            Claim(
                id=id_,
                path=("grid",),
                phases=used_phases(readings, id_, self.site),
                minimum=6.0,
                maximum=self.site.connectors[id_].maximum,
            )
            for id_, one in readings.connectors.items()
            if one.session is not None
        ]
        shares = allocate(admitted_of(claims, amperes), {}, {"grid": amperes})
        return dict.fromkeys(self.site.connectors, 0.0) | {
            id_: share.amperes for id_, share in shares.items()
        }

    def _allowed(self, now: float, rest: float) -> float:
        if self._rule == MOMENTARY:
            return self._limit - 100.0
        if self._rule == SMARTEVSE:
            return (self._limit * self._length - self._used) / rest - 100.0
        # A limit that rises within the hour; quarters stretch the minutes.
        share = 0.80 + 0.19 * (now % self._length) / self._length
        return (self._limit * share * self._length - self._used) / rest


class Shedding(Rule):
    """PeakShavr: what the window comes to if all goes on; one load is switched at a time.

    The last comes off first, and the first that fits comes back.
    """

    _switched_at = float("-inf")

    def _share(
        self, readings: Readings, power: float, rest: float, now: float
    ) -> dict[ConnectorId, float]:
        limits = dict(self._limits)
        there = [id_ for id_, one in readings.connectors.items() if one.session is not None]
        for id_ in limits:
            if id_ not in there:
                limits[id_] = 0.0
        hurries = rest <= HURRIES_FROM
        if now - self._switched_at < (HURRIES if hurries else SHEDS_EVERY):
            return limits
        over = (self._used + power * rest - self._limit * self._length) / rest
        if over > 0.0:
            for id_ in reversed(there):
                if limits[id_] > 0.0:
                    limits[id_] = 0.0
                    self._switched_at = now
                    over -= LOAD * VOLTAGE * len(used_phases(readings, id_, self.site))
                    if not hurries or over <= 0.0:
                        break
        elif not hurries:
            for id_ in there:
                load = LOAD * VOLTAGE * len(used_phases(readings, id_, self.site))
                if limits[id_] == 0.0 and load <= -over:
                    limits[id_] = LOAD
                    self._switched_at = now
                    break
        return limits
