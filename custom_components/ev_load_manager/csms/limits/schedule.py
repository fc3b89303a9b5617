"""What is to be sent to a charger, and when: cuts at once, renewals in time, increases last."""

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import NamedTuple

from ..models import ConfigurationKeyWay, Persistence, Way
from .composer import Composer
from .connector_limit import SAME, ConnectorLimit, Running
from .slots import CLOCK_FAST, Layer, Slot
from .standing import Standing
from .strategies import Form, Strategy
from .strategy_choice import StrategyChoice

COMMAND_INTERVAL = 5.0
"""An increase follows another command of its connector after this, s."""
KEY_INTERVAL = 60.0
"""The same where every command wears flash."""
_LIFT_AFTER = 60.0
"""Seconds after which a key that was given up is tried again, where it holds a car low."""
_CLOCK_MOVED = CLOCK_FAST
"""Seconds by which a charger's clock may turn out wrong before its limit is dated anew."""


class JobKind(Enum):
    """What is to be done."""

    LIMIT = auto()
    """A connector's limit."""
    STANDING = auto()
    """What is to hold once it ends."""
    UNMASK = auto()
    """To clear a session's own profile, which overrules the limit and allows more."""
    LIFT = auto()
    """To raise a key that was given up, and holds the connector below its limit."""
    NO_WAY = auto()
    """To say that this model takes no limits."""


class Job(NamedTuple):
    """Something that is to be sent for a connector."""

    at: float
    """Not before this (monotonic)."""
    urgency: float
    """Of what may be sent now; the lowest goes first (`_AT_ONCE` and the others below)."""
    kind: JobKind
    cut: bool = False
    """It lowers what may be in force."""


_AT_ONCE = 0.0
"""Cuts, and all that the charger may do wrong until it hears of it: fuses depend on them."""
_IN_TIME = 0.5
"""Renewals. They go before what is merely nice: a limit that ends raises its car."""
_AFTER_THOSE = 1.0
"""The fallback, which acts only once limits end, and chargers that refused the last limit."""
_LAST = 2.0
"""Increases: a car that waits for one loses seconds, and no fuse depends on them."""


class Schedule:
    """What the limits of one charger need."""

    def __init__(
        self, keepers: Mapping[int, ConnectorLimit], *, composer: Composer, choice: StrategyChoice
    ) -> None:
        self._keepers = keepers
        self._composer = composer
        self._choice = choice

    def of(self, keeper: ConnectorLimit) -> Iterable[Job]:
        """What is to be sent for a connector, and when; nothing if there is no need."""
        if keeper.wanted is None:
            return
        possible = self.possible(keeper)
        if not possible:
            if not keeper.offer.refused:
                yield Job(0.0, _AT_ONCE, JobKind.NO_WAY)
            return
        strategy = self.leading(keeper, possible)
        offer, running = keeper.offer, keeper.running
        amperes, shares = self._composer.shares(strategy.way, keeper)
        share = shares[keeper.number]
        cut = share + SAME < keeper.highest_possible
        retry_at = keeper.retry_at(strategy.way, amperes)
        if keeper.compliance.act_at is not None:
            # Its car draws too much: its limit is told again although nothing has changed.
            at = max(retry_at, keeper.compliance.act_at)
            yield Job(at, _AT_ONCE, JobKind.LIMIT, cut)
        if self._is_settled(keeper, strategy, amperes, share):
            if self.masks(keeper, strategy, share):
                yield Job(retry_at, _AT_ONCE, JobKind.UNMASK, cut=True)
            if self.holds_low(keeper) is not None:
                earliest = (keeper.sent_at or 0.0) + _LIFT_AFTER
                yield Job(max(retry_at, earliest), _LAST, JobKind.LIFT)
            if running is not None:
                yield from self._follow_up(keeper, strategy, running, share, retry_at)
            return
        if keeper.resend or not offer.possible or cut:
            # Waits for nothing but a charger that has just failed to take one: what it may
            # allow its car meanwhile counts against everybody else's share.
            urgency = _AFTER_THOSE if offer.refused else _AT_ONCE
            if share < amperes and not keeper.resend and self._is_told(keeper, strategy, amperes):
                # That lowers only what the books say.
                retry_at = max(retry_at, (keeper.sent_at or 0.0) + COMMAND_INTERVAL)
            yield Job(retry_at, urgency, JobKind.LIMIT, cut)
            return
        # What is left is an increase. Each may be stored in flash, and makes the car adjust.
        interval = KEY_INTERVAL if self.wears(strategy.way) else COMMAND_INTERVAL
        earliest = 0.0 if keeper.sent_at is None else keeper.sent_at + interval
        yield Job(max(retry_at, earliest), _LAST, JobKind.LIMIT)

    def is_held(self, keeper: ConnectorLimit) -> bool:
        """Whether the charger surely holds what a connector is told now, whatever its part of that."""
        possible = self.possible(keeper)
        if not possible or keeper.resend or keeper.offer.refused:
            return False
        strategy = self.leading(keeper, possible)
        amperes, shares = self._composer.shares(strategy.way, keeper)
        return self._is_told(keeper, strategy, amperes) or self._is_settled(
            keeper, strategy, amperes, shares[keeper.number]
        )

    def _is_settled(
        self, keeper: ConnectorLimit, strategy: Strategy, amperes: float, share: float
    ) -> bool:
        """Whether the charger holds what is wanted where it is told now, and nothing waits."""
        slot = self._composer.slot(strategy, keeper)
        if keeper.resend or keeper.offer.refused or keeper.ledger.is_pending(slot):
            return False
        held = keeper.ledger.held(slot)
        if held is not None and keeper.ledger.held_amperes(slot) == share:
            # Others may have shared it otherwise.
            return held.in_watts or held.most == amperes
        # What acts may be from elsewhere, and end before what is wanted here is.
        return keeper.offer.accepted == share and share + SAME >= keeper.highest_possible

    def _is_told(self, keeper: ConnectorLimit, strategy: Strategy, amperes: float) -> bool:
        """Whether the charger holds so much where it is told now, whoever may take it."""
        slot = self._composer.slot(strategy, keeper)
        held = keeper.ledger.held(slot)
        return held is not None and held.most == amperes and not keeper.ledger.is_pending(slot)

    def masks(self, keeper: ConnectorLimit, strategy: Strategy, share: float) -> tuple[Slot, ...]:
        """Profiles of sessions that overrule a limit of this strategy, and may allow more."""
        own = self._composer.slot(strategy, keeper)
        if own.layer is Layer.SESSION:
            return ()
        return keeper.ledger.above(share + SAME)

    def holds_low(self, keeper: ConnectorLimit) -> Strategy | None:
        """The strategy by whose key a connector gets less than it is told in another one."""
        possible = self.possible(keeper)
        leading = self.leading(keeper, possible)
        share = self._composer.shares(leading.way, keeper)[1][keeper.number]
        accepted = keeper.offer.accepted
        if accepted is None or accepted + SAME >= share:
            return None
        for other in possible:
            if other == leading or not isinstance(other.way, ConfigurationKeyWay):
                continue
            held = keeper.ledger.held_amperes(self._composer.slot(other, keeper))
            wanted = self._composer.shares(other.way, keeper)[1][keeper.number]
            if held is not None and held + SAME < min(share, wanted):
                return other
        return None

    def _follow_up(
        self,
        keeper: ConnectorLimit,
        strategy: Strategy,
        running: Running,
        share: float,
        retry_at: float,
    ) -> Iterable[Job]:
        """What a limit that is as it should be needs: to be renewed, and what follows it.

        Whatever goes wrong, it is no reason to hurry (`retry_at`). A renewal goes first: raising the fallback must not raise a car whose
        limit has ended already.
        """
        if keeper.terms is None:
            return
        fallback = self._composer.fallback(keeper, strategy.way)
        earliest = max(retry_at, (keeper.sent_at or 0.0) + COMMAND_INTERVAL)
        stays = strategy.form is Form.PLAIN and not running.strategy.ends
        if running.strategy != strategy and not stays:
            # What becomes of it goes by the strategy in which it came; another one leads now.
            yield Job(earliest, _IN_TIME, JobKind.LIMIT)
            return
        if strategy.ends:
            standing = keeper.standing
            if strategy.form is Form.TWO_PERIODS and (
                standing is None or standing.amperes != fallback
            ):
                yield Job(earliest, _IN_TIME, JobKind.LIMIT)
            elif share != fallback:
                # What ends in itself needs no renewal.
                at = self._renew_at(keeper, running, share, fallback)
                if at is not None:
                    yield Job(max(earliest, at), _IN_TIME, JobKind.LIMIT)
        # A doubted one is asked for first (`reconcile`): it may still hold it, and flash wears.
        if strategy.stands and not keeper.doubted:
            wanted = Standing(self._composer.place(strategy, keeper), fallback)
            if keeper.standing != wanted or keeper.may_stand.is_open(wanted.place):
                yield Job(retry_at, _AFTER_THOSE, JobKind.STANDING)

    def _renew_at(
        self, keeper: ConnectorLimit, running: Running, share: float, fallback: float
    ) -> float | None:
        """When a limit is to be sent again before it ends (monotonic); None: it need not be.

        At half its life; a limit below the fallback earlier, so that it always
        outlives the limits above theirs by a quarter of their life.
        """
        if self._is_outdated(keeper, running, share, fallback):
            return 0.0
        if running.strategy.form is Form.OFFLINE:
            # As long as its charger is online it does not end.
            return None
        assert keeper.terms is not None
        return running.at + (0.75 if share < fallback else 0.5) * keeper.terms.lifetime

    def _is_outdated(
        self, keeper: ConnectorLimit, running: Running, share: float, fallback: float
    ) -> bool:
        """Whether it is to live for another time, or the charger's clock turned out wrong."""
        life = self._composer.life(keeper, share, fallback)
        moved = abs(self._composer.clock_offset() - running.clock_offset) > _CLOCK_MOVED
        return running.life != life or moved

    def possible(self, keeper: ConnectorLimit) -> tuple[Strategy, ...]:
        """The strategies that can work now, the one that worked last first.

        What ends is never given up for what stays: its charger's other outlet may need that.
        """
        found = self._choice.possible(
            in_transaction=keeper.transaction_id is not None,
            connectors=len(self._keepers),
            with_fallback=keeper.terms is not None,
        )
        kept = None if keeper.running is None else keeper.running.strategy
        if kept is None or not found or not kept.ends or found[0].form is not Form.PLAIN:
            return found
        if kept not in found or not self._choice.trusts(kept):
            return found
        return (kept, *(other for other in found if other != kept))

    @staticmethod
    def leading(keeper: ConnectorLimit, possible: tuple[Strategy, ...]) -> Strategy:
        """The strategy by which a connector's limit is kept.

        It is the best that can work, or the one that the charger took after it
        refused the best: a limit that is sent in the best way only would be refused for ever.
        """
        running = keeper.running
        if running is not None and possible[0].name in keeper.passed_over:
            return next((one for one in possible if one == running.strategy), possible[0])
        return possible[0]

    def wears(self, way: Way) -> bool:
        """Whether every limit that is set in a way wears flash."""
        return (
            isinstance(way, ConfigurationKeyWay)
            and self._composer.profile.key_persistence is Persistence.NON_VOLATILE
        )
