"""What a car showed in earlier sessions, as a guess for its next one.

That is which phases it used, and how it follows its limit (`car_model`). A guess
of phases is never counted on by itself: until a report of the running session
agrees with it, a car counts on every wired phase, as one that nobody knows. It
only saves the half minute in which an unknown car shows its phases.

What is kept are a charger's own terminals: a one-phase car that loads L1 of its
charger loads another phase of the grid where the charger is wired L2-L3-L1.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Self

from ..data_files.stored import Stored
from ..data_files.values import text
from .car_model import CarModel
from .phases import Phases, Wiring

KEPT = 200
"""Cars that are remembered; who was seen least lately is forgotten first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Car:
    """What a car was seen to use."""

    terminals: frozenset[int] = frozenset()
    """Places in the charger's wiring, from 0; none where it has not shown any yet."""
    wired: int = 0
    """Terminals that it could have used."""
    session: str
    """The session that showed them last."""
    sure: bool = False
    """Nothing has contradicted them since they were last seen to be so."""
    model: CarModel = field(default_factory=CarModel)


@dataclass(slots=True)
class KnownCars:
    """Cars by the idTag that they charge with, as far as a tag means one car."""

    _cars: dict[str, _Car] = field(default_factory=dict)
    """Least lately seen first."""

    def guess(self, tag: str | None, wiring: Wiring) -> Phases | None:
        """Grid phases that the car of `tag` will use on a charger wired so; None: no idea."""
        car = self._cars.get(tag or "")
        if car is None or not car.sure or car.wired < len(wiring):
            return None
        return (
            frozenset(phase for place, phase in enumerate(wiring) if place in car.terminals) or None
        )

    def learn(self, tag: str | None, session: str | None, wiring: Wiring, phases: Phases) -> None:
        """A session showed which grid phases its car uses.

        A charger with a single phase shows nothing. What contradicts an earlier
        session is believed only when another session shows the same: a tag may
        belong to a family of cars.
        """
        if not tag or session is None or len(wiring) < 2:
            return
        terminals = frozenset(place for place, phase in enumerate(wiring) if phase in phases)
        wired = len(wiring)
        before = self._cars.pop(tag, None)
        sure = True
        if before is not None and before.terminals:
            common = min(wired, before.wired)
            agrees = {place for place in terminals if place < common} == {
                place for place in before.terminals if place < common
            }
            if agrees and before.wired > wired:
                terminals, wired = before.terminals, before.wired
            sure = agrees and (before.sure or before.session != session)
        model = CarModel() if before is None else before.model
        self._keep(
            tag, _Car(terminals=terminals, wired=wired, session=session, sure=sure, model=model)
        )

    def model(self, tag: str | None) -> CarModel:
        """What is known of the car of `tag` beside its phases."""
        car = self._cars.get(tag or "")
        return CarModel() if car is None else car.model

    def know(self, tag: str | None, session: str | None, model: CarModel) -> None:
        """A session showed what its car is like."""
        if not tag or session is None:
            return
        before = self._cars.get(tag)
        if model == (CarModel() if before is None else before.model):
            return
        self._cars.pop(tag, None)
        self._keep(
            tag,
            _Car(session=session, model=model) if before is None else replace(before, model=model),
        )

    def _keep(self, tag: str, car: _Car) -> None:
        self._cars[tag] = car
        while len(self._cars) > KEPT:
            del self._cars[next(iter(self._cars))]

    def forget(self, tag: str) -> None:
        """The tag turned out to mean more than one car."""
        self._cars.pop(tag, None)

    def to_list(self) -> list[dict[str, Any]]:
        """What must survive, as plain JSON data."""
        return [
            {
                "tag": tag,
                "terminals": sorted(car.terminals),
                "wired": car.wired,
                "session": car.session,
                "sure": car.sure,
            }
            | ({"model": known} if (known := car.model.to_dict()) else {})
            for tag, car in self._cars.items()
        ]

    @classmethod
    def read(cls, rows: list[Stored]) -> Self:
        """Read back what `to_list` wrote; what can't be read is forgotten."""
        known = cls()
        for row in rows[-KEPT:]:
            model = CarModel.read(row.section("model", may_miss=True))
            tag, car = row.read("tag", text, ""), row.into(_Car, given={"model": model})
            if car is not None and not car.terminals <= frozenset(range(min(car.wired, 3))):
                row.damage.note(row.at("terminals"), sorted(car.terminals), None)
                car = replace(car, terminals=frozenset())
            if tag and car is not None and (car.terminals or model != CarModel()):
                known._cars[tag] = car
        return known
