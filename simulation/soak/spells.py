"""Since when a charger lets its car draw more than it is to, and until when a fuse may feel that.

A trouble that lasts for an hour excuses no hour. What a charger ignores, or does not take, is
seen or made way for in a time of its own, and after that it costs nobody anything. So it is
looked at what each charger really does, and each bound runs from the moment that it begins.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from custom_components.ev_load_manager import clock

from ..charger.machine import Machine
from ..charger.outlet import Outlet
from ..faults.fault import NO_ANSWER
from ..plant.judge import TOLERANCE, is_clearly_more, is_noticed_within

NO_BREAK: Final = 12.0
"""Seconds in which a car follows a limit: a shorter break is none that anybody could see."""
_FLOWS: Final = 0.5
"""A from which a phase is loaded."""


@dataclass(slots=True, kw_only=True)
class Spell:
    """A time without a break in which one outlet was not as it was to be."""

    outlet: str
    does: str
    bound: float
    """Seconds from its start within which everybody else has made way."""
    start: float
    """Monotonic; where nobody leads the chargers, the last moment of that."""
    end: float
    """When it was seen last."""
    phases: set[int] = field(default_factory=set)
    """Grid phases (0 to 2) that its car loaded meanwhile."""

    def allowed(self, ordinary: float) -> float:
        """Seconds from its start within which a phase that it loads must be well again.

        `ordinary`: what that takes once nothing is wrong any more.
        """
        return min(self.bound, self.end - self.start + ordinary)

    def due(self, ordinary: float) -> float:
        """When that is (monotonic)."""
        return self.start + self.allowed(ordinary)

    @property
    def name(self) -> str:
        """Say it for people."""
        return f"{self.outlet} {self.does}"


class Onlooker:
    """Watches chargers at every change in them and at every step, and remembers their spells."""

    def __init__(
        self,
        chargers: Mapping[str, Machine],
        leader: Callable[[], object | None],
        *,
        wanted: Callable[[str, int], float | None],
        ails: Callable[[str], bool],
    ) -> None:
        """`leader` is who leads the chargers now; None: nobody does.

        `wanted` tells what the limit of an outlet is to be, A (None: nobody says so), and
        `ails` whether a charger has a trouble by which it may not take that.
        """
        self.spells: list[Spell] = []
        """The last of them, oldest first."""
        self._leader = leader
        self._led_by: object | None = None
        self._wanted = wanted
        self._ails = ails
        self._open: dict[tuple[str, str], Spell] = {}
        self.drew_more_at: dict[str, float] = {}
        """When a car drew more than its charger held by what both of them take too much (monotonic)."""
        self._more_since: dict[tuple[str, int], float] = {}
        """Since when it does so without a break, by charger and connector."""
        for charger in chargers.values():
            charger.watched_by.append(self.look)

    def look(self, charger: Machine) -> None:
        """Something has changed in a charger, or time has passed for it."""
        leader = self._leader()
        if leader is not self._led_by:
            self._led_by = leader
            # Who leads now has to see it by himself.
            self._open.clear()
        if charger.model.overdraws:
            self._note_overdrawn(charger)
        ignoring, ailing = may_ignore(charger), self._ails(charger.id)
        if not ignoring and not ailing:
            return
        for number, outlet in charger.connectors.items():
            if outlet.car is None or not charger.can_serve(number):
                continue
            held = outlet.pilot(charger.held_limit(number))
            if ignoring and is_ignoring(outlet, held):
                within = is_noticed_within(charger)
                self._note(charger, outlet, "draws more than it was told", within)
            wanted = self._wanted(charger.id, number)
            if ailing and wanted is not None and held > wanted + TOLERANCE:
                self._note(charger, outlet, "has not taken its limit", NO_ANSWER)

    def _note_overdrawn(self, charger: Machine) -> None:
        """No trouble makes it so: a car that draws 5 % more, at a charger that lets it have as much more."""
        now = clock.monotonic()
        for number, outlet in charger.connectors.items():
            is_served = outlet.car is not None and charger.can_serve(number)
            held = outlet.pilot(charger.held_limit(number))
            if not is_served or not is_clearly_more(max(outlet.terminals), held):
                self._more_since.pop((charger.id, number), None)
            elif now > self._more_since.setdefault((charger.id, number), now) + NO_BREAK:
                # Else it may be one that still follows a cut.
                self.drew_more_at[charger.id] = now

    def _note(self, charger: Machine, outlet: Outlet, does: str, bound: float) -> None:
        now, name = clock.monotonic(), f"{charger.id}/{outlet.number}"
        spell = self._open.get((name, does))
        if spell is None or now > spell.end + NO_BREAK:
            spell = Spell(outlet=name, does=does, bound=bound, start=now, end=now)
            self._open[name, does] = spell
            self.spells.append(spell)
        spell.end = now
        if self._led_by is None:
            # Nobody is there who could see it, or make anybody make way.
            spell.start = now
        spell.phases.update(
            phase for phase, amperes in enumerate(outlet.currents) if amperes > _FLOWS
        )

    def between(self, start: float, end: float, ordinary: float) -> Iterator[Spell]:
        """Those that had begun by `end`, and that a phase may have felt at `start` still."""
        return (one for one in self.spells if one.start <= end and start <= one.due(ordinary))

    def forget(self, before: float) -> None:
        """What ended before that is of no interest any more."""
        self.spells = [one for one in self.spells if one.end >= before]


def may_ignore(charger: Machine) -> bool:
    """Whether a charger is one that may accept a limit and not follow it."""
    model = charger.model
    return bool(model.ignores_all_limits or not model.default_acts_on_running_session)


def is_ignoring(outlet: Outlet, held: float) -> bool:
    """Whether it shows its car more than it holds (`held`, A), and the car takes that."""
    drawn = max(outlet.terminals)
    return is_clearly_more(outlet.offered, held) and is_clearly_more(drawn, held)
