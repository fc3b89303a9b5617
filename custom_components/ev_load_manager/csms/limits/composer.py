"""Works out what to send for a connector by what is wanted at this moment; it changes nothing.

Its limit is put into the charger's steps, alone or shared with others, gets an end, and
becomes a question in the words of the charger's dialect, and what the books are to say of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
import math

from ... import clock
from ...balancing.allocation import Claim, allocate
from ...balancing.phases import Phase, PhaseCurrents
from ...balancing.site import ConnectorId
from ..dialect import Ending, Question, Target
from ..models import (
    ChargerProfile,
    ChargingProfileWay,
    ConfigurationKeyWay,
    Kind,
    PauseMethod,
    Scope,
    Unit,
    Way,
)
from ..transport.calls import ReachableCharger
from . import commands
from .connector_limit import SAME, ConnectorLimit, Running
from .slots import Booking, End, Slot, Together
from .strategies import Form, Strategy
from .strategy_choice import StrategyChoice

_ALL = frozenset({0, 1, 2})
"""Grid phases."""
BELOW_FALLBACK = 2.0
"""A limit below the fallback lives so many times as long: where nobody renews them,
those above theirs must have come down before the others rise."""


def in_watts(way: Way) -> bool:
    """Whether limits are sent in watts of all phases together."""
    return isinstance(way, ChargingProfileWay) and way.unit is Unit.WATTS


def quantised(amperes: float, profile: ChargerProfile, way: Way | None = None) -> float:
    """The highest current the charger can be told that is not above `amperes`, A.

    Nothing lies between 0 and the lowest current that charges. A number that is
    none is 0 A.
    """
    if not math.isfinite(amperes) or amperes < profile.minimum:
        return 0.0
    if profile.maximum is not None:
        amperes = min(amperes, profile.maximum)
    if profile.steps:
        return max((step for step in profile.steps if step <= amperes), default=0.0)
    step = max(Decimal(str(profile.step)), commands.TENTH)
    if isinstance(way, ConfigurationKeyWay):
        step = max(step, Decimal(1).scaleb(-way.decimals) / way.scale)
    return float(commands.floor(amperes, step))


def stands_at_most(keeper: ConnectorLimit) -> float:
    """What books that are read after a kill say of what follows a limit at most, A."""
    return math.inf if keeper.offer.accepted is None else keeper.ledger.highest_standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A limit that is ready to be sent."""

    strategy: Strategy
    question: Question
    amperes: float
    """What is sent, A per phase."""
    shares: Mapping[int, float]
    """What it means for each connector, A per phase."""
    bookings: Mapping[int, Booking]
    """The same as the ledgers are told."""
    running: Running
    fallback: float


@dataclass(eq=False, slots=True, kw_only=True)
class Composer:
    """Works out what one charger is told."""

    charger: ReachableCharger
    keepers: Mapping[int, ConnectorLimit]
    profile: ChargerProfile
    choice: StrategyChoice
    charger_time: Callable[[], datetime]
    """The time that the charger believes it is."""
    zero_refused: bool = False
    """It did not take 0 A on this connection."""
    whole: bool = False
    """It was seen to refuse fractions of an ampere, and to take whole ones."""

    # Currents, A per phase

    @property
    def step(self) -> float:
        """The step in which limits are set, A."""
        return max(self.profile.step, 1.0 if self.whole else 0.0)

    def try_whole(self) -> bool:
        """Try whole amperes from now on; whether that is anything new."""
        new = not self.whole
        self.whole = True
        return new

    def keep_whole(self, taken: bool) -> None:
        """Whether whole amperes were taken where a fraction was refused."""
        self.whole = taken

    @property
    def takes_zero(self) -> bool:
        """Whether a limit of 0 A is worth a try; else a pause is a stopped transaction."""
        if self.zero_refused or self.profile.zero_pauses is False:
            return False
        return self.profile.pause is not PauseMethod.REMOTE_STOP

    def limit(self, keeper: ConnectorLimit, way: Way, *, raises: bool = True) -> float:
        """What a connector is to have; not `raises`: of what may be in force at most."""
        told, offer = self._told(keeper.wanted or 0.0, way), keeper.ledger.offer
        if raises or offer.accepted is None:
            return told
        return min(told, max(offer.possible))

    def fallback(self, keeper: ConnectorLimit, way: Way) -> float:
        """What a connector is to have when nobody renews its limit.

        Where a key says it for the whole charger, it is the lowest of its connectors'.
        """
        return min(
            self._told(member.terms.fallback if member.terms else 0.0, way)
            for member in self.sharing_fallback(keeper, way)
        )

    def sharing_fallback(self, keeper: ConnectorLimit, way: Way) -> tuple[ConnectorLimit, ...]:
        """Whose fallback is in the same place."""
        return (*self.keepers.values(),) if isinstance(way, ConfigurationKeyWay) else (keeper,)

    def shares(self, way: Way, keeper: ConnectorLimit) -> tuple[float, dict[int, float]]:
        """What to send for `keeper`, and which limit that means for whom."""
        amperes, shares, _ = self._shared(way, keeper)
        return amperes, shares

    def _shared(
        self, way: Way, keeper: ConnectorLimit, *, raises: bool = True
    ) -> tuple[float, dict[int, float], frozenset[int]]:
        """The same, and whose cars are to charge by it (`raises` as in `limit`).

        Where one limit holds for both outlets together it is their sum, if both
        cars count on the same phases. Else one car could take it all on a phase
        on which the other does not count: then it is the lowest.
        """
        if way.scope is Scope.CONNECTOR:
            amperes = self.limit(keeper, way, raises=raises)
            bearable = keeper.bearable(way, amperes)
            # What is not above what the charger does alone is not worth to be renewed.
            if bearable is not None and not bearable <= self.fallback(keeper, way) <= amperes:
                amperes = bearable
            return amperes, {keeper.number: amperes}, frozenset()
        members = [
            other
            for other in self.keepers.values()
            if not isinstance(way, ConfigurationKeyWay)
            or way.key(other.number) == way.key(keeper.number)
        ]
        cars = self._with_a_car(members)
        wanted = {
            one.number: self.limit(one, way, raises=raises)
            for one in cars
            if one.wanted is not None
        }
        active = {number: amperes for number, amperes in wanted.items() if amperes > 0}
        told = min(active.values(), default=min(wanted.values(), default=0.0))
        parts = self._parts(way, members, active)
        if parts is None:
            told = self._bearable(way, members, told) or told
            shares = {member.number: told for member in members}
        else:
            told = self._sum(way, parts)
            shares = {member.number: parts.get(member.number, 0.0) for member in members}
        charging = frozenset(active)
        numbers = {one.number for one in cars}
        told_to = {one: shares[one] for one in charging}
        for number in numbers - charging:
            adds = (
                way.scope is not Scope.STATION
                or number not in wanted
                or not self._draws_with(number, charging)
                or self._left_by(self._slot(way, keeper.number), told_to, numbers)
            )
            shares[number] = told if adds else 0.0
        return told, shares, charging

    def _parts(
        self, way: Way, members: Iterable[ConnectorLimit], active: Mapping[int, float]
    ) -> Mapping[int, float] | None:
        """How those that are to charge share what is sent for all of them; None: they can't.

        What one can't take of its part is not sent where another could. While their sum is
        refused they share what is taken, if that is enough for everybody.
        """
        if way.scope is not Scope.STATION or not self._count_alike(active):
            return None
        slot = self._slot(way, min(active))
        cars = {one.number for one in self._with_a_car(members)}
        wanted = dict(active)
        # Whose part is less by that may take what others leave in turn.
        while left := self._left_by(slot, wanted, cars):
            wanted = {one: amperes - left.get(one, 0.0) for one, amperes in wanted.items()}
        total = self._sum(way, wanted)
        bearable = self._bearable(way, members, total)
        if bearable == total:
            return wanted
        parts = {} if bearable is None else self._parts_of(bearable, way, wanted)
        can_share = all(parts.values()) and not self._left_by(slot, parts, cars)
        return parts if parts and can_share else None

    def _left_by(
        self, slot: Slot, parts: Mapping[int, float], cars: Iterable[int]
    ) -> dict[int, float]:
        """What each can't take of its part of a slot's limit, and another could, A per phase."""
        beside = {number: self.keepers[number].ledger.beside(slot.name) for number in cars}
        takes = {one for one, most in beside.items() if max(most) > parts.get(one, 0.0) + SAME}
        left = {one: parts[one] - min(beside[one]) for one in parts.keys() & beside.keys()}
        return {one: most for one, most in left.items() if most > SAME and takes - {one}}

    @staticmethod
    def _bearable(way: Way, members: Iterable[ConnectorLimit], amperes: float) -> float | None:
        """So much, or what is taken of it as far as any of them knows (`BackOff.bearable`)."""
        least = amperes
        for member in members:
            bearable = member.bearable(way, amperes)
            if bearable is None:
                return None
            least = min(least, bearable)
        return least

    def _count_alike(self, numbers: Iterable[int]) -> bool:
        """Whether the limits of all these cars count on the same grid phases."""
        return len({self._counts_on(self.keepers[number]) for number in numbers}) == 1

    def holds(self, keeper: ConnectorLimit, slot: Slot, together: Together) -> bool:
        """Whether a connector has only its part of a slot's limit as long as things are as they are."""
        members = (one for number, one in self.keepers.items() if number in together.outlets)
        cars = {one.number: one for one in self._with_a_car(members)}
        if keeper.number not in cars:
            return True
        charging = together.parts.keys()
        left = self._left_by(slot, together.parts, cars)
        if left.keys() - {keeper.number}:
            return False
        if keeper.number not in charging and not self._is_to_charge(keeper):
            return self._draws_with(keeper.number, charging & cars.keys())
        to_charge = {number for number, one in cars.items() if self._is_to_charge(one)}
        return charging <= cars.keys() and self._count_alike(charging | to_charge)

    def _draws_with(self, number: int, others: Iterable[int]) -> bool:
        """Whether others count on any phase on which a car does.

        A paused one then draws from what those were given, and adds nothing there. What it
        draws on other phases counts once it is seen: counted twice here, both would be paused.
        """
        phases = self._counts_on(self.keepers[number])
        return any(phases & self._counts_on(self.keepers[one]) for one in others)

    @staticmethod
    def _counts_on(keeper: ConnectorLimit) -> frozenset[int]:
        """The grid phases that a car's limit counts on: all, until those are known that it loads."""
        if keeper.phases is not None:
            return keeper.phases
        return _ALL if keeper.outlet is None else keeper.outlet.phases

    @staticmethod
    def _with_a_car(members: Iterable[ConnectorLimit]) -> list[ConnectorLimit]:
        """Those whose sessions share a limit; all, where there is none."""
        everybody = list(members)
        return [one for one in everybody if one.transaction_id is not None] or everybody

    def _is_to_charge(self, keeper: ConnectorLimit) -> bool:
        if keeper.wanted is None:
            return False
        return quantised(keeper.wanted, self.profile) > 0 or not self.takes_zero

    def _sum(self, way: Way, parts: Mapping[int, float]) -> float:
        """What is told for all these parts together."""
        total = quantised(sum(parts.values()), self.profile, way)
        return float(math.floor(total)) if self.whole else total

    def _parts_of(self, total: float, way: Way, wanted: Mapping[int, float]) -> dict[int, float]:
        """How a total is shared that is less than what is wanted, A per phase.

        Nobody loses what it has by that. Where nobody knows what each has, all get as much.
        """
        has = {
            number: self.keepers[number].ledger.held_amperes(self._slot(way, number))
            for number in wanted
        }
        parts = {number: min(amperes, has[number] or 0.0) for number, amperes in wanted.items()}
        if None in has.values() or sum(parts.values()) > total:
            parts = dict.fromkeys(wanted, 0.0)
        claims = []
        rest = total
        for number in sorted(wanted, key=lambda one: (-parts[one], one)):
            least = parts[number] or self.profile.minimum
            if least <= min(rest, wanted[number]):
                rest -= least
                claims.append(
                    Claim(
                        id=ConnectorId(self.charger.id, number),
                        path=("",),
                        phases=frozenset({Phase.L1}),
                        minimum=least,
                        maximum=wanted[number],
                        step=self.step,
                    )
                )
        shared = allocate(claims, {"": PhaseCurrents(total, total, total)})
        return parts | {one.number: share.amperes for one, share in shared.items()}

    def _told(self, amperes: float, way: Way) -> float:
        told = quantised(amperes, self.profile, way)
        if self.whole:
            told = float(math.floor(told))
        return told if told > 0 or self.takes_zero else self.profile.minimum

    # Commands

    def command(
        self, strategy: Strategy, keeper: ConnectorLimit, *, raises: bool = True
    ) -> Command:
        """What to send in a strategy by what is wanted at this moment; changes nothing.

        Not `raises`: nobody gets more than may be in force for it.
        """
        way = strategy.way
        amperes, shares, charging = self._shared(way, keeper, raises=raises)
        fallback = self._fallback(strategy, keeper)
        # Before something surely stands below it no limit may end: nothing would limit then.
        backed = not strategy.stands or self.stands(strategy, keeper)
        life = self.life(keeper, amperes, fallback) if backed else None
        ending = strategy.ending(life, fallback)
        question = self.charger.dialect.set_limit(
            way,
            self.target(keeper, exact=strategy.ends and strategy.form is not Form.OFFLINE),
            self._lifted(amperes, shares) if in_watts(way) else amperes,
            ending,
        )
        running = Running(
            strategy=strategy,
            at=clock.monotonic(),
            life=life if strategy.ends else None,
            clock_offset=self.clock_offset(),
        )
        return Command(
            strategy=strategy,
            question=question,
            amperes=amperes,
            shares=shares,
            bookings=self._bookings(strategy, amperes, shares, charging, ending, fallback),
            running=running,
            fallback=fallback,
        )

    def _fallback(self, strategy: Strategy, keeper: ConnectorLimit) -> float:
        """What a limit goes on with, A. A cut waits for no disk: it raises nothing yet."""
        fallback = self.fallback(keeper, strategy.way)
        if strategy.form is Form.TWO_PERIODS and keeper.cut_since is not None:
            return min(fallback, stands_at_most(keeper))
        return fallback

    def _lifted(self, amperes: float, shares: Mapping[int, float]) -> float:
        """What to send in watts, A of one phase: more where every outlet's hardware bounds it."""
        lifted = {number: self.keepers[number].lifted(share) for number, share in shares.items()}
        if all(lifted[number] > share for number, share in shares.items() if share > 0.0):
            return max(amperes, sum(lifted.values()))
        return amperes

    def _bookings(
        self,
        strategy: Strategy,
        amperes: float,
        shares: Mapping[int, float],
        charging: frozenset[int],
        ending: Ending | None,
        fallback: float,
    ) -> dict[int, Booking]:
        """What the books of all those say who share what is sent."""
        watts = in_watts(strategy.way)
        two = strategy.form is Form.TWO_PERIODS and ending is not None
        offline = ending is not None and ending.offline
        sent = self._lifted(amperes, shares) if watts else amperes
        parts = {number: shares[number] for number in charging}
        together = Together(sent, frozenset(shares), parts)
        booked = {
            number: self.keepers[number].lifted(share) if watts else share
            for number, share in shares.items()
        }
        return {
            number: Booking(
                slot=self._slot(strategy.way, number),
                amperes=part,
                in_watts=watts,
                end=None if ending is None or offline else End.after(ending.after),
                alone=ending.after if ending is not None and offline else None,
                then=fallback if two else None,
                transaction_id=self.keepers[number].transaction_id
                if strategy.needs_transaction
                else None,
                dated=self.dated(strategy.way),
                together=together if part < sent else None,
            )
            for number, part in booked.items()
        }

    def slot(self, strategy: Strategy, keeper: ConnectorLimit) -> Slot:
        """Where a connector's limit is in the charger."""
        return self._slot(strategy.way, keeper.number)

    def _slot(self, way: Way, number: int) -> Slot:
        return commands.slot(way, number, len(self.keepers), self.choice.stack_level_maximum)

    def place(self, strategy: Strategy, keeper: ConnectorLimit) -> str:
        """Where a connector's fallback is in the charger (`Strategy.place`)."""
        return strategy.place(keeper.number, len(self.keepers), self.choice.stack_level_maximum)

    def stands(self, strategy: Strategy, keeper: ConnectorLimit) -> bool:
        """Whether the charger holds what is to follow this strategy's limits.

        A charger that is back may have forgotten it. That is found out beside its limits,
        by asking for its schedule; only a key is read before the limit is sent.
        """
        standing = keeper.standing
        if standing is None or (keeper.doubted and strategy.form is Form.KEY):
            return False
        return standing.place == self.place(strategy, keeper)

    def target(self, keeper: ConnectorLimit, *, exact: bool) -> Target:
        """Who is told, and when it is; not `exact`: by the slower of the charger's clock and ours."""
        told = self.charger_time()
        return Target(
            connector=keeper.number,
            connectors=len(self.keepers),
            transaction_id=keeper.transaction_id,
            phases=None if keeper.phases is None else len(keeper.phases),
            stack_level_maximum=self.choice.stack_level_maximum,
            now=told if exact else min(clock.now(), told),
        )

    @staticmethod
    def life(keeper: ConnectorLimit, amperes: float, fallback: float) -> float | None:
        """Seconds that a limit is to live; None: for good."""
        if keeper.terms is None:
            return None
        return keeper.terms.lifetime * (BELOW_FALLBACK if amperes < fallback else 1.0)

    def dated(self, way: Way) -> float | None:
        """By which clock a limit is dated that is set in a way; None: by none."""
        dated = isinstance(way, ChargingProfileWay) and way.kind is Kind.ABSOLUTE
        return self.clock_offset() if dated else None

    def clock_offset(self) -> float:
        """The charger's clock, beside one that nobody sets."""
        return self.charger_time().timestamp() - clock.monotonic()
