"""Which ways of setting a limit a charger leaves without an answer, connector by connector.

Some firmware is dumb to what it doesn't know. Who answers nothing at all says nothing by
that: what worked is given up only where other questions are answered meanwhile.
"""

from collections.abc import Callable, Collection, Iterable
import logging
import math

from ... import clock
from .strategies import Strategy

_LOGGER = logging.getLogger(__name__)


class Silence:
    """What was not answered, by connector and the names of strategies."""

    def __init__(self) -> None:
        """Nothing has been asked yet."""
        self._unanswered: dict[int, set[str]] = {}
        """What never worked; one answer that is missing suffices."""
        self._given_up: dict[int, set[str]] = {}
        """What worked, and what the charger is dumb to now."""
        self._on_trial: dict[int, dict[str, float]] = {}
        """Of what worked, too: it is given up at the next silence; since when (monotonic)."""
        self._forgotten_at = -math.inf
        """When what was not answered before began to count no more (monotonic)."""

    @property
    def is_any_on_trial(self) -> bool:
        """Whether something that worked is given up, or may be soon."""
        return any(self._on_trial.values())

    def is_on_trial(self, name: str | None, connectors: Iterable[int]) -> bool:
        """Whether that is so of one strategy at any of these connectors."""
        return any(name in self._on_trial.get(connector, ()) for connector in connectors)

    def noted(self, name: str, connector: int, *, is_known: bool, asked_at: float) -> bool:
        """A limit that left at `asked_at` (monotonic) was not answered.

        `is_known`: it was taken in this strategy before. Returns whether it is to be found out if
        the charger is dumb to it now, for `put_on_trial`.
        """
        trial = self._on_trial.get(connector, {})
        if name in trial:
            given_up = self._given_up.setdefault(connector, set())
            if name in given_up:
                # Nothing is left to try but what was silent before.
                self._unanswered.pop(connector, None)
            elif asked_at > trial[name]:
                _LOGGER.debug("%s gets no answer any more at connector %s", name, connector)
                given_up.add(name)
            return False
        if not is_known:
            self._unanswered.setdefault(connector, set()).add(name)
        return is_known

    def put_on_trial(self, name: str, connector: int) -> None:
        """The charger goes on to say nothing to what worked, and answers what else it is asked.

        Something of it, as what is to hold after a limit, may be what it is dumb to, or this
        connector is. At others it goes on to be what works.
        """
        self._on_trial.setdefault(connector, {}).setdefault(name, clock.monotonic())

    def answered(self, name: str, connector: int) -> None:
        """It was taken or refused."""
        self._given_up.get(connector, set()).discard(name)
        self._on_trial.get(connector, {}).pop(name, None)

    def taken(self, name: str, connector: int, *, works: bool) -> None:
        """It was taken; `works`: it is what leads the charger, and what stood in for it is over."""
        self._unanswered.pop(connector, None)
        self.answered(name, connector)
        if works:
            self._given_up.pop(connector, None)
            self._on_trial.pop(connector, None)

    def try_only(self, names: Collection[str | None]) -> None:
        """Only these may be on trial from now on: they work."""
        for connector, trial in self._on_trial.items():
            for name in trial.keys() - names:
                del trial[name]
                self._given_up.get(connector, set()).discard(name)

    def turns(
        self,
        connector: int,
        possible: Collection[Strategy],
        *,
        runs_by: Strategy | None,
        is_known: Callable[[Strategy], bool],
        may_stand_in: Callable[[Strategy], bool],
        cut_since: float | None,
    ) -> tuple[Strategy, ...]:
        """What to try, in turn: not what never worked and got no answer; last what was given up.

        Where something that worked is on trial, nothing is tried but that and what `may_stand_in`
        for it, first what the connector `runs_by`. A cut that came up (monotonic) after what was
        silent was last forgotten waits for nothing on trial.
        """
        names = {one.name for one in possible}
        trial = self._on_trial.get(connector, {}).keys() & names
        given_up = self._given_up.get(connector, set()) & names
        if cut_since is not None and cut_since > self._forgotten_at:
            given_up |= trial if runs_by is None else trial - {runs_by.name}
        unanswered = self._unanswered.get(connector, set())
        elsewhere = set[str]().union(*self._unanswered.values())

        def place(one: Strategy) -> tuple[bool, bool, bool]:
            stands_in = bool(given_up) and one == runs_by
            is_doubted = one.name in elsewhere and not is_known(one)
            return one.name in given_up, not stands_in, is_doubted

        left = (one for one in possible if one.name not in unanswered)
        if trial:
            led_by = set(trial) if runs_by is None else {runs_by.name}
            left = (one for one in left if one.name in led_by or may_stand_in(one))
        return tuple(sorted(left, key=place))

    def connected(self) -> None:
        """What was not answered on another socket says little about this one.

        What was given up there is tried again, once.
        """
        for connector, trial in self._on_trial.items():
            for name in trial.keys() - self._given_up.get(connector, set()):
                del trial[name]
        self.forget()

    def forget(self, connector: int | None = None) -> None:
        """It counts no more (None: at no connector); what is on trial stays there."""
        self._forgotten_at = clock.monotonic()
        for names in (self._unanswered, self._given_up):
            if connector is None:
                names.clear()
            else:
                names.pop(connector, None)

    def begin_anew(self) -> None:
        """Forget all of it: the charger may have changed."""
        self.forget()
        self._on_trial.clear()
