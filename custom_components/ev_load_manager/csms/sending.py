"""Sends one limit to one charger, in one approach, and books what may be in force."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum, auto

from .. import clock
from . import ways
from .amounts import Amounts
from .approaches import Approach, Form
from .calls import CallPriority
from .choice import Choice
from .configuration import told_keys
from .dead_man import Evidence
from .errors import CallError, CallTimeout, ChargePointError, NotConnected
from .limit_keeper import LimitKeeper, Running, Standing
from .offer import End
from .profiles import ChargingProfileWay, ConfigurationKeyWay, Unit, Way
from .reachable import ReachableCharger
from .upkeep import Upkeep

BELOW_FALLBACK = 2.0
"""A limit below the fallback lives so many times as long: where nobody renews them,
those above theirs must have come down before the others rise."""
_LOOK_BACK = 2.0
"""Seconds that a charger which is back may take to tell what it has kept, before it is
told its limit."""


class Outcome(Enum):
    """What came of telling a charger something."""

    TAKEN = auto()
    REFUSED = auto()
    UNKNOWN = auto()
    """No answer: it may have been taken."""


class Sender:
    """Tells one charger the limits of its connectors."""

    def __init__(
        self,
        charger: ReachableCharger,
        keepers: Mapping[int, LimitKeeper],
        *,
        amounts: Amounts,
        choice: Choice,
        evidence: Evidence,
        upkeep: Upkeep,
        charger_time: Callable[[], datetime],
        save: Callable[[], Awaitable[None]],
        changed: Callable[[LimitKeeper], None],
    ) -> None:
        """Tell `charger`; `save`, `changed` and `charger_time` as in `ChargerLimits`."""
        self.original_keys: dict[str, str] = {}
        """Values, before the first limit, of the keys that limits were written to."""
        self._charger = charger
        self._keepers = keepers
        self._amounts = amounts
        self._choice = choice
        self._evidence = evidence
        self._upkeep = upkeep
        self._charger_time = charger_time
        self._save = save
        self._changed = changed

    @property
    def has_terms(self) -> bool:
        """Whether anybody has said what is to hold when nobody renews limits."""
        return any(keeper.terms is not None for keeper in self._keepers.values())

    async def attempt(self, approach: Approach, keeper: LimitKeeper) -> tuple[Outcome, str]:
        """Try one approach with what is wanted now."""
        way = approach.way
        self.convert(keeper, way)
        amperes, shares = self._amounts.shares(way, keeper)
        members = [self._keepers[number] for number in shares]
        fallback = self._amounts.fallback(keeper, way)
        if approach.stands and not self._stands(approach, keeper):
            outcome, why = await self.set_standing(approach, keeper)
            if outcome is not Outcome.TAKEN:
                return outcome, why
        elif approach.form is Form.TWO_PERIODS and keeper.doubted:
            await self._look_back(keeper)
        call = approach.limit(
            self._target(keeper, exact=approach.ends),
            amperes,
            life=self.life(keeper, amperes, fallback),
            fallback=fallback,
        )
        running = Running(
            approach=approach,
            at=clock.monotonic(),
            life=self.life(keeper, amperes, fallback) if approach.ends else None,
            clock_offset=self.clock_offset(),
        )
        end = self._end(keeper, running, fallback)
        before = {member.number: member.offer for member in members}
        if isinstance(way, ConfigurationKeyWay) and keeper.resend:
            held = await self._read_key(str(call.payload["key"]))
            if held is not None and held == call.payload["value"]:
                self._taken(running, end, members, shares)
                return Outcome.TAKEN, ""
        increase = any(
            shares[number] > max(offer.possible, default=0.0) for number, offer in before.items()
        )
        for member in members:
            member.book.sent(shares[member.number], end)
            self._changed(member)
        if increase:
            try:
                await self._save()
            except BaseException:
                for member in members:
                    member.book.not_taken(shares[member.number])
                raise
        for member in members:
            member.sent_at = clock.monotonic()
        outcome, why = await self._ask(call)
        if outcome is not Outcome.REFUSED:
            for member in members:
                member.writes.count(renewal=before[member.number].accepted == shares[member.number])
        if outcome is Outcome.TAKEN:
            if approach.form is Form.TWO_PERIODS:
                keeper.doubted = False
                keeper.held(Standing(self.place(approach, keeper), fallback))
            self._taken(running, end, members, shares)
        elif outcome is Outcome.REFUSED:
            for member in members:
                member.book.not_taken(shares[member.number])
        return outcome, why

    async def set_standing(self, approach: Approach, keeper: LimitKeeper) -> tuple[Outcome, str]:
        """Set what is to hold once a connector's limit ends."""
        fallback = self._amounts.fallback(keeper, approach.way)
        call = approach.standing(self._target(keeper, exact=False), fallback, self._amounts.profile)
        standing = Standing(self.place(approach, keeper), fallback)
        if call is None:
            return Outcome.REFUSED, "nothing can stand below a limit"
        before = keeper.standing
        if approach.form is Form.KEY:
            held = await self._read_key(str(call.payload["key"]))
            if held == call.payload["value"]:
                if keeper.doubted and before == standing:
                    self._evidence.saw(kept=True)
                keeper.doubted = False
                keeper.held(standing)
                keeper.verified = True
                return Outcome.TAKEN, ""
        outcome, why = await self._ask(call)
        if outcome is not Outcome.REFUSED:
            keeper.writes.count(renewal=before == standing)
        if outcome is Outcome.TAKEN:
            keeper.doubted = False
            keeper.held(standing)
        return outcome, why

    async def _look_back(self, keeper: LimitKeeper) -> None:
        """Ask a charger that is back what it kept, before its limit is written anew."""
        keeper.doubted = False
        standing = keeper.standing
        try:
            outlook = await self._upkeep.outlook(keeper, timeout=_LOOK_BACK)
        except CallTimeout, NotConnected:
            return
        if outlook is None or standing is None:
            return
        kept = outlook.ends_in(standing.amperes)
        if kept or keeper.verified:
            self._evidence.saw(kept=kept)

    def _taken(
        self,
        running: Running,
        end: End | None,
        members: Sequence[LimitKeeper],
        shares: dict[int, float],
    ) -> None:
        approach = running.approach
        if approach.form is Form.PLAIN and self.has_terms:
            for member in members:
                # Nothing that was to follow does, now.
                member.standing = None
        self._choice.took(
            approach,
            in_transaction=any(member.transaction_id is not None for member in members),
            with_fallback=self.has_terms,
        )
        for member in members:
            member.taken(shares[member.number], running, end)
            self._changed(member)

    # Questions to the charger

    async def _ask(self, call: ways.Call) -> tuple[Outcome, str]:
        """Ask the charger; what came of it, and why."""
        profile = call.payload.get("csChargingProfiles", {})
        fresh = {profile["chargingProfileId"]} - self._upkeep.installed if profile else set()
        self._upkeep.installed |= fresh
        outcome, why = await self._answer_to(call)
        if outcome is Outcome.REFUSED:
            self._upkeep.installed -= fresh
        return outcome, why

    async def _answer_to(self, call: ways.Call) -> tuple[Outcome, str]:
        try:
            answer = await self._charger.call(
                call.action, call.payload, priority=CallPriority.LIMIT
            )
        except CallError as error:
            return Outcome.REFUSED, str(error)
        except (CallTimeout, NotConnected) as error:
            return Outcome.UNKNOWN, str(error) or type(error).__name__
        status = str(answer.get("status"))
        outcome = Outcome.TAKEN if status == "Accepted" else Outcome.REFUSED
        return outcome, f"{call.action}: {status}"

    async def _read_key(self, key: str) -> str | None:
        """What a key holds, so that it isn't written in vain; None: not known."""
        try:
            answer = await self._charger.call(
                "GetConfiguration", {"key": [key]}, priority=CallPriority.LIMIT
            )
        except ChargePointError:
            return None
        for entry in told_keys(answer):
            value = entry.get("value")
            if entry["key"] == key and isinstance(value, str):
                self.original_keys.setdefault(key, value)
                return value
        return None

    # What is said, and to whom

    def place(self, approach: Approach, keeper: LimitKeeper) -> str:
        """Where a connector's fallback is in the charger (`Approach.place`)."""
        return approach.place(keeper.number, len(self._keepers), self._choice.stack_level_maximum)

    def _stands(self, approach: Approach, keeper: LimitKeeper) -> bool:
        """Whether the charger holds what is to follow this approach's limits.

        What a charger that is back may have forgotten is asked for later, but
        for a key, which is read at once.
        """
        standing = keeper.standing
        if standing is None or (keeper.doubted and approach.form is Form.KEY):
            return False
        return standing.place == self.place(approach, keeper)

    def _target(self, keeper: LimitKeeper, *, exact: bool) -> ways.Target:
        """Who is told; `exact`: by the charger's clock, else by whichever is behind."""
        told = self._charger_time()
        return ways.Target(
            connector=keeper.number,
            connectors=len(self._keepers),
            transaction_id=keeper.transaction_id,
            phases=None if keeper.phases is None else len(keeper.phases),
            stack_level_maximum=self._choice.stack_level_maximum,
            now=told if exact else min(clock.now(), told),
        )

    @staticmethod
    def life(keeper: LimitKeeper, amperes: float, fallback: float) -> float | None:
        """Seconds that a limit is to live; None: for good."""
        if keeper.terms is None:
            return None
        return keeper.terms.lifetime * (BELOW_FALLBACK if amperes < fallback else 1.0)

    def _end(self, keeper: LimitKeeper, running: Running, fallback: float) -> End | None:
        """When a limit ends by itself; None where something higher than agreed follows."""
        if running.life is None or keeper.terms is None or fallback > keeper.terms.fallback:
            return None
        return End.after(running.life)

    def clock_offset(self) -> float:
        """The charger's clock, beside one that nobody sets."""
        return self._charger_time().timestamp() - clock.monotonic()

    def convert(self, keeper: LimitKeeper, way: Way) -> None:
        """Where a limit was sent in watts, say it in amperes on the phases now in use."""
        in_watts = isinstance(way, ChargingProfileWay) and way.unit is Unit.WATTS
        keeper.watts_for(len(keeper.phases) if in_watts and keeper.phases else 1)
