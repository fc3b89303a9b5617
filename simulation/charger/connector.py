"""One outlet of a charger: its car, its contactor, its energy meter, its status."""

from dataclasses import dataclass

from .car import Car
from .grid import NOTHING, VOLTAGE, Currents, Wiring, on_grid
from .models import BelowMinimum, ChargerModel
from .profiles import Limit, ProfileStore, Session


@dataclass(slots=True, kw_only=True)
class Transaction:
    """One charging session as the charger books it."""

    id_tag: str
    started_at: float
    """On the charger's clock, seconds since the epoch."""
    meter_start: int
    id: int | None = None
    """What the central system calls it, once it has said so."""
    meter_stop: int | None = None
    """None while it goes on."""


class SimulatedConnector:
    """One outlet. Physics and status; what is said about it is the charger's part."""

    def __init__(self, number: int, model: ChargerModel, wiring: Wiring, *, energy: float) -> None:
        """Make an outlet that nobody has plugged into."""
        self.number = number
        self.wiring = wiring
        self.car: Car | None = None
        self.transaction: Transaction | None = None
        self.energy = energy
        """Its meter's register, Wh."""
        self.offered = 0.0
        """The limit that the pilot signal shows to the car, A."""
        self.terminals: tuple[float, float, float] = NOTHING
        """What flows through the charger's own L1, L2, L3 (A)."""
        self.available = True
        self.wanted_available = True
        """ChangeAvailability may have to wait for the session's end."""
        self.fault: str | None = None
        self.expects_car_for: str | None = None
        """The tag of a remote start that waits for a car."""
        self.expects_car_until = 0.0
        self.finished = False
        """The session is over, the cable still in."""
        self.reported_status: str | None = None
        self.next_sample: float | None = None
        self.defaults_at_start: ProfileStore | None = None
        self._model = model
        self._stepped: float | None = None

    @property
    def status(self) -> str:
        """Its status in OCPP's words (7.7)."""
        if self.fault is not None:
            return "Faulted"
        if self.transaction is None:
            if not self.available:
                return "Unavailable"
            if self.finished:
                return "Finishing"
            return "Available" if self.car is None and not self.expects_car_for else "Preparing"
        if self.offered < self._model.minimum and not self._model.zero_stays_charging:
            return "SuspendedEVSE"
        if self.offered < self._model.minimum or (self.car is not None and self.car.drawing):
            return "Charging"
        return "SuspendedEV"

    @property
    def currents(self) -> Currents:
        """What it draws from the grid's phases (A)."""
        return on_grid(self.wiring, self.terminals)

    @property
    def power(self) -> float:
        """What it draws, W."""
        return sum(self.terminals) * VOLTAGE

    @property
    def phases_in_use(self) -> int:
        """How many phases its car uses."""
        wired = len(self.wiring)
        return min(self.car.phases, wired) if self.car else wired

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
        )

    def plug_in(self, car: Car, now: float) -> None:
        """Put a car's cable in. Raises ValueError where there is one already."""
        if self.car is not None:
            raise ValueError(f"{self.car.name} is plugged in already")
        self.car = car
        self.finished = False
        car.plug_in(now)

    def unplug(self) -> Car | None:
        """Take the cable out."""
        car, self.car = self.car, None
        self.finished = False
        if car is not None:
            car.current = 0.0
        self.terminals = NOTHING
        return car

    def step(self, now: float, limit: Limit, *, energised: bool = True) -> None:
        """Live until `now` under `limit`; not `energised`: the charger has no power."""
        model = self._model
        live = energised and self.transaction is not None and self.fault is None
        self.offered = self.pilot(limit.amperes * (1.0 + model.overdraws)) if live else 0.0
        before = self.power
        if self.car is None:
            self.terminals = NOTHING
        else:
            phases = self.phases_in_use
            if model.switches_phases and limit.phases is not None:
                phases = min(phases, limit.phases)
            draw = self.car.step(self.offered, now, energised=live)
            one, two, three = (draw if phase < phases else 0.0 for phase in range(3))
            self.terminals = (one, two, three)
        if self._stepped is not None:
            self.energy += (before + self.power) / 2 * (now - self._stepped) / 3600.0
        self._stepped = now

    def pilot(self, amperes: float) -> float:
        """What the pilot signal shows for a limit (IEC 61851-1: nothing below 6 A)."""
        model = self._model
        amperes = min(amperes, model.hardware_maximum)
        # A hair above, so that 6.3 A don't become 6.2 in binary.
        amperes = int(amperes / model.step + 1e-6) * model.step
        if amperes >= model.minimum:
            return amperes
        raises = model.below_minimum is BelowMinimum.RAISES and amperes > 0
        return model.minimum if raises else 0.0
