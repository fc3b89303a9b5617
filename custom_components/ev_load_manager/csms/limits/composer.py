"""What to send for a connector: its limit in the charger's steps, alone or shared."""

from collections.abc import Mapping
import math

from ..models import ChargerProfile, ConfigurationKeyWay, PauseMethod, Scope, Way
from . import commands
from .connector_limit import ConnectorLimit


class Amounts:
    """The currents that one charger is told, A per phase."""

    def __init__(self, keepers: Mapping[int, ConnectorLimit], profile: ChargerProfile) -> None:
        """`keepers` are looked at as they are at the time, `profile` may be replaced."""
        self.profile = profile
        self.zero_refused = False
        """It did not take 0 A on this connection."""
        self.whole = False
        """It was seen to refuse fractions of an ampere, and to take whole ones."""
        self._keepers = keepers

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

    def limit(self, keeper: ConnectorLimit, way: Way) -> float:
        """What a connector is to have."""
        return self._told(keeper.wanted or 0.0, way)

    def fallback(self, keeper: ConnectorLimit, way: Way) -> float:
        """What a connector is to have when nobody renews its limit.

        Where a key says it for the whole charger, it is the lowest of its connectors'.
        """
        together = [keeper]
        if isinstance(way, ConfigurationKeyWay):
            together = [*self._keepers.values()]
        return min(
            self._told(member.terms.fallback if member.terms else 0.0, way) for member in together
        )

    def shares(self, way: Way, keeper: ConnectorLimit) -> tuple[float, dict[int, float]]:
        """What to send for `keeper`, and which limit that means for whom.

        Where one limit holds for both outlets together it is their sum, if both
        cars are known to load the same phases. Else one car could take it all
        on a phase that was meant for the other: then it is the lowest.
        """
        if way.scope is Scope.CONNECTOR:
            amperes = self.limit(keeper, way)
            return amperes, {keeper.number: amperes}
        members = [
            other
            for other in self._keepers.values()
            if not isinstance(way, ConfigurationKeyWay)
            or way.key(other.number) == way.key(keeper.number)
        ]
        in_session = [member for member in members if member.transaction_id is not None]
        wanted = {
            member.number: self.limit(member, way)
            for member in in_session or members
            if member.wanted is not None
        }
        active = {number: amperes for number, amperes in wanted.items() if amperes > 0}
        loaded = {self._keepers[number].phases for number in active}
        lowest = min(active.values(), default=min(wanted.values(), default=0.0))
        if way.scope is Scope.STATION and len(loaded) == 1 and None not in loaded:
            total = commands.quantised(sum(active.values()), self.profile, way)
            if self.whole:
                total = float(math.floor(total))
            together = {member.number: active.get(member.number, 0.0) for member in members}
            return total, together
        # A paused car draws from what the others were given; it adds nothing.
        paused = 0.0 if way.scope is Scope.STATION else lowest
        return lowest, {
            member.number: paused if wanted.get(member.number) == 0.0 else lowest
            for member in members
        }

    def _told(self, amperes: float, way: Way) -> float:
        told = commands.quantised(amperes, self.profile, way)
        if self.whole:
            told = float(math.floor(told))
        return told if told > 0 or self.takes_zero else self.profile.minimum
