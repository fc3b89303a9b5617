"""What the controller answers: a limit for every connector, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .phases import Phase, PhaseCurrents
from .safe_limit import Cause
from .site import ConnectorId
from .window import WindowDecision


class Reason(StrEnum):
    """Why a connector has the limit it has; people read these, translated."""

    NO_CAR = "no_car"
    NOT_STARTED = "not_started"
    """A car is plugged in, no session runs."""
    FULL_SPEED = "full_speed"
    """Nothing but the connector's own maximum holds it back."""
    EQUAL_SHARE = "equal_share"
    """It shares a circuit's phase (named beside the reason) with others."""
    MINIMUM = "minimum"
    """The policy gives everyone the minimum although the limit is exceeded."""
    STARTING = "starting"
    """A new session shows its phases and draw at the minimum first."""
    UNUSED_CURRENT = "unused_current"
    """The car takes less than it could have; the rest went to others."""
    LIMITED_ELSEWHERE = "limited_elsewhere"
    """Its cable carries no more, or somebody else limits its charger; the rest went to others."""
    WAITING_FOR_INCREASE = "waiting_for_increase"
    """Its share is higher, but others must have come down first."""
    WAITING_FOR_TURN = "waiting_for_turn"
    """Others charge in its place until its turn comes."""
    WAITING_FOR_ROOM = "waiting_for_room"
    """Nobody is in its place: limits and buildings leave less than its minimum."""
    SHORT_PAUSE = "short_pause"
    """There is room again, and it goes on once its shortest pause is over."""
    TOO_LITTLE_TO_START = "too_little_to_start"
    """Its car, or its charger as long as the car's phases are not known, needs more to
    start than there is for it."""
    PAUSED_BY_USER = "paused_by_user"
    CAR_FULL = "car_full"
    """The car has taken nothing for ten minutes."""
    CAR_PAUSED = "car_paused"
    """The car takes nothing at the moment; its minimum is kept for it."""
    SAFE_LIMIT = "safe_limit"
    """The meter is silent: it shares the safe limit."""
    TEMPORARY_LIMIT = "temporary_limit"
    """It shares a limit that holds for some time, such as a grid operator's."""
    CHARGER_OFFLINE = "charger_offline"
    NOT_CONTROLLABLE = "not_controllable"
    """The charger takes no limits; the others leave room for it."""
    DOES_NOT_OBEY = "does_not_obey"
    """It draws more than it was offered and is counted with what it draws."""
    OVER_LIMIT = "over_limit"
    """A phase is over its limit in spite of cuts: lowered until it holds."""
    BALANCING_OFF = "balancing_off"
    POWER_LIMIT = "power_limit"
    """It shares a limit of power over all phases."""
    PEAK_LIMIT = "peak_limit"
    """More would bring the mean power of this window above its limit."""
    WAITING_FOR_PEAK = "waiting_for_peak"
    """The same, where not even its minimum is left for now."""
    IMBALANCE = "imbalance"
    """More would load its phase too unevenly beside the others."""
    FINDING_WIRING = "finding_wiring"
    """Its limit goes up and down, so that the meter shows which phases follow."""
    LIMIT_OF_BACKEND = "limit_of_backend"
    """Its charger's billing backend allows no more, or nothing at all."""


WAITING = frozenset(
    {
        Reason.WAITING_FOR_TURN,
        Reason.WAITING_FOR_ROOM,
        Reason.WAITING_FOR_PEAK,
        Reason.SHORT_PAUSE,
    }
)
"""Why a car that wants to charge gets nothing for some time."""


class Mode(StrEnum):
    """How the group is operated now."""

    OFF = "off"
    DYNAMIC = "dynamic"
    ADAPTIVE = "adaptive"
    SAFE_LIMIT = "safe_limit"


@dataclass(slots=True, kw_only=True)
class ConnectorDecision:
    """What one connector gets.

    Nobody changes it. It is not frozen because every step makes one for each connector,
    and a frozen one takes twice as long.
    """

    target: float
    """Its share once every other car has followed, A per phase."""
    limit: float
    """What it may have now: at once if lower than its offer, else as room allows."""
    reserved: PhaseCurrents
    """Current set aside for it on the grid's phases, whatever it draws."""
    reason: Reason
    circuit: str | None = None
    """The circuit that holds it back, if one does."""
    phase: Phase | None = None
    """And the phase of that circuit."""
    active: bool = False
    """It takes part in the sharing."""
    next_turn: float | None = None
    """When its turn comes at the latest (monotonic), where it waits for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitDecision:
    """How a circuit stands."""

    capacity: PhaseCurrents
    """What chargers may draw through it, A: limit less other load."""
    reserved: PhaseCurrents
    """Every current possibly in force on it, A."""
    measured: PhaseCurrents
    """What its chargers were last seen to draw, A."""
    mode: Mode | None = None
    """How its meter is followed; None without one."""
    other_load: PhaseCurrents | None = None
    """What it carries beside its chargers, A; None without a meter, or before it told."""
    cause: Cause | None = None
    """Why chargers share the safe limit of its meter; None while they don't."""
    power: float | None = None
    """What its chargers may draw over all phases, A; None: any power."""
    window: WindowDecision | None = None
    """What follows from the window of its mean power; None without one."""

    @property
    def headroom(self) -> PhaseCurrents:
        """What is left of the capacity, A; negative while cars come down."""
        return self.capacity.minus(self.reserved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome of one step of the controller."""

    at: float
    mode: Mode
    connectors: Mapping[ConnectorId, ConnectorDecision]
    circuits: Mapping[str, CircuitDecision]
    other_load: PhaseCurrents | None = None
    """What the building draws beside the chargers, A; None without a meter."""
    available: PhaseCurrents | None = None
    """What the group may draw at present, A."""
    next_step_at: float | None = None
    """When the passing of time alone may change something (monotonic)."""

    def safe_limit_cause(self, circuit: str) -> Cause | None:
        """Why the chargers behind a circuit's meter share a safe limit; None while they don't."""
        decided = self.circuits.get(circuit)
        return None if decided is None else decided.cause
