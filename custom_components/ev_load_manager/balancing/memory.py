"""What the brain remembers from step to step, and how that survives a restart.

Turns, learned phases and pauses must not start anew because Home Assistant
did. What a meter showed is not kept: after a restart it has to prove itself.
What the building drew is: until the meter has done so, nobody gets more.
"""

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Self

from ..data_files.stored import Stored, plain
from ..data_files.values import count, flag, listed, number as amperes, optional, text
from .allocation import Claim, Share
from .car_model import CarLearning, CarModel
from .known_cars import KnownCars
from .network import Network
from .other_load import OtherLoad
from .overload import Overload
from .phase_steps import PhaseSteps, ShownPhases
from .phases import ALL_PHASES, NO_PHASES, Phase, PhaseCurrents, Phases, Wiring
from .safe_limit import SafeLimit
from .site import ConnectorId
from .tuning import Tuning
from .window import WindowMemory
from .wiring_doubt import WiringDoubt

STARTING = 90.0
"""Seconds after a start in which chargers and meters come back."""
STILL_IN_FORCE = 300.0
"""Seconds for which limits of before a start surely hold in the chargers (see `csms`)."""


@dataclass(slots=True)
class ConnectorMemory:
    """What is remembered of one connector; times are monotonic seconds."""

    # The limit.
    limit: float | None = None
    """The limit that was last wanted, A; None before the first."""
    limit_at: float | None = None
    """When it last changed."""
    target: float = 0.0
    target_at: float | None = None
    """Since when its share has been `target`."""
    online_since: float | None = None
    """Since when its charger has been connected; None while it is not."""
    offline_since: float | None = None
    unlimited: bool = False
    """A car may still draw what it drew before the charger's first limit."""
    untaken_since: float | None = None
    """Since when a limit above the wanted one has been in force."""

    reserved: float | None = None
    """What the others had to leave for it in the last step, A."""

    # The session.
    session: str | None = None
    sample_at: float | None = None
    """When the newest sample that was looked at was taken."""
    offered_since: float | None = None
    """Since when it has been offered its minimum."""
    paused_in_session: bool = False
    """It was offered its minimum, and then less, in this session."""
    drew_at: float | None = None
    """The newest sample that shows the car drawing current."""
    started: bool = False
    """It need not be held at its minimum any more."""
    phases_since: float | None = None
    """First sample of the row that shows which phases the car uses."""
    seen: Phases = frozenset()
    """Phases on which current was seen in this session."""
    learned: Phases | None = None
    """Phases that the car uses, once they are known."""
    fewer: Phases = frozenset()
    """Those of them that carried current since `fewer_since`."""
    fewer_since: float | None = None
    """First sample of the row that shows some of them without current."""
    told_phases: int | None = None
    """How many the charger said last that the car loads."""
    grew: bool = False
    """The car took a phase after it had shown others: it is not taken to leave any."""
    shown: ShownPhases = field(default_factory=ShownPhases)
    """What the grid's meter has shown of them."""
    learned_from_meter: bool = False
    """Only the grid's meter has shown them, not the charger."""
    misled: bool = False
    """The meter has shown this and that in this session, and is not asked any more."""
    low_since: float | None = None
    """First sample of the row that shows unused current."""
    low_draw: float = 0.0
    """Highest draw in that row, A."""
    useful: float | None = None
    """The most that the car can use at present, A; None: all it can get."""
    useful_draw: float = 0.0
    """What it drew when that was found, A."""
    car: CarLearning = field(default_factory=CarLearning)
    """What the car is like."""
    spare_since: float | None = None
    """Since when nobody has needed what it could be kept offered."""
    idle_since: float | None = None
    """Since when the car has taken nothing although it was offered current."""
    full: bool = False
    probed_at: float | None = None
    """When it was last asked whether it is still full."""
    probing: bool = False
    """A full car is being offered current, to see whether it takes any."""
    must_serve: bool = False
    """The car did not wake after a pause, and is not paused again."""

    # Its turns.
    served: float = 0.0
    """How long it has been served in this session, s; without the present turn."""
    serving_since: float | None = None
    waiting_since: float | None = None
    paused_at: float | None = None
    lacked_room: bool = False
    """It was paused because there was no room for it, not for somebody's turn."""
    room_since: float | None = None
    """Since when it would fit beside those who charge."""
    limits_leave_room_since: float | None = None
    """The same by the limits alone, whatever buildings take."""
    first_in_line: bool = False
    """Somebody put it first in line, and it has not had a turn since."""

    claim: Claim | None = None
    """What it asked for in the last step: mostly it asks for the same again."""

    def rewire(self, before: Wiring, now: Wiring) -> None:
        """Read what was learned of the car's phases by another wiring of its charger."""
        moved = dict(zip(before, now, strict=False))
        self.seen = frozenset(moved[phase] for phase in self.seen if phase in moved)
        if self.learned is not None:
            learned = frozenset(moved[phase] for phase in self.learned if phase in moved)
            self.learned = learned if len(learned) == len(self.learned) else None
        self.shown = ShownPhases()

    def begin_session(self, session: str | None) -> None:
        """Forget the last car."""
        fresh = ConnectorMemory()
        for f in fields(self):
            if f.name not in _OF_A_CONNECTOR:
                setattr(self, f.name, getattr(fresh, f.name))
        self.session = session


_TIMES = tuple(f.name for f in fields(ConnectorMemory) if f.name.endswith(("_at", "_since")))
_PASSING = (
    "car",
    "claim",
    "limits_leave_room_since",
    "online_since",
    "room_since",
    "shown",
    "spare_since",
    "told_phases",
    "untaken_since",
)
"""Not kept: the connections of before are gone, and a row of steps has a gap."""
_PHASES = ("seen", "learned", "fewer")
_OF_A_CONNECTOR = frozenset(
    {
        *("limit", "limit_at", "target", "target_at", "online_since", "offline_since"),
        *("unlimited", "untaken_since", "reserved", "session", "claim"),
    }
)
"""What does not go with a car."""


@dataclass(slots=True)
class MeterMemory:
    """What is remembered of a circuit with a meter."""

    other_load: OtherLoad = field(default_factory=OtherLoad)
    safe_limit: SafeLimit = field(default_factory=SafeLimit)
    doubt: WiringDoubt = field(default_factory=WiringDoubt)
    """Phases that somebody behind it loads against the settings."""
    steps: PhaseSteps = field(default_factory=PhaseSteps)
    """How it follows the chargers."""
    overload: Overload = field(default_factory=Overload)
    """What it shows above its circuit's limit."""
    cut_at: float | None = None
    """When what it shows last made chargers come down."""
    held: PhaseCurrents | None = None
    """The other load that the last step reckoned with, A; None while it did not."""
    believed: PhaseCurrents | None = None
    """The same when the meter was last believed, A."""
    window: WindowMemory = field(default_factory=WindowMemory)
    """For its circuit's window, where one is kept."""

    def forget_meter(self) -> None:
        """Begin anew with another meter: it has to prove itself."""
        self.other_load = OtherLoad(hold_time=self.other_load.hold_time)
        self.safe_limit = SafeLimit()
        self.steps.forget()
        self.overload.forget()
        self.held = None
        self.cut_at = None
        self.window = WindowMemory()


@dataclass(slots=True)
class Memory:
    """Everything that `controller.step` remembers."""

    connectors: dict[ConnectorId, ConnectorMemory] = field(default_factory=dict)
    meters: dict[str, MeterMemory] = field(default_factory=dict)
    """By the circuits that they measure."""
    cars: KnownCars = field(default_factory=KnownCars)
    """What cars showed in earlier sessions."""
    over_minimum_since: float | None = None
    """Since when a building has left less than the minimum of who charges."""
    borne_in_vain_at: float | None = None
    """When a building was last borne with for a grace, and did not take less then."""
    stepped_at: float | None = None
    """When the last step was."""
    last_allocation: (
        tuple[
            list[Claim],
            dict[str, PhaseCurrents],
            dict[str, float],
            frozenset[ConnectorId],
            dict[ConnectorId, Share],
        ]
        | None
    ) = None
    network: Network | None = None
    """What was worked out from the site, as long as it is the same one."""
    tuning: Tuning = field(default_factory=Tuning)
    saved_at: float | None = None
    """When what was read back was written; None: nothing was."""
    started_at: float | None = None
    """When the first step after that was, if it came soon."""

    def notice_start(self, now: float) -> None:
        """See, in the first step, whether what was read back still holds in the chargers."""
        if self.saved_at is not None and now - self.saved_at <= STILL_IN_FORCE:
            self.started_at = now
        self.saved_at = None

    def is_starting(self, now: float) -> bool:
        """Whether Home Assistant has just started, and not all are back that were there."""
        return self.started_at is not None and now < self.started_at + STARTING

    def end_start(self) -> None:
        """Home Assistant stops: what fitted before its start is no reason to wait any more."""
        self.started_at = None

    def forget_overload(self) -> None:
        """Nobody has to leave because of a building any more."""
        self.over_minimum_since = None

    def meter(self, circuit: str) -> MeterMemory:
        """What is remembered of the meter in a circuit."""
        meter = self.meters.get(circuit)
        if meter is None:
            other_load = OtherLoad(hold_time=self.tuning.hold_time)
            meter = self.meters[circuit] = MeterMemory(other_load=other_load)
        return meter

    def keep_meters(self, circuits: Container[str]) -> None:
        """Forget the meters of all other circuits: they are gone.

        What one of them doubted stays in doubt until somebody has looked.
        """
        for circuit, meter in list(self.meters.items()):
            if circuit not in circuits and not meter.doubt.phases:
                del self.meters[circuit]

    def doubts(self) -> dict[str, Phases]:
        """Phases in doubt, by the circuit whose meter doubts them."""
        return {
            circuit: meter.doubt.phases
            for circuit, meter in self.meters.items()
            if meter.doubt.phases
        }

    def doubtful(self, path: Collection[str], circuits: Container[str]) -> Phases:
        """Phases that a connector with this path counts as loading, whatever its settings.

        `circuits` are all that there are: what somebody doubted who is gone, he
        doubted of everyone.
        """
        return NO_PHASES.union(
            *(
                phases
                for circuit, phases in self.doubts().items()
                if circuit in path or circuit not in circuits
            )
        )

    def clear_doubts(self) -> None:
        """Believe the settings of the wiring again.

        What the estimates took for buildings may have been cars on other phases than
        the settings said: they begin anew, from the next reading.
        """
        for meter in self.meters.values():
            meter.doubt.clear()
            meter.other_load = OtherLoad(hold_time=meter.other_load.hold_time)
            meter.overload.forget()

    def to_dict(self, now: float) -> dict[str, Any]:
        """Return what must survive, as plain JSON data; times become ages, s."""
        return {
            "connectors": [
                {"charger": id_.charger, "number": id_.number} | _to_dict(connector, now)
                for id_, connector in self.connectors.items()
            ],
            "cars": self.cars.to_list(),
            "meters": {
                circuit: {
                    "doubtful_phases": plain(meter.doubt.phases),
                    "believed": plain(meter.believed),
                }
                for circuit, meter in self.meters.items()
            },
        }

    @classmethod
    def read(
        cls,
        stored: Stored,
        now: float,
        *,
        saved_at: float | None = None,
        phases: Phases = ALL_PHASES,
    ) -> Self:
        """Read back what `to_dict` wrote.

        `now` less the time that has passed since then keeps ages true; `saved_at` is None
        where nobody knows how much that is. `phases` are all that the group has.
        """
        memory = cls(saved_at=saved_at)
        for row in stored.sections("connectors"):
            charger, number = row.read("charger", text, ""), row.read("number", count, 0)
            if charger and number:
                memory.connectors[ConnectorId(charger, number)] = _connector(row, now)
        memory.cars = KnownCars.read(stored.sections("cars"))
        for circuit, meter in stored.named("meters").items():
            memory.meters[circuit] = _meter(meter, phases)
        if (lost := stored.section("meters")).is_lost:
            # Any of them may have doubted anybody's phases.
            memory.meters[_UNKNOWN_CIRCUIT] = _meter(lost, phases)
        return memory


def _meter(stored: Stored, phases: Phases) -> MeterMemory:
    # Without what it was last believed to show, it is as at its first start.
    meter = MeterMemory(believed=stored.read("believed", optional(_currents), None))
    meter.doubt.phases = stored.read("doubtful_phases", _phases, phases, missing=NO_PHASES)
    return meter


def _currents(value: Any) -> PhaseCurrents:
    return PhaseCurrents(*listed(amperes)(value))


def _phases(value: Any) -> Phases:
    return frozenset(Phase[name] for name in listed(text)(value))


def _to_dict(connector: ConnectorMemory, now: float) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for f in fields(connector):
        value = getattr(connector, f.name)
        if value == f.default or f.name in _PASSING:
            continue
        data[f.name] = now - value if f.name in _TIMES else plain(value)
    # How far the car is got to know is not kept, what is known of it is.
    if model := connector.car.model.to_dict():
        data["car"] = model
    return data


def _connector(stored: Stored, now: float) -> ConnectorMemory:
    connector = ConnectorMemory()
    for f in fields(connector):
        if f.name not in stored or f.name in _PASSING:
            continue
        read = _READERS.get(f.name) or (flag if isinstance(f.default, bool) else amperes)
        value: Any = stored.read(f.name, optional(read), _SAFER.get(f.name, f.default))
        setattr(connector, f.name, now - value if value is not None and f.name in _TIMES else value)
    connector.car.model = CarModel.read(stored.section("car", may_miss=True))
    return connector


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_PHASES, _phases),
    "session": text,
}
_UNKNOWN_CIRCUIT: Final = "?"
_SAFER: Final = {"unlimited": True, "grew": True, "misled": True}
"""What cars and chargers may do where nobody knows any more; all else is learned anew."""
