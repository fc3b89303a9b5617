"""Which approach a charger is limited by: the one that worked, else the next to try."""

from collections.abc import Mapping
import logging
from typing import Any

from . import ways
from .approaches import Approach, Form, approaches
from .profiles import ChargerProfile, Way

_LOGGER = logging.getLogger(__name__)


class Choice:
    """Remembers what a charger took, and what it took and did not follow."""

    def __init__(self) -> None:
        """Nothing is known."""
        self.working: str | None = None
        """Name of the approach that the charger took last."""
        self.in_session: str | None = None
        """The same for sessions, where only their own profiles act."""
        self.distrusted: set[str] = set()
        """What it took and did not follow."""
        self.stack_level_maximum: int | None = None
        self.begin_with = 0
        """Place of the approach to begin with, after one that got no answer."""
        self._plain_chosen = False
        """It took a limit that stays only after those that end."""
        self._ways: tuple[Way, ...] = ()
        self._profile: ChargerProfile | None = None
        self._max_periods: int | None = None
        self._found: tuple[int, tuple[Approach, ...]] | None = None

    def know(
        self,
        profile: ChargerProfile,
        generic: ChargerProfile,
        *,
        firmware: str,
        stack_level_maximum: int | None,
        max_periods: int | None,
        watts_only: bool,
    ) -> None:
        """Learn what kind of charger it is."""
        self._profile = profile
        self._ways = ways.attempts(profile, generic, firmware=firmware, watts_only=watts_only)
        self.stack_level_maximum = stack_level_maximum
        self._max_periods = profile.max_periods if max_periods is None else max_periods
        self._found = None
        self.begin_with = 0

    def possible(
        self, *, in_transaction: bool, connectors: int, with_fallback: bool
    ) -> tuple[Approach, ...]:
        """The approaches that can work now, best first.

        `with_fallback`: whether it is known what the charger is to do alone.
        """
        preferred = (self.in_session if in_transaction else None) or self.working
        # A limit that stays may have been taken before anybody said what is to follow.
        plain_counts = self._plain_chosen or not with_fallback
        found = (
            approach
            for approach in self._all(connectors)
            if (in_transaction or not approach.needs_transaction)
            and (with_fallback or approach.form is Form.PLAIN)
        )
        return tuple(
            sorted(
                found,
                key=lambda approach: (
                    approach.name in self.distrusted,
                    approach.name != preferred
                    or (approach.form is Form.PLAIN and not plain_counts),
                ),
            )
        )

    def _all(self, connectors: int) -> tuple[Approach, ...]:
        if self._found is None or self._found[0] != connectors:
            assert self._profile is not None
            found = approaches(
                self._ways,
                self._profile,
                connectors=connectors,
                stack_level_maximum=self.stack_level_maximum,
                max_periods=self._max_periods,
            )
            self._found = (connectors, found)
        return self._found[1]

    def of_session(self, connectors: int) -> Approach | None:
        """The approach that worked last in a session, as far as it is known."""
        name = self.in_session or self.working
        return next((one for one in self._all(connectors) if one.name == name), None)

    def took(self, approach: Approach, *, in_transaction: bool, with_fallback: bool) -> None:
        """The charger accepted a limit."""
        self.begin_with = 0
        if approach.form is Form.TRANSACTION:
            self.in_session = approach.name
            return
        if in_transaction:
            self.in_session = None
        self.working = approach.name
        self._plain_chosen = with_fallback and approach.form is Form.PLAIN

    def distrust(self, approach: Approach, possible: tuple[Approach, ...]) -> bool:
        """It took a limit and does not follow it; whether another is left to try."""
        _LOGGER.debug("%s is accepted and not followed", approach.name)
        self.distrusted.add(approach.name)
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
        self.begin_with = 0

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "working": self.working,
            "in_session": self.in_session,
            "plain_chosen": self._plain_chosen,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was written; what can't be read is left out."""
        working, in_session = state.get("working"), state.get("in_session")
        self.working = working if isinstance(working, str) else None
        self.in_session = in_session if isinstance(in_session, str) else None
        self._plain_chosen = state.get("plain_chosen") is True
