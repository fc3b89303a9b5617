"""How much energy has flowed into cars of a group, over the lives of its chargers.

The sum of what every outlet's register has risen since it was first seen. A register that
begins anew, an outlet that is removed and one that is added with years in its register
change nothing of what was counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ..balancing.site import ConnectorId
from ..data_files.stored import Stored, plain
from ..data_files.values import within

HIGHEST_POWER: Final = 100_000.0
"""W: no outlet gives more on alternating current, whatever its register says."""
ALWAYS_POSSIBLE: Final = 1000.0
"""Wh by which a register may move in no time: clocks differ, and some tell whole kWh."""


@dataclass(slots=True, kw_only=True)
class _Register:
    """What an outlet's register showed last."""

    charger: str
    number: int
    energy: float
    """Wh."""
    at: datetime


class ChargedEnergy:
    """The counter of a group; it never goes back."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._counted = 0.0
        self._registers: dict[ConnectorId, _Register] = {}

    @property
    def total(self) -> float | None:
        """Wh counted so far; None as long as no outlet has told of its register."""
        return self._counted if self._registers or self._counted else None

    def note(self, connector: ConnectorId, energy: float, now: datetime) -> None:
        """Take down what the register of an outlet shows (Wh)."""
        register = self._registers.get(connector)
        if register is None:
            self._registers[connector] = _Register(
                charger=connector.charger, number=connector.number, energy=energy, at=now
            )
            return
        rise = energy - register.energy
        if -ALWAYS_POSSIBLE <= rise <= 0.0:
            # An old value that came late, or another rounding: what follows counts from the highest.
            return
        elapsed = max(0.0, (now - register.at).total_seconds())
        if 0.0 < rise <= ALWAYS_POSSIBLE + HIGHEST_POWER * elapsed / 3600.0:
            self._counted += rise
        register.energy, register.at = energy, now

    @classmethod
    def read(cls, stored: Stored) -> ChargedEnergy:
        """What `to_dict` wrote."""
        charged = cls()
        charged._counted = stored.read("counted", within(0.0), 0.0, missing=0.0, may_miss=True)
        for row in stored.sections("registers", may_miss=True):
            register = row.into(_Register)
            if register is not None:
                outlet = ConnectorId(register.charger, register.number)
                charged._registers[outlet] = register
        return charged

    def to_dict(self, chargers: Iterable[str]) -> dict[str, Any]:
        """Plain JSON data; of the outlets only those of `chargers`, which are all there are."""
        known = set(chargers)
        return {
            "counted": self._counted,
            "registers": plain([one for one in self._registers.values() if one.charger in known]),
        }
