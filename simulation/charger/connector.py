"""One outlet of a charger that speaks OCPP 1.6: its transaction and its status."""

from dataclasses import dataclass

from .car import Car
from .grid import Wiring
from .models import ChargerModel
from .outlet import Outlet
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


class SimulatedConnector(Outlet):
    """One outlet, and its status; what is said about it is the charger's part."""

    def __init__(self, number: int, model: ChargerModel, wiring: Wiring, *, energy: float) -> None:
        """Make an outlet that nobody has plugged into."""
        super().__init__(number, model, wiring, energy=energy)
        self.transaction: Transaction | None = None
        self.available = True
        self.wanted_available = True
        """ChangeAvailability may have to wait for the session's end."""
        self.expects_car_for: str | None = None
        """The tag of a remote start that waits for a car."""
        self.expects_car_until = 0.0
        self.finished = False
        """The session is over, the cable still in."""
        self.reported_status: str | None = None
        self.defaults_at_start: ProfileStore | None = None
        self._model = model

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
        super().plug_in(car, now)
        self.finished = False

    def unplug(self) -> Car | None:
        """Take the cable out."""
        self.finished = False
        return super().unplug()

    def step(self, now: float, limit: Limit, *, energised: bool = True) -> None:
        """Live until `now` under `limit`; not `energised`: the charger has no power."""
        closed = energised and self.transaction is not None and self.fault is None
        self.live(now, limit.amperes, closed=closed, phases=limit.phases)
