"""What a meter tells, and what every meter can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

type PerPhase = tuple[float, float, float]
"""A value on L1, L2 and L3."""

type MaybePerPhase = tuple[float | None, float | None, float | None]
"""The same, None where it is not known."""

UNKNOWN: Final[MaybePerPhase] = (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterValues:
    """One answer of the meter; positive is import."""

    at: float
    """On the monotonic clock: no value is older than the meter's latency before this."""
    currents: PerPhase
    """A; 0 on phases that there are not."""
    voltages: MaybePerPhase = UNKNOWN
    """Phase to neutral, V."""
    powers: MaybePerPhase = UNKNOWN
    """Active power, W."""
    power: float | None = None
    """Active power of all phases, W."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterEnergy:
    """What a meter's counters show, Wh; None where it has none."""

    imported: float | None = None
    exported: float | None = None


class Meter(Protocol):
    """A grid meter, however it is read."""

    @property
    def latency(self) -> float:
        """How long before `MeterValues.at` its values may have been measured, s."""

    @property
    def resolution(self) -> float:
        """Smallest difference of current that it shows, A."""

    async def open(self) -> None:
        """Get ready to be read. Raises MeterError; may be called again after that."""

    async def read(self) -> MeterValues:
        """Read it once, in bounded time. Raises MeterError."""

    async def read_energy(self) -> MeterEnergy | None:
        """Read its counters, where it has any and answers for them. Raises MeterError."""
        return None

    async def close(self) -> None:
        """Let go of everything; it may be opened again."""

    def on_news(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back when a read would tell something new; returns an unsubscribe.

        A meter that has to be asked never calls.
        """


def signed(
    magnitude: float, power: float | None, *, has_sign: bool = False, inverted: bool = False
) -> float:
    """The current of a phase with its direction, A, positive for import.

    Most meters tell the current without a sign, so the active power of the
    phase gives it. Without power it counts as import, which is the safe side:
    it leaves less for the cars. `inverted`: the transformers are the other way
    round, and `power` (already turned) with them.
    """
    if has_sign:
        return -magnitude if inverted else magnitude
    return -abs(magnitude) if power is not None and power < 0 else abs(magnitude)


def total(total_power: float | None, powers: Sequence[float | None]) -> float | None:
    """The power of all phases: as the meter tells it, else the sum if all are known."""
    if total_power is not None:
        return total_power
    known = [power for power in powers if power is not None]
    return sum(known) if len(known) == len(powers) else None
