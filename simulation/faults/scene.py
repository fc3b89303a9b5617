"""The garage in which things break: three chargers on 24 A, a car at each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from custom_components.ev_load_manager import clock

from ..charger.car import Car, CarModel
from ..charger.grid import L1, L2, L3, Currents, Wiring
from ..charger.machine import Machine
from ..charger.models import ALFEN_EVE_DOUBLE, EVBOX_G4, GENERIC, ChargerModel
from ..charger.v201.charger import SimulatedStation
from ..plant.judge import Judge
from ..plant.site import GROUP, SimulatedSite
from ..plant.watch import Excursion, Watch

LIMIT: Final = 24.0
RATED: Final = 32.0
GRID_LIMIT: Final = 32.0
GRID_RATED: Final = 40.0
SAFE_LIMIT: Final = 12.0
BASE: Final[Currents] = (7.0, 8.0, 6.0)
"""What the house draws all the time, where there is one, A per phase."""
OVEN: Final[Currents] = (8.0, 8.0, 8.0)
"""What it draws beside that at times."""
PATIENCE: Final = 300.0
"""Seconds in which something that must come has to come."""
AFTER_A_PAUSE: Final = 600.0
"""The same where a car may have to wait: once paused, it is for 5 min."""
STEADY: Final = 15.0
"""Seconds that it must last."""

CAR: Final = CarModel(name="car", phases=3, maximum=16.0, wanted=None)

LEFT, RIGHT, TWIN, TWIN_2 = "LEFT/1", "RIGHT/1", "TWIN/1", "TWIN/2"
CHARGERS: Final[tuple[tuple[str, ChargerModel, Wiring], ...]] = (
    ("LEFT", EVBOX_G4, (L1, L2, L3)),
    ("RIGHT", GENERIC, (L2, L3, L1)),
    ("TWIN", ALFEN_EVE_DOUBLE, (L3, L1, L2)),
)


class Wrong(Exception):
    """Something is not as it must be; the text says what."""


class HomeAssistant(Protocol):
    """What a story may do with Home Assistant, wherever it runs."""

    async def set_limit(self, amperes: float) -> None:
        """Write the number entity of the group's limit."""

    async def books(self) -> Mapping[str, Mapping[str, Any]]:
        """What is kept of each charger."""


@dataclass(slots=True)
class Scene:
    """The garage and its Home Assistant, while a story happens."""

    site: SimulatedSite
    assistant: HomeAssistant
    limit: float = LIMIT
    broke_at: float = 0.0
    notes: list[str] = field(default_factory=list)
    judge: Judge | None = None
    """Compares books with the truth, where both are in this process."""

    # -- what is there ----------------------------------------------------

    @property
    def faulty(self) -> Machine:
        """The charger on the right, to which most of it happens."""
        return self.site.chargers["RIGHT"]

    @property
    def in_new_words(self) -> bool:
        """It speaks OCPP 2.0.1 or 2.1."""
        return isinstance(self.faulty, SimulatedStation)

    @property
    def watches(self) -> tuple[Watch, ...]:
        """Who look at the fuses."""
        return tuple(self.site.watches.values())

    @property
    def tightest(self) -> Watch:
        """Who looks at the fuse that came nearest to its limit, or went farthest beyond."""
        return min(
            self.watches,
            key=lambda watch: self.site.circuits[watch.circuit].limit[0] - max(watch.worst),
        )

    @property
    def excursions(self) -> list[Excursion]:
        """Of all fuses, since something broke."""
        return self.site.excursions

    def offered(self) -> dict[str, float]:
        """What every car that is plugged in is offered by its charger, A."""
        return {
            f"{view.charger}/{view.number}": round(view.offered, 1)
            for view in self.site.snapshot().connectors
            if view.car is not None
        }

    def draws(self, outlet: str) -> float:
        """What a car draws on its most loaded phase, A."""
        charger, number = self.site.outlet(outlet)
        return max(charger.connectors[number].currents)

    # -- what people do ---------------------------------------------------

    def arrive(self, *outlets: str) -> None:
        """Cars come and charge."""
        for outlet in outlets:
            self.site.plug_in(outlet, Car(CAR, name=f"car at {outlet}"))

    def leave(self, *outlets: str) -> None:
        """Cars leave."""
        for outlet in outlets:
            self.site.unplug(outlet)

    async def set_limit(self, amperes: float) -> None:
        """Somebody changes the group's limit."""
        await self.assistant.set_limit(amperes)
        self.now_judge_by(amperes)

    def now_judge_by(self, amperes: float) -> None:
        """From now on the currents are to be within another limit."""
        self.limit = amperes
        self.site.set_limit(GROUP, amperes)

    # -- telling the story ------------------------------------------------

    def breaks(self) -> None:
        """Here something breaks: judge from now on."""
        self.broke_at = clock.monotonic()
        for name, watch in self.site.watches.items():
            self.site.watches[name] = Watch(name, tolerance=watch.tolerance)

    async def passes(self, seconds: float) -> None:
        """Let time pass."""
        await clock.sleep(seconds)

    async def comes(
        self,
        what: str,
        holds: Callable[[], object],
        *,
        within: float = PATIENCE,
        steady: float = STEADY,
    ) -> None:
        """Wait until something is so and stays so; raises Wrong where it doesn't come."""
        deadline = clock.monotonic() + within
        since: float | None = None
        while (now := clock.monotonic()) < deadline + steady:
            if not holds():
                since = None
            else:
                since = now if since is None else since
                if now - since >= steady:
                    return
            await clock.sleep(0.5)
        raise Wrong(f"{what}: not within {within:g} s ({self.as_it_is()})")

    async def all_are_back(self) -> None:
        """Every charger has connected again."""
        chargers = self.site.chargers.values()
        await self.comes(
            "every charger is back", lambda: all(one.accepted for one in chargers), steady=2.0
        )

    async def all_charge(self, *, at_least: float = 6.0, within: float = PATIENCE) -> None:
        """Everyone who is plugged in charges, and the current is used."""
        await self.comes(
            "everyone charges",
            lambda: all(self.draws(outlet) >= at_least - 0.1 for outlet in self.offered()),
            within=within,
        )

    async def shares(
        self, shares: Mapping[str, float], what: str = "fair shares", *, within: float = PATIENCE
    ) -> None:
        """Everyone has such a limit (A); those who aren't named count as they like."""
        await self.comes(
            what,
            lambda: all(
                abs(self.offered().get(outlet, -1.0) - amperes) <= 0.2
                for outlet, amperes in shares.items()
            ),
            within=within,
        )

    def as_it_is(self) -> str:
        """Who is offered and draws what, for people who wonder."""
        rows = [
            f"{outlet} {amperes:g} A, draws {self.draws(outlet):.1f} A"
            for outlet, amperes in self.offered().items()
        ]
        return "; ".join(rows) or "nobody is there"

    def check(self, holds: object, what: str) -> None:
        """Raise Wrong where something doesn't hold."""
        if not holds:
            raise Wrong(what)

    def note(self, text: str) -> None:
        """Remember what is worth knowing."""
        self.notes.append(text)


async def quiet_garage(scene: Scene) -> None:
    """Three cars charge at 8 A each; raises Wrong where they don't."""
    scene.arrive(LEFT, RIGHT, TWIN)
    await scene.shares({LEFT: 8.0, RIGHT: 8.0, TWIN: 8.0}, "three equal shares to begin with")


def currents(watch: Watch) -> Currents:
    """The highest currents, to the tenth of an ampere."""
    one, two, three = (round(amperes, 1) for amperes in watch.worst)
    return (one, two, three)
