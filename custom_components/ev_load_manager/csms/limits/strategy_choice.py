"""Which strategy a charger is limited by: the one that worked, else the next to try."""

from collections.abc import Callable, Iterable
import logging
from typing import Any

from ... import clock
from ...data_files.stored import Stored
from ...data_files.values import flag, optional, text
from ..models import ChargerProfile, Way
from . import commands
from .silence import Silence
from .strategies import Form, Strategy, strategies

_LOGGER = logging.getLogger(__name__)

MOST_REFUSALS = 2
"""So often in a row a strategy that ends by itself may be refused before others are tried."""
_TRY_AGAIN = (300.0, 900.0, 3600.0, 21_600.0)
"""Seconds after which what ends by itself is tried again, where it was lost."""

type _Circumstances = tuple[int, bool, bool, str | None, bool, frozenset[str]]


class StrategyChoice:
    """Remembers what a charger took, and what it took and did not follow."""

    def __init__(self) -> None:
        self.working: str | None = None
        """Name of the strategy that the charger took last."""
        self.in_session: str | None = None
        """The same for sessions, where only their own profiles act."""
        self.distrusted: set[str] = set()
        """What it took and did not follow."""
        self.stack_level_maximum: int | None = None
        self.silence = Silence()
        self._plain_chosen = False
        """It took a limit that stays only after those that end."""
        self._refusals: dict[str, int] = {}
        """How often in a row strategies that worked were refused."""
        self._may_end = False
        """One that ends by itself was taken once, or at least never refused."""
        self._lost = 0
        """How often what is better was lost: what ends, or what was given up."""
        self.again_at: float | None = None
        """When that is tried again (monotonic)."""
        self._ways: tuple[Way, ...] = ()
        self._profile: ChargerProfile | None = None
        self._max_periods: int | None = None
        self._ends_offline = False
        self._found: tuple[int, tuple[Strategy, ...]] | None = None
        self._sorted: dict[_Circumstances, tuple[Strategy, ...]] = {}
        """What is possible, as it was found out before: everybody asks all the time."""

    def know(
        self,
        profile: ChargerProfile,
        generic: ChargerProfile,
        *,
        firmware: str,
        stack_level_maximum: int | None,
        max_periods: int | None,
        ends_offline: bool,
        watts_only: bool,
        takes: Callable[[Way], bool],
    ) -> None:
        """Learn what kind of charger it is; `takes`: whether its version of OCPP has a way."""
        if ends_offline and not self._ends_offline and self._is_named(Form.LAYERS):
            # What needs no renewals is tried before what it took so far.
            self.working = self.in_session = None
        self._ends_offline = ends_offline
        self._profile = profile
        self._ways = commands.attempts(
            profile, generic, firmware=firmware, watts_only=watts_only, takes=takes
        )
        self.stack_level_maximum = stack_level_maximum
        self._max_periods = profile.max_periods if max_periods is None else max_periods
        self._found = None
        self._sorted.clear()
        self.silence.forget()

    def possible(
        self, *, in_transaction: bool, connectors: int, with_fallback: bool
    ) -> tuple[Strategy, ...]:
        """The strategies that can work now, best first.

        `with_fallback`: whether it is known what the charger is to do alone.
        """
        preferred = (self.in_session if in_transaction else None) or self.working
        # A limit that stays may have been taken before anybody said what is to follow.
        plain_counts = self._plain_chosen or not with_fallback
        circumstances = (
            connectors,
            in_transaction,
            with_fallback,
            preferred,
            plain_counts,
            frozenset(self.distrusted),
        )
        found = self._sorted.get(circumstances)
        if found is None:
            found = self._sorted[circumstances] = self._possible(*circumstances)
        return found

    def _possible(
        self,
        connectors: int,
        in_transaction: bool,
        with_fallback: bool,
        preferred: str | None,
        plain_counts: bool,
        distrusted: frozenset[str],
    ) -> tuple[Strategy, ...]:
        found = (
            strategy
            for strategy in self._all(connectors)
            if (in_transaction or not strategy.needs_transaction)
            and (with_fallback or strategy.form is Form.PLAIN)
        )
        return tuple(
            sorted(
                found,
                key=lambda strategy: (
                    strategy.name in distrusted,
                    strategy.name != preferred
                    or (strategy.form is Form.PLAIN and not plain_counts),
                ),
            )
        )

    def _all(self, connectors: int) -> tuple[Strategy, ...]:
        if self._found is None or self._found[0] != connectors:
            assert self._profile is not None
            found = strategies(
                self._ways,
                self._profile,
                connectors=connectors,
                stack_level_maximum=self.stack_level_maximum,
                max_periods=self._max_periods,
                ends_offline=self._ends_offline,
            )
            self._found = (connectors, found)
            self._sorted.clear()
        return self._found[1]

    def _is_named(self, form: Form) -> bool:
        """Whether the strategy that worked last has this form."""
        return self.working is not None and self.working.endswith(f"+{form}")

    def of_session(self, connectors: int) -> Strategy | None:
        """The strategy that worked last in a session, as far as it is known."""
        name = self.in_session or self.working
        return next((one for one in self._all(connectors) if one.name == name), None)

    def trusts(self, strategy: Strategy) -> bool:
        """Whether it was never taken and not followed."""
        return strategy.name not in self.distrusted

    def works(self, strategy: Strategy) -> bool:
        """Whether the charger has taken limits in this strategy, in a session or outside."""
        return strategy.name in (self.working, self.in_session)

    def refused(self, strategy: Strategy, *, runs_by: Strategy | None) -> bool:
        """The charger refused a limit; whether that is no reason yet to try another strategy.

        One that ends by itself, and that worked, is not given up for one refusal. `runs_by`:
        how the connector's limit came about.
        """
        if not (strategy.ends and (self.works(strategy) or strategy == runs_by)):
            return False
        times = self._refusals[strategy.name] = self._refusals.get(strategy.name, 0) + 1
        return times < MOST_REFUSALS

    def unanswered(
        self, strategy: Strategy, connector: int, *, runs_by: Strategy | None, asked_at: float
    ) -> bool:
        """The charger said nothing to what left at `asked_at` (monotonic).

        Returns whether it is to be found out if it is dumb to it (`Silence.noted`): it works, or
        the connector `runs_by` it.
        """
        self._may_end |= strategy.ends
        is_known = self.works(strategy) or strategy == runs_by
        return self.silence.noted(strategy.name, connector, is_known=is_known, asked_at=asked_at)

    def to_try(
        self,
        connector: int,
        possible: tuple[Strategy, ...],
        *,
        runs_by: Strategy | None,
        may_stand_in: Callable[[Strategy], bool],
        cut_since: float | None,
    ) -> tuple[Strategy, ...]:
        """Those that were not left unanswered, in turn (`Silence.turns`)."""
        return self.silence.turns(
            connector,
            possible,
            runs_by=runs_by,
            is_known=lambda one: one == runs_by or self.works(one),
            may_stand_in=may_stand_in,
            cut_since=cut_since,
        )

    def begin_anew(self) -> bool:
        """Whether it is time to try again what was lost; then others come after it."""
        if self.again_at is None or clock.monotonic() < self.again_at:
            return False
        self.again_at = None
        self._plain_chosen = False
        self.silence.forget()
        return True

    def _begin_anew_later(self) -> None:
        """Whatever keeps it from taking what is better may pass."""
        if self.again_at is None:
            wait = _TRY_AGAIN[min(self._lost, len(_TRY_AGAIN) - 1)]
            self._lost += 1
            self.again_at = clock.monotonic() + wait

    def sessions_own(self, connectors: int) -> Strategy | None:
        """The best strategy by profiles of sessions; None: there is none."""
        return next((one for one in self._all(connectors) if one.needs_transaction), None)

    def lead_by_session(self, connectors: int) -> None:
        """Its sessions have to be led by profiles of their own: it clears none."""
        own = self.sessions_own(connectors)
        self.in_session = None if own is None else own.name

    def took(
        self,
        strategy: Strategy,
        connectors: Iterable[int],
        *,
        in_transaction: bool,
        with_fallback: bool,
    ) -> None:
        """The charger accepted a limit for some connectors."""
        connectors = tuple(connectors)
        for connector in connectors:
            self.silence.taken(strategy.name, connector, works=self.works(strategy))
        self._refusals.pop(strategy.name, None)
        led_by = (self.in_session if in_transaction else None) or self.working
        if self.silence.is_on_trial(led_by, connectors):
            # It is what works once it is answered again, and elsewhere all the time.
            self._begin_anew_later()
            return
        if strategy.ends:
            self._may_end = True
            if not self.silence.is_any_on_trial:
                self._lost, self.again_at = 0, None
        elif self._may_end and with_fallback and not self._plain_chosen:
            self._begin_anew_later()
        if strategy.form is Form.TRANSACTION:
            self.in_session = strategy.name
        else:
            if in_transaction:
                self.in_session = None
            self.working = strategy.name
            self._plain_chosen = with_fallback and strategy.form is Form.PLAIN
        # Something else may work now.
        self.silence.try_only((self.working, self.in_session))

    def distrust(self, strategy: Strategy, possible: tuple[Strategy, ...]) -> bool:
        """It took a limit and does not follow it; whether another is left to try."""
        _LOGGER.debug("%s is accepted and not followed", strategy.name)
        self.distrusted.add(strategy.name)
        if any(one.name not in self.distrusted for one in possible):
            return True
        # It may have been told something else by its owner: later it begins with the best.
        self.working = self.in_session = None
        self.try_all_anew()
        return False

    def followed(self) -> None:
        """It follows again: nothing else need be avoided."""
        self.distrusted.clear()

    def try_all_anew(self) -> None:
        """Forget what was found out: the charger may have changed."""
        self.distrusted.clear()
        self._plain_chosen = False
        self.silence.begin_anew()

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "working": self.working,
            "in_session": self.in_session,
            "plain_chosen": self._plain_chosen,
            "may_end": self._may_end,
        }

    def restore(self, stored: Stored) -> None:
        """Go on where `state` was written."""
        self.working = stored.read("working", optional(text), None)
        self.in_session = stored.read("in_session", optional(text), None)
        self._plain_chosen = stored.read("plain_chosen", flag, False)
        self._may_end = stored.read("may_end", flag, False)
        if self._plain_chosen and self._may_end:
            self.again_at = clock.monotonic() + _TRY_AGAIN[0]
