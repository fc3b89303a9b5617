"""The charging profiles in one charger, and what they allow together (part 2, block K).

Written from the specification's text, and from nothing else. Pure, as `profiles`.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from .profiles import Kind, Limit, Profile, ProfileRejected, Purpose, Session, Unit

_FROM_2_0_1 = frozenset({Purpose.EXTERNAL, Purpose.STATION_MAX, Purpose.TX_DEFAULT, Purpose.TX})
_NOT_DYNAMIC = frozenset({Kind.ABSOLUTE, Kind.RECURRING, Kind.RELATIVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRules:
    """What a charger takes, as its SmartChargingCtrlr says it."""

    max_stack_level: int = 8
    max_periods: int = 24
    max_installed: int = 20
    units: frozenset[Unit] = frozenset(Unit)
    purposes: frozenset[Purpose] = _FROM_2_0_1
    kinds: frozenset[Kind] = _NOT_DYNAMIC
    terminals: int = 3
    """Phases that it is fed by."""
    switches_phases: bool = False
    """It can charge on one phase where numberPhases says so."""
    chooses_phase: bool = False
    """ACPhaseSwitchingSupported: it can take the phase that phaseToUse says."""
    least_own_id: int = 0
    """2.1, MaxExternalConstraintsId: profiles of a central system have a higher id (K01.FR.80)."""

    # What real ones are known to do.
    takes_absolute_without_start: bool = False
    """It counts from the start of the transaction then, as OCPP 1.6 does."""
    replaces_same_place: bool = False
    """Another id on a taken level replaces what is there, as in OCPP 1.6."""
    ignores_duration: bool = False
    ignores_valid_to: bool = False
    """It honours one of the two ends that a profile can have, and not the other."""


class Installed(NamedTuple):
    """A profile, and the EVSE that it was set for."""

    evse: int
    profile: Profile
    source: str = "CSO"
    """chargingLimitSource: who set it."""


class ProfileStore:
    """The profiles of a charger. They outlive a reboot (K01.FR.27)."""

    def __init__(self, rules: ProfileRules | None = None, *, evses: int = 1) -> None:
        """Start empty, in a charger with EVSEs 1 to `evses`."""
        self.rules = rules or ProfileRules()
        self.offline_since: float | None = None
        """When the central system was lost, on the charger's clock."""
        self.priority: set[str] = set()
        """2.1: transactions that charge by their PriorityCharging profile."""
        self._evses = evses
        self._installed: list[Installed] = []

    def __iter__(self) -> Iterator[Installed]:
        """All profiles, in the order they came."""
        return iter(tuple(self._installed))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._installed)

    def copy(self) -> ProfileStore:
        """The same profiles, in a store of their own."""
        store = ProfileStore(self.rules, evses=self._evses)
        store._installed = list(self._installed)
        return store

    # -- coming and going -------------------------------------------------

    def install(
        self, evse: int, profile: Profile, *, at: float, session: Session | None = None
    ) -> None:
        """Put in what a central system sends at `at`; `session` is the EVSE's transaction.

        Raises ProfileRejected. The same id replaces, wherever it lies (K01.FR.05).
        """
        self._refuse_what_is_unknown_here(evse, profile)
        self._refuse_phases(profile)
        self._refuse_start(profile)
        if profile.purpose is Purpose.TX:
            self._refuse_strange_transaction(evse, profile, session)
        if profile.schedules > 1 and not (session and session.told_needs):
            raise ProfileRejected("TooManyElements", "one schedule (K01.FR.34)")
        if any(one.profile.purpose is Purpose.EXTERNAL for one in self.find(ids=(profile.id,))):
            raise ProfileRejected("InvalidProfile", "that id is somebody else's (K01.FR.05)")
        kept = [one for one in self._installed if one.profile.id != profile.id]
        if self.rules.replaces_same_place:
            kept = [one for one in kept if not _clash(evse, profile, one)]
        self._refuse_clash(evse, profile, kept)
        if len(kept) >= self.rules.max_installed:
            raise ProfileRejected("TooManyElements", f"there are {len(kept)} profiles already")
        if profile.kind is Kind.DYNAMIC:
            profile = replace(profile, updated=at)
        self._installed = [*kept, Installed(evse, profile)]

    def limit_externally(self, evse: int, profile: Profile, source: str) -> None:
        """Put in what somebody else set; the central system only hears of it."""
        kept = [one for one in self._installed if one.profile.id != profile.id]
        self._installed = [*kept, Installed(evse, profile, source)]

    def update(self, id: int, limit: float, others: tuple[float, ...], at: float) -> bool:
        """Give a dynamic profile another limit (K28); returns whether there is such a one."""
        for number, one in enumerate(self._installed):
            if one.profile.id == id and one.profile.kind is Kind.DYNAMIC:
                changed = one.profile.with_limit(limit, others, at)
                self._installed[number] = one._replace(profile=changed)
                return True
        return False

    def find(
        self,
        *,
        evse: int | None = None,
        ids: Collection[int] = (),
        purpose: Purpose | None = None,
        stack_level: int | None = None,
        sources: Collection[str] = (),
    ) -> list[Installed]:
        """All that match everything that is given (K09.FR.03)."""
        return [
            one
            for one in self._installed
            if evse in (None, one.evse)
            and (not ids or one.profile.id in ids)
            and purpose in (None, one.profile.purpose)
            and stack_level in (None, one.profile.stack_level)
            and (not sources or one.source in sources)
        ]

    def clear(
        self,
        *,
        id: int | None = None,
        evse: int | None = None,
        purpose: Purpose | None = None,
        stack_level: int | None = None,
    ) -> int:
        """Remove what a central system may, and what matches (K10); returns how many."""
        if id is not None:
            evse = purpose = stack_level = None
        found = self.find(
            evse=evse,
            ids=() if id is None else (id,),
            purpose=purpose,
            stack_level=stack_level,
        )
        return self._remove(one for one in found if one.profile.purpose is not Purpose.EXTERNAL)

    def lift_external(self, evse: int, source: str) -> int:
        """Remove what somebody else set for an EVSE; returns how many that were."""
        found = self.find(evse=evse, purpose=Purpose.EXTERNAL, sources=(source,))
        return self._remove(found)

    def end_transaction(self, transaction_id: str) -> None:
        """A TxProfile lives as long as its transaction (K02.FR.05)."""
        self.priority.discard(transaction_id)
        self._remove(one for one in self if one.profile.transaction_id == transaction_id)

    def keep_only(self, purposes: Collection[Purpose], *, endless: bool = False) -> int:
        """Forget what doesn't outlive a reboot here; returns how many that were.

        `endless`: what ends by itself is forgotten, too.
        """
        return self._remove(
            one
            for one in self
            if one.profile.purpose not in purposes
            or (endless and (one.profile.duration is not None or one.profile.valid_to is not None))
        )

    def come_back(self, at: float) -> None:
        """The central system is back: what ended with its absence is gone (K01.FR.103)."""
        self._remove(
            one
            for one in self
            if one.profile.ends_offline and not one.profile.is_valid(at, self.offline_since)
        )
        self.offline_since = None

    def _remove(self, gone: Iterable[Installed]) -> int:
        ids = {one.profile.id for one in gone}
        before = len(self._installed)
        self._installed = [one for one in self._installed if one.profile.id not in ids]
        return before - len(self._installed)

    # -- what they allow --------------------------------------------------

    def station_limit(self, at: float, session: Session | None = None) -> Limit | None:
        """What all EVSEs may draw together (K01.FR.38); None: anything."""
        return _lowest(
            self._leader(self._of(0, purpose), at, session)
            for purpose in (Purpose.STATION_MAX, Purpose.EXTERNAL)
        )

    def transaction_limit(
        self,
        evse: int,
        at: float,
        session: Session | None = None,
        *,
        defaults: ProfileStore | None = None,
    ) -> Limit | None:
        """What an EVSE's own profiles allow its transaction; None: anything.

        A TxProfile overrules every TxDefaultProfile while it says something (K02.FR.04),
        and both give way to a PriorityCharging profile that was switched on. With
        `defaults` the TxDefaultProfiles are taken from there.
        """
        own = None
        if session is not None:
            if session.transaction_id in self.priority:
                own = self._leader(
                    [*self._of(evse, Purpose.PRIORITY), *self._of(0, Purpose.PRIORITY)], at, session
                )
            own = own or self._leader(self._tx_profiles(evse, session), at, session)
        standing = (self if defaults is None else defaults).defaults(evse)
        own = own or self._leader(standing, at, session)
        return _lowest([own, self._leader(self._of(evse, Purpose.EXTERNAL), at, session)])

    def defaults(self, evse: int) -> list[Profile]:
        """The TxDefaultProfiles of an EVSE, its own and those of all; none shares a level."""
        return [*self._of(evse, Purpose.TX_DEFAULT), *self._of(0, Purpose.TX_DEFAULT)]

    def limit(self, evse: int, at: float, session: Session | None = None) -> Limit | None:
        """The lowest across the purposes (block K, 3.5); None: anything."""
        if evse == 0:
            return self.station_limit(at, session)
        return _lowest([self.station_limit(at, session), self.transaction_limit(evse, at, session)])

    def composite(
        self, evse: int, start: float, duration: float, session: Session | None = None
    ) -> list[tuple[int, Limit | None]]:
        """What holds from `start` on (K08): (offset in s, limit), equal neighbours joined."""
        schedule: list[tuple[int, Limit | None]] = []
        for moment in self.moments(evse, start, duration, session):
            limit = self.limit(evse, moment, session)
            if not schedule or schedule[-1][1] != limit:
                schedule.append((round(moment - start), limit))
        return schedule

    def moments(
        self, evse: int, start: float, duration: float, session: Session | None = None
    ) -> list[float]:
        """When from `start` on what an EVSE is allowed may change, to the fraction of a second."""
        end = start + duration
        edges = {
            edge
            for one in self._installed
            if one.evse in (0, evse)
            for edge in one.profile.edges(start, end, session)
        }
        return sorted({start, *edges})

    def _leader(
        self, profiles: Iterable[Profile], at: float, session: Session | None
    ) -> Limit | None:
        """What the highest stack level that says something at `at` allows (block K, 3.4)."""
        best: tuple[int, Limit] | None = None
        for profile in profiles:
            known = self._as_honoured(profile)
            if not known.is_valid(at, self.offline_since):
                continue
            limit = known.limit(at, session)
            if limit is not None and (best is None or profile.stack_level > best[0]):
                best = (profile.stack_level, limit)
        return best[1] if best else None

    def _as_honoured(self, profile: Profile) -> Profile:
        rules = self.rules
        if rules.ignores_duration and profile.duration is not None:
            profile = replace(profile, duration=None)
        if rules.ignores_valid_to and profile.valid_to is not None:
            profile = replace(profile, valid_to=None)
        if rules.takes_absolute_without_start and profile.start is None:
            if profile.kind is Kind.ABSOLUTE:
                profile = replace(profile, kind=Kind.RELATIVE)
        return profile

    def _of(self, evse: int, purpose: Purpose) -> list[Profile]:
        return [
            one.profile
            for one in self._installed
            if one.evse == evse and one.profile.purpose is purpose
        ]

    def _tx_profiles(self, evse: int, session: Session) -> list[Profile]:
        return [
            profile
            for profile in self._of(evse, Purpose.TX)
            if profile.transaction_id == session.transaction_id
        ]

    # -- what is refused --------------------------------------------------

    def _refuse_what_is_unknown_here(self, evse: int, profile: Profile) -> None:
        rules = self.rules
        if not 0 <= evse <= self._evses:
            raise ProfileRejected("UnknownEvse", f"there is no EVSE {evse} (K01.FR.28)")
        if profile.purpose is Purpose.EXTERNAL:
            raise ProfileRejected("InvalidProfile", "that is for others to set (K01.FR.22)")
        if profile.purpose not in rules.purposes or profile.kind not in rules.kinds:
            raise ProfileRejected("InvalidProfile", f"no {profile.kind} {profile.purpose} here")
        if profile.unit not in rules.units:
            raise ProfileRejected("UnsupportedRateUnit", f"no {profile.unit} here (K01.FR.26)")
        if profile.stack_level > rules.max_stack_level:
            raise ProfileRejected("InvalidStackLevel", f"{rules.max_stack_level} at most")
        if len(profile.periods) > rules.max_periods:
            raise ProfileRejected("TooManyElements", f"{rules.max_periods} periods at most")
        if rules.least_own_id and profile.id <= rules.least_own_id:
            raise ProfileRejected("InvalidProfile", f"ids begin above {rules.least_own_id}")
        if profile.purpose is Purpose.STATION_MAX:
            if evse != 0:
                raise ProfileRejected("InvalidProfile", "that is for EVSE 0")
            if profile.kind is Kind.RELATIVE:
                raise ProfileRejected("InvalidProfile", "it can't be Relative (K01.FR.38)")

    def _refuse_phases(self, profile: Profile) -> None:
        rules = self.rules
        for period in profile.periods:
            if round(period.limit, 1) != period.limit:
                raise ProfileRejected("InvalidSchedule", "a limit has one decimal at most")
            if period.phase is not None and (period.phases != 1 or not rules.chooses_phase):
                raise ProfileRejected("InvalidSchedule", "no phaseToUse here (K01.FR.19, FR.20)")
            fewer = period.phases is not None and period.phases < rules.terminals
            if fewer and not rules.switches_phases:
                raise ProfileRejected(
                    "UnsupportedParam", f"it charges on {rules.terminals} phases (K01.FR.43)"
                )

    def _refuse_start(self, profile: Profile) -> None:
        timed = profile.kind in (Kind.ABSOLUTE, Kind.RECURRING)
        if timed and profile.start is None and not self.rules.takes_absolute_without_start:
            raise ProfileRejected("InvalidSchedule", "nobody says when it starts (K01.FR.40)")
        if not timed and profile.start is not None:
            raise ProfileRejected("InvalidSchedule", f"{profile.kind} has no start (K01.FR.41)")

    @staticmethod
    def _refuse_strange_transaction(evse: int, profile: Profile, session: Session | None) -> None:
        if evse == 0:
            raise ProfileRejected("InvalidProfile", "a TxProfile is for one EVSE (K01.FR.16)")
        if profile.transaction_id is None:
            raise ProfileRejected("MissingParam", "a TxProfile has a transactionId (K01.FR.03)")
        if session is None:
            raise ProfileRejected("TxNotFound", "nobody charges here (K01.FR.09)")
        if profile.transaction_id != session.transaction_id:
            raise ProfileRejected("TxNotFound", "that transaction isn't here (K01.FR.33)")

    @staticmethod
    def _refuse_clash(evse: int, profile: Profile, others: Iterable[Installed]) -> None:
        if any(_clash(evse, profile, one) for one in others):
            raise ProfileRejected("DuplicateProfile", "its level is taken (K01.FR.06, FR.39)")
        if profile.purpose is Purpose.TX_DEFAULT and any(
            one.profile.purpose is Purpose.TX_DEFAULT
            and one.profile.stack_level == profile.stack_level
            and (one.evse == 0) != (evse == 0)
            for one in others
        ):
            raise ProfileRejected("DuplicateProfile", "on 0 or on EVSEs (K01.FR.52, FR.53)")


def _clash(evse: int, profile: Profile, other: Installed) -> bool:
    """Whether two profiles of different ids want the same place at the same time."""
    old = other.profile
    if (old.purpose, old.stack_level) != (profile.purpose, profile.stack_level):
        return False
    if profile.purpose is Purpose.TX:
        return old.transaction_id == profile.transaction_id
    return other.evse == evse and _overlap(profile, old)


def _overlap(one: Profile, other: Profile) -> bool:
    return _begins_before_end_of(one, other) and _begins_before_end_of(other, one)


def _begins_before_end_of(one: Profile, other: Profile) -> bool:
    return one.valid_from is None or other.valid_to is None or one.valid_from < other.valid_to


def _lowest(limits: Iterable[Limit | None]) -> Limit | None:
    return min(
        (one for one in limits if one is not None), key=lambda one: one.amperes, default=None
    )
