"""Cars and chargers of every kind, dealt by dice, as a housing company has them.

Half of the cars are like any other. The rest need more than 6 A to begin, stay
below or above what they are offered, wait for the hour that they were set to,
or go on with one phase; and hardly two chargers tell what they measure alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from simulation.plant.plant_cars import Outlet, Tells, Visit

MINIMUMS = (7.0, 8.0, 10.0, 13.0)
"""A that some cars need to begin."""
SHORTFALL = 0.8
"""A that one car stays below every limit."""
SHORTFALLS = (0.4, 1.0)
OVERDRAWS = 0.05
"""Share of its limit that one car takes beyond it."""

type Kind = Callable[[Visit, Random], Visit]


def _needs(minimum: float) -> Kind:
    return lambda visit, _: replace(visit, minimum=minimum)


def _waits(visit: Visit, random: Random) -> Visit:
    stay = visit.leaves - visit.arrives
    return replace(visit, begins_at=visit.arrives + random.uniform(0.1, 0.4) * stay)


def _loses_phases(visit: Visit, random: Random) -> Visit:
    stay = visit.leaves - visit.arrives
    return replace(
        visit,
        phases=3,
        maximum=16.0,
        one_phase_from=visit.arrives + random.uniform(0.3, 0.7) * stay,
    )


CARS: Mapping[str, Kind] = {
    **{f"needs {minimum:g} A": _needs(minimum) for minimum in MINIMUMS},
    f"{SHORTFALL:g} A below its limit": lambda visit, _: replace(visit, shortfall=SHORTFALL),
    "0.4 to 1 A below its limit": lambda visit, random: replace(
        visit, shortfall=random.uniform(*SHORTFALLS)
    ),
    "5 % above its limit": lambda visit, _: replace(visit, overdraws=OVERDRAWS),
    "waits for its hour": _waits,
    "three phases, then one": _loses_phases,
}
ORDINARY = "as any"


CHARGERS: Mapping[str, Mapping[str, object]] = {
    "reports every 10 s": {"report_period": 10.0},
    "reports every 60 s": {"report_period": 60.0},
    "reports every 300 s": {"report_period": 300.0},
    "power only": {"report_period": 10.0, "tells": Tells.POWER},
    "one label": {"report_period": 10.0, "tells": Tells.ONE_PHASE},
    "no values": {"tells": Tells.NOTHING},
    "watts only": {"report_period": 10.0, "watts": True},
}


def mix_cars(visits: Mapping[int, Sequence[Visit]], seed: int) -> dict[int, tuple[Visit, ...]]:
    """Make every second car one of another kind; each kind comes once before any comes again."""
    random = Random(f"kinds {seed}")
    kinds: list[Kind] = []
    mixed = {}
    for number, row in visits.items():
        cars = []
        for visit in row:
            if random.random() < 0.5:
                if not kinds:
                    kinds = list(CARS.values())
                    random.shuffle(kinds)
                visit = kinds.pop()(visit, random)
            cars.append(visit)
        mixed[number] = tuple(cars)
    return mixed


def mix_chargers(outlets: Sequence[Outlet], seed: int) -> list[Outlet]:
    """Give every charger a kind; each kind comes once before any comes again."""
    random = Random(f"chargers {seed}")
    kinds: list[Mapping[str, object]] = []
    mixed = []
    for outlet in outlets:
        if not kinds:
            kinds = list(CHARGERS.values())
            random.shuffle(kinds)
        mixed.append(_of_kind(outlet, kinds.pop()))
    return mixed


def kind_of(visit: Visit) -> str:
    """What is special about a car, in words."""
    phases = "one phase" if visit.phases == 1 else f"{visit.phases} phases"
    words = [f"{phases}, {visit.maximum:g} A"]
    if visit.minimum > 6.0:
        words.append(f"needs {visit.minimum:g} A")
    if visit.shortfall:
        words.append(f"{visit.shortfall:.1f} A below its limit")
    if visit.overdraws:
        words.append(f"{100.0 * visit.overdraws:g} % above its limit")
    if visit.begins_at > visit.arrives:
        words.append(f"waits until {visit.begins_at / 3600.0:.2f} h")
    if visit.one_phase_from < visit.leaves:
        words.append(f"one phase from {visit.one_phase_from / 3600.0:.2f} h")
    return ", ".join(words)


def told_by(outlet: Outlet) -> str:
    """What a charger tells and takes, in words."""
    if outlet.tells is Tells.NOTHING:
        return "tells nothing"
    words = f"{outlet.tells} every {outlet.report_period:g} s"
    return f"{words}, takes watts" if outlet.watts else words


def _of_kind(outlet: Outlet, kind: Mapping[str, object]) -> Outlet:
    changed = replace(outlet, **kind)
    if changed.watts:
        # A charger that divides watts by three gives a car on one phase a third of them.
        visits = tuple(
            replace(visit, phases=3, maximum=min(visit.maximum, 16.0), one_phase_from=float("inf"))
            for visit in changed.visits
        )
        changed = replace(changed, visits=visits)
    return changed
