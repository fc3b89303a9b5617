"""A way of setting a limit, and what becomes of the limit when nobody renews it.

Home Assistant can die, and after a power cut chargers boot before it. So a
limit is made to end by itself where a charger can do that, and what then holds
is in the charger already: the connector's fallback.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from ..dialect import Dialect, Ending, Question, Target
from ..models import (
    ChargerProfile,
    ChargingProfileWay,
    ConfigurationKeyWay,
    Kind,
    Purpose,
    Scope,
    Way,
)
from . import commands


class Form(StrEnum):
    """What becomes of a limit that nobody renews."""

    PLAIN = "plain"
    """It stays for good."""
    LAYERS = "layers"
    """It ends, and a standing profile below it holds."""
    TRANSACTION = "transaction"
    """It is the session's own and ends; a standing profile for all sessions holds."""
    TWO_PERIODS = "two_periods"
    """Its schedule goes on with a second period."""
    OFFLINE = "offline"
    """It ends once its charger has been offline for a while, and a standing profile below it holds."""
    KEY = "key"
    """The charger has a key of its own for what it does alone."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way of setting a limit, in one of its forms."""

    way: Way
    form: Form = Form.PLAIN

    @property
    def name(self) -> str:
        """A short text that tells it from the charger's others, to remember it by."""
        name = commands.name(self.way)
        return name if self.form is Form.PLAIN else f"{name}+{self.form}"

    @property
    def needs_transaction(self) -> bool:
        """Whether it works only while a session runs."""
        return isinstance(self.way, ChargingProfileWay) and self.way.purpose is Purpose.TX

    @property
    def is_of_one(self) -> bool:
        """Whether it is told for one connector alone, and written in no setting of the charger."""
        return isinstance(self.way, ChargingProfileWay) and self.way.scope is Scope.CONNECTOR

    @property
    def ends(self) -> bool:
        """Whether its limits end by themselves."""
        return self.form in (Form.LAYERS, Form.OFFLINE, Form.TRANSACTION, Form.TWO_PERIODS)

    @property
    def stands(self) -> bool:
        """Whether the fallback is set apart from the limit, once and for good."""
        return self.form in (Form.LAYERS, Form.OFFLINE, Form.TRANSACTION, Form.KEY)

    def ending(self, life: float | None, fallback: float) -> Ending | None:
        """How a limit ends that is to live `life` seconds; None: it stays."""
        if not self.ends or life is None:
            return None
        if self.form is Form.OFFLINE:
            # The other half is for the charger to notice that it is.
            return Ending(after=life / 2.0, offline=True)
        return Ending(after=life, then=fallback if self.form is Form.TWO_PERIODS else None)

    def standing(
        self,
        dialect: Dialect,
        target: Target,
        fallback: float,
        profile: ChargerProfile,
        *,
        whatever_the_clock: bool,
    ) -> Question | None:
        """What sets what holds afterwards (A per phase); None: the limit has it.

        `whatever_the_clock`: it holds even before the charger has been told the time.
        """
        match self.way:
            case ChargingProfileWay() as way if self.stands:
                return dialect.set_standing(
                    way, target, fallback, whatever_the_clock=whatever_the_clock
                )
            case ChargingProfileWay():
                return None
            case ConfigurationKeyWay() if profile.fail_safe is not None and self.stands:
                safe = profile.fail_safe
                key = ConfigurationKeyWay(keys={0: safe.key}, scale=safe.scale)
                return dialect.set_limit(key, target, fallback)
            case _:
                return None

    def place(self, connector: int, connectors: int, stack_level_maximum: int | None) -> str:
        """Where in the charger a connector's fallback is, apart from all other places."""
        if self.stands and isinstance(self.way, ChargingProfileWay):
            level = commands.level(self.way, connector, connectors, stack_level_maximum)
            return f"profile/{max(0, level - 1)}"
        return self.form.value

    def profiles(self, connector: int) -> frozenset[str]:
        """The names of the charging profiles that it leaves in the charger."""
        if not isinstance(self.way, ChargingProfileWay):
            return frozenset()
        limit = commands.profile(self.way, connector)
        return frozenset({limit, commands.standing(connector)} if self.stands else {limit})


def strategies(
    found: tuple[Way, ...],
    profile: ChargerProfile,
    *,
    connectors: int,
    stack_level_maximum: int | None,
    max_periods: int | None,
    ends_offline: bool = False,
) -> tuple[Strategy, ...]:
    """Every way in every form that may work, best first: those with an end before others.

    `ends_offline`: it knows limits that end while it is offline. `found` are the ways to try, in
    this order. Ways of one kind stay together:
    a charger that is limited by its keys isn't asked for profiles first.
    """
    result: list[Strategy] = []
    plain: list[Strategy] = []
    leading = next((way for way in found if isinstance(way, ChargingProfileWay)), None)
    for way in found:
        if isinstance(way, ChargingProfileWay):
            if leading is not None and way.unit is leading.unit:
                result += (
                    Strategy(one, form)
                    for one, form in _forms(
                        way, profile, connectors, stack_level_maximum, max_periods, ends_offline
                    )
                    if Strategy(one, form) not in result
                )
            plain.append(Strategy(way))
            continue
        result += plain
        plain = []
        if isinstance(way, ConfigurationKeyWay) and profile.fail_safe is not None:
            result.append(Strategy(way, Form.KEY))
        result.append(Strategy(way))
    return (*result, *plain)


def _forms(
    way: ChargingProfileWay,
    profile: ChargerProfile,
    connectors: int,
    maximum: int | None,
    max_periods: int | None,
    ends_offline: bool,
) -> Iterator[tuple[ChargingProfileWay, Form]]:
    """The forms in which a limit of this way ends by itself."""
    if (
        way.purpose is not Purpose.TX_DEFAULT
        or way.kind is not Kind.ABSOLUTE
        or way.scope is not Scope.CONNECTOR
        or profile.expiry_reliable is False
    ):
        return
    in_layers = commands.has_level_below(way, connectors, maximum)
    if in_layers:
        if ends_offline:
            yield way, Form.OFFLINE
        yield way, Form.LAYERS
    elif max_periods is None or max_periods >= 2:
        yield way, Form.TWO_PERIODS
    if Purpose.TX not in profile.never:
        yield replace(way, purpose=Purpose.TX), Form.TRANSACTION
