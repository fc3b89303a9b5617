"""One EVSE: its car, its connectors, its transaction and its states (part 1, 7; block E)."""

from dataclasses import dataclass, field

from ..car import Car
from ..grid import Wiring
from ..outlet import Outlet
from .models import StationModel
from .profile_store import ProfileStore
from .profiles import Session
from .tokens import IdToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a car tells that it wants (2.13)."""

    energy: float
    """Wh."""
    departure: float | None = None
    """Seconds from now."""
    least: float = 6.0
    most: float = 16.0
    """A per phase."""
    phases: int = 3


@dataclass(slots=True, kw_only=True)
class Transaction:
    """One transaction as the charger books it."""

    id: str
    started_at: float
    """On the charger's clock, seconds since the epoch."""
    meter_start: int
    seq_no: int = 0
    """Of its next event."""
    token: IdToken | None = None
    remote_start_id: int | None = None
    meter_stop: int | None = None
    """None while it goes on."""
    stopped_reason: str | None = None
    state: str = "Idle"
    """chargingState, as it was told last."""
    phases: int | None = None
    """numberOfPhasesUsed, as it was told last."""
    rate: float | None = None
    """The limit that was told last, A."""
    charged_for: float = 0.0
    """Seconds."""
    reached: set[str] = field(default_factory=set)
    """Which of the conditions of TxStopPoint have been there."""
    told_token: bool = False
    told_evse: bool = False
    told_needs: bool = False
    phantom: bool = False
    """Nothing ever flows in it."""

    @property
    def id_tag(self) -> str:
        """The text of its token."""
        return "" if self.token is None else self.token.text


class SimulatedEvse(Outlet):
    """One EVSE. Physics and states; what is said about them is the charger's part."""

    def __init__(self, number: int, model: StationModel, wiring: Wiring, *, energy: float) -> None:
        """Make an EVSE that nobody has plugged into."""
        super().__init__(number, model, wiring, energy=energy)
        self.plug = 1
        """The connector at which the car is, or the last one was."""
        self.transaction: Transaction | None = None
        self.token: IdToken | None = None
        """Who may charge here now."""
        self.group: str | None = None
        """Its group: others of it may stop, too."""
        self.remote_start_id: int | None = None
        """Of a remote start that no event has told yet."""
        self.expects_car_until: float | None = None
        """On the monotonic clock: until then a car has to come, or go on."""
        self.points: frozenset[str] = frozenset()
        """Which of the conditions of TxStartPoint held when one last looked."""
        self.operative = True
        self.connectors_operative = dict.fromkeys(range(1, model.connectors_per_evse + 1), True)
        self.station_operative = True
        self.reported: dict[int, str] = {}
        """Status by connector as it was told last."""
        self.resets_when_idle = False
        self.ended_at: float | None = None
        """When its last transaction ended (monotonic)."""
        self.needs: Needs | None = None
        self.waits_for_profile_until: float | None = None
        """On the monotonic clock: what a car was promised after it told its needs."""
        self.defaults_at_start: ProfileStore | None = None
        self._model = model

    @property
    def available(self) -> bool:
        """It may be used for a new session."""
        return (
            self.station_operative
            and self.operative
            and self.connectors_operative[self.plug]
            and self.fault is None
        )

    @property
    def closed(self) -> bool:
        """Its power path can be closed: a car is there, and somebody may charge."""
        running = self.transaction is not None
        if self.transaction is not None and self.transaction.phantom:
            return False
        usable = self.fault is None and (running or self.available)
        return self.car is not None and self.token is not None and usable

    @property
    def flows(self) -> bool:
        """Current flows."""
        return max(self.terminals) > 0.0

    @property
    def phases_used(self) -> int:
        """Through how many phases current flows."""
        return sum(amperes > 0.0 for amperes in self.terminals)

    @property
    def status(self) -> str:
        """The status of the connector that the car is at."""
        return self.status_of(self.plug)

    def status_of(self, connector: int) -> str:
        """A connector's status (2.0.1, 3.26); it says nothing of charging."""
        here = connector == self.plug
        if self.fault is not None:
            return "Faulted"
        if here and self.transaction is not None:
            return "Occupied"
        usable = self.operative and self.station_operative and self.connectors_operative[connector]
        if not usable:
            return "Unavailable"
        if here and (self.car is not None or self.expects_car_until is not None):
            return "Available" if self._model.available_with_cable else "Occupied"
        return "Available"

    @property
    def charging_state(self) -> str:
        """The chargingState of its transaction (2.0.1, 3.18)."""
        if self.car is None:
            return "Idle"
        if not self.closed:
            authorised = self.token is not None
            return "SuspendedEVSE" if authorised else "EVConnected"
        if self.offered < self._model.minimum:
            return "SuspendedEVSE"
        return "Charging" if self.car.drawing else "SuspendedEV"

    @property
    def session(self) -> Session | None:
        """The transaction as the profiles need it."""
        if self.transaction is None:
            return None
        known = self._model.converts_watts_by_phases_in_use
        return Session(
            start=self.transaction.started_at,
            transaction_id=self.transaction.id,
            phases=self.phases_in_use if known else None,
            told_needs=self.transaction.told_needs,
        )

    def plug_into(self, connector: int, car: Car, now: float) -> None:
        """Put a car's cable into a connector. Raises ValueError where there is one already."""
        super().plug_in(car, now)
        self.plug = connector
