"""Where there is too little for all minimums, everyone's turn comes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
import math
from random import Random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ev_load_manager.balancing.admission import (
    OVERDUE,
    TURN,
    Admission,
    Candidate,
    admit,
)
from custom_components.ev_load_manager.balancing.allocation import Claim, allocate
from custom_components.ev_load_manager.balancing.phases import ALL_PHASES, Phase, PhaseCurrents
from custom_components.ev_load_manager.balancing.site import ConnectorId, Policy, Priority, Site
from custom_components.ev_load_manager.balancing.tuning import Tuning

from .strategies import sites

MIN_PAUSE = Tuning().minimum_pause_for_turns

L1, L2, L3 = (frozenset({phase}) for phase in Phase)
SIXTEEN = {"group": PhaseCurrents.same(16.0)}
TWENTY = {"group": PhaseCurrents.same(20.0)}
HOUR = 3600.0
DAY = 24 * HOUR


def car(
    name: str,
    phases: frozenset[Phase] = L1,
    *,
    since: float | None = None,
    waiting: float = 0.0,
    paused: float | None = None,
    priority: Priority = Priority.NORMAL,
    minimum: float = 6.0,
    must_serve: bool = False,
    served: float = 0.0,
    cannot_start: bool = False,
) -> Candidate:
    return Candidate(
        id=ConnectorId(name, 1),
        path=("group",),
        phases=phases,
        minimum=minimum,
        priority=priority,
        serving_since=since,
        waiting_since=waiting,
        paused_at=paused,
        must_serve=must_serve,
        served=served,
        cannot_start=cannot_start,
    )


def choose(
    *cars: Candidate,
    limit: Mapping[str, PhaseCurrents] = SIXTEEN,
    rated: Mapping[str, PhaseCurrents] = TWENTY,
    policy: Policy = Policy.TAKE_TURNS,
    now: float = 0.0,
    held: Mapping[str, PhaseCurrents] | None = None,
) -> Admission:
    return admit(cars, limit=limit, rated=rated, policy=policy, now=now, held=held)


def names(ids: Iterable[ConnectorId]) -> set[str]:
    return {id_.charger for id_ in ids}


def shares(admission: Admission, cars: Sequence[Candidate]) -> dict[str, float]:
    claims = [
        Claim(id=one.id, path=one.path, phases=one.phases, minimum=one.minimum, maximum=32.0)
        for one in cars
        if one.id in admission.admitted
    ]
    return {id_.charger: share.amperes for id_, share in allocate(claims, SIXTEEN).items()}


def test_with_minimum_for_all_three_cars_keep_6_amperes_on_16() -> None:
    cars = [car("leaf"), car("nv200"), car("tesla", ALL_PHASES)]
    admission = choose(*cars, policy=Policy.MINIMUM_FOR_ALL)
    assert shares(admission, cars) == {"leaf": 6.0, "nv200": 6.0, "tesla": 6.0}
    assert admission.waiting == {}
    assert admission.next_change_at is None


def test_with_turns_two_cars_share_16_amperes_and_one_waits() -> None:
    cars = [car("leaf"), car("nv200"), car("tesla", ALL_PHASES, waiting=1.0)]
    admission = choose(*cars)
    assert shares(admission, cars) == {"leaf": 8.0, "nv200": 8.0}
    assert admission.waiting == {ConnectorId("tesla", 1): TURN}
    assert admission.next_change_at == TURN


def test_with_minimum_for_all_the_rated_current_is_never_exceeded() -> None:
    cars = [car(f"car {n}") for n in range(4)]
    admission = choose(*cars, policy=Policy.MINIMUM_FOR_ALL)
    assert names(admission.admitted) == {"car 0", "car 1", "car 2"}
    assert names(admission.waiting) == {"car 3"}


def test_with_turns_a_limit_above_the_rated_current_does_not_count() -> None:
    hundred = {"group": PhaseCurrents.same(100.0)}
    admission = choose(*(car(f"car {n}") for n in range(5)), limit=hundred)
    assert len(admission.admitted) == 3


def test_what_others_take_is_not_given_away() -> None:
    held = {"group": PhaseCurrents(6.0, 0.0, 0.0)}
    admission = choose(car("a"), car("b"), car("c", L2), held=held)
    assert names(admission.admitted) == {"a", "c"}


def test_a_circuit_without_a_limit_or_with_an_infinite_one_holds_nobody_back() -> None:
    cars = [car(f"car {n}") for n in range(9)]
    infinite = {"group": PhaseCurrents.same(math.inf)}
    assert len(choose(*cars, limit={}, rated={}).admitted) == 9
    assert len(choose(*cars, limit=infinite, rated={}).admitted) == 9


def test_nobody_is_rotated_while_nobody_waits() -> None:
    admission = choose(car("a", since=0.0), car("b", since=0.0), now=10 * TURN)
    assert names(admission.admitted) == {"a", "b"}
    assert admission.next_change_at is None


def test_a_turn_is_not_cut_short() -> None:
    cars = [car("a", since=0.0), car("b", since=0.0), car("c", waiting=1.0)]
    admission = choose(*cars, now=TURN - 0.5)
    assert names(admission.admitted) == {"a", "b"}
    assert admission.next_change_at == TURN


def test_when_a_turn_is_over_who_waits_longest_takes_the_place() -> None:
    cars = [
        car("a", since=0.0),
        car("b", since=300.0),
        car("late", waiting=200.0),
        car("early", waiting=100.0),
    ]
    admission = choose(*cars, now=TURN)
    assert names(admission.admitted) == {"b", "early"}
    assert admission.waiting == {
        ConnectorId("late", 1): 300.0 + TURN,
        ConnectorId("a", 1): TURN + TURN,
    }


def test_of_two_whose_turn_is_over_the_one_served_longest_leaves() -> None:
    cars = [car("a", since=10.0), car("b", since=0.0), car("c", waiting=5.0)]
    assert names(choose(*cars, now=2 * TURN).admitted) == {"a", "c"}


EIGHT = {"group": PhaseCurrents.same(8.0)}


def test_who_can_not_start_takes_no_place_of_a_turn_that_is_over() -> None:
    cars = [car("a", since=0.0), car("idle", waiting=1.0, cannot_start=True)]
    admission = choose(*cars, limit=EIGHT, now=2 * OVERDUE)
    assert names(admission.admitted) == {"a"}


@pytest.mark.parametrize("must_serve", [False, True])
def test_who_can_not_start_leaves_at_once_for_who_can(must_serve: bool) -> None:
    idle = car("idle", since=0.0, must_serve=must_serve, cannot_start=True)
    assert names(choose(idle, limit=EIGHT, now=60.0).admitted) == {"idle"}
    admission = choose(idle, car("a", waiting=60.0), limit=EIGHT, now=60.0)
    assert names(admission.admitted) == {"a"}
    paused = car("a", waiting=0.0, paused=0.0)
    admission = choose(idle, paused, limit=EIGHT, now=60.0)
    assert names(admission.admitted) == {"idle"}
    assert admission.waiting == {paused.id: MIN_PAUSE}


def test_who_can_not_start_takes_no_room_that_is_kept_for_who_waits_longest() -> None:
    cars = [
        car("a", L1, since=0.0),
        car("big", minimum=10.0, waiting=0.0),
        car("idle", waiting=1.0, cannot_start=True),
    ]
    admission = choose(*cars, limit={"group": PhaseCurrents.same(13.0)}, now=OVERDUE + 1.0)
    assert "idle" not in names(admission.admitted)


def test_a_place_on_another_phase_displaces_nobody() -> None:
    cars = [car("a", since=0.0), car("b", since=0.0), car("c", L2, waiting=1.0)]
    assert names(choose(*cars, now=2 * TURN).admitted) == {"a", "b", "c"}


def test_whoever_cannot_fit_by_its_leaving_displaces_nobody() -> None:
    cars = [car("a", since=0.0), car("b", L2, since=0.0), car("c", minimum=17.0, waiting=1.0)]
    admission = choose(*cars, now=2 * OVERDUE)
    assert names(admission.admitted) == {"a", "b"}
    assert admission.waiting == {ConnectorId("c", 1): None}
    assert admission.next_change_at is None


@pytest.mark.parametrize(
    ("priority", "turn"),
    [(Priority.LOW, 0.5 * TURN), (Priority.NORMAL, TURN), (Priority.HIGH, 2 * TURN)],
)
def test_higher_priority_has_longer_turns(priority: Priority, turn: float) -> None:
    cars = [car("a", since=0.0, priority=priority), car("b", since=5 * HOUR), car("c")]
    assert names(choose(*cars, now=turn - 1.0).admitted) == {"a", "b"}
    assert "c" in names(choose(*cars, now=turn).admitted)


def test_higher_priority_chooses_first() -> None:
    cars = [
        car("low", waiting=-100.0, priority=Priority.LOW),
        car("normal", waiting=0.0),
        car("high", waiting=100.0, priority=Priority.HIGH),
    ]
    assert names(choose(*cars, now=200.0).admitted) == {"high", "normal"}


def test_of_two_who_wait_equally_long_the_one_that_had_less_comes_first() -> None:
    limit = {"group": PhaseCurrents.same(6.0)}
    more, less = car("a", served=2 * TURN), car("b", served=TURN)
    assert names(choose(more, less, limit=limit).admitted) == {"b"}


def test_who_takes_twice_as_much_in_its_turn_waits_twice_as_long() -> None:
    limit = {"group": PhaseCurrents.same(12.0)}
    large, small = car("large", minimum=12.0, waiting=0.0), car("small", waiting=600.0)
    rival = car("rival", waiting=600.0)
    assert names(choose(large, small, rival, limit=limit, now=1000.0).admitted) == {"large"}
    small, rival = car("small", waiting=400.0), car("rival", waiting=400.0)
    assert names(choose(large, small, rival, limit=limit, now=1000.0).admitted) == {
        "small",
        "rival",
    }


def test_long_waiting_outweighs_priority() -> None:
    limit = {"group": PhaseCurrents.same(6.0)}
    low = car("low", waiting=0.0, priority=Priority.LOW)
    high = car("high", waiting=3 * HOUR, priority=Priority.HIGH)
    assert names(choose(low, high, limit=limit, now=3 * HOUR).admitted) == {"low"}


def test_a_paused_car_stays_paused_for_five_minutes_even_where_there_is_room() -> None:
    paused = car("a", waiting=100.0, paused=100.0)
    early = choose(paused, now=100.0 + MIN_PAUSE - 1.0)
    assert early.admitted == frozenset()
    assert early.waiting == {paused.id: 100.0 + MIN_PAUSE}
    assert early.next_change_at == 100.0 + MIN_PAUSE
    assert choose(paused, now=100.0 + MIN_PAUSE).admitted == {paused.id}


def test_a_lower_limit_pauses_whose_turn_ends_first() -> None:
    cars = [car("a", since=0.0), car("b", since=60.0)]
    limit = {"group": PhaseCurrents.same(10.0)}
    admission = choose(*cars, limit=limit, now=120.0)
    assert names(admission.admitted) == {"b"}
    assert admission.waiting == {ConnectorId("a", 1): 60.0 + TURN}


def test_a_car_that_would_not_wake_is_never_rotated() -> None:
    cars = [
        car("sleepy", since=0.0, must_serve=True),
        car("a", since=0.0),
        car("b", waiting=1.0),
    ]
    assert names(choose(*cars, now=5 * TURN).admitted) == {"sleepy", "b"}


def test_a_car_that_would_not_wake_is_served_before_others_who_wait() -> None:
    cars = [
        car("sleepy", waiting=50.0, must_serve=True),
        car("a", since=0.0),
        car("b", since=60.0),
        car("c", waiting=1.0, priority=Priority.HIGH),
    ]
    assert names(choose(*cars, now=TURN).admitted) == {"sleepy", "b"}


def test_room_is_kept_for_a_three_phase_car_that_waits_too_long() -> None:
    on_two_phases = [car("a", L2, since=10 * TURN), car("b", L2, since=10 * TURN)]
    tesla, small = car("tesla", ALL_PHASES), car("small", L1, waiting=9 * TURN)
    now = 10 * TURN + 60.0
    narrow = {"group": PhaseCurrents(6.0, 12.0, 12.0)}
    admission = choose(*on_two_phases, tesla, small, limit=narrow, now=now)
    assert names(admission.admitted) == {"a", "b"}
    admission = choose(*on_two_phases, tesla, small, limit=narrow, now=11 * TURN)
    assert "tesla" in names(admission.admitted)


def test_whose_turn_is_over_stays_until_all_the_room_kept_for_another_is_free() -> None:
    cars = [
        car("a", L1, since=9 * TURN),
        car("b", L2, since=10 * TURN),
        car("tesla", ALL_PHASES),
        car("small", L1, waiting=9 * TURN),
    ]
    narrow = {"group": PhaseCurrents.same(6.0)}
    assert names(choose(*cars, limit=narrow, now=10.5 * TURN).admitted) == {"a", "b"}
    assert names(choose(*cars, limit=narrow, now=11 * TURN).admitted) == {"tesla"}


# --- a day of it ---------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Visit:
    """A car from its arrival until it was served long enough."""

    connector: ConnectorId
    phases: frozenset[Phase]
    arrives: float
    wants: float
    """Seconds of being served until it leaves."""
    serving_since: float | None = None
    waiting_since: float = 0.0
    paused_at: float | None = None
    served: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What was asked and answered."""

    now: float
    candidates: list[Candidate]
    admission: Admission


@dataclass(slots=True, kw_only=True)
class Day:
    """Drives `admit` alone: cars come, are served, and leave."""

    site: Site
    visits: list[Visit] = field(repr=False)
    seed: int = 0
    ends: float = DAY
    here: list[Visit] = field(default_factory=list, repr=False)

    def moments(self) -> Iterator[Moment]:
        """Ask whenever somebody comes or goes and whenever `admit` said so."""
        limit = {circuit.id: circuit.limit for circuit in self.site.circuits.values()}
        rated = {circuit.id: circuit.rated for circuit in self.site.circuits.values()}
        coming = sorted(self.visits, key=lambda visit: visit.arrives, reverse=True)
        now = 0.0
        while now < self.ends:
            while coming and coming[-1].arrives <= now:
                visit = coming.pop()
                if all(other.connector != visit.connector for other in self.here):
                    visit.waiting_since = now
                    self.here.append(visit)
            candidates = [self.candidate(visit) for visit in self.here]
            admission = admit(
                candidates, limit=limit, rated=rated, policy=self.site.policy, now=now
            )
            yield Moment(now=now, candidates=candidates, admission=admission)
            for visit in self.here:
                if visit.connector in admission.admitted:
                    if visit.serving_since is None:
                        visit.serving_since = now
                elif visit.serving_since is not None:
                    visit.serving_since = None
                    visit.waiting_since = visit.paused_at = now
            then = self.next_event(now, coming, admission)
            assert then > now
            for visit in self.here:
                if visit.serving_since is not None:
                    visit.served += then - now
            now = then
            self.here = [visit for visit in self.here if visit.served < visit.wants - 1e-6]

    def next_event(self, now: float, coming: list[Visit], admission: Admission) -> float:
        """When somebody comes or goes next, or time alone changes something."""
        events = [self.ends]
        if coming:
            events.append(max(coming[-1].arrives, math.nextafter(now, math.inf)))
        if admission.next_change_at is not None:
            events.append(admission.next_change_at)
        events += [
            now + visit.wants - visit.served
            for visit in self.here
            if visit.serving_since is not None
        ]
        return min(events)

    def candidate(self, visit: Visit) -> Candidate:
        """What `admit` is told of a visit."""
        connector = self.site.connectors[visit.connector]
        return Candidate(
            id=connector.id,
            path=self.site.path(connector.circuit),
            phases=visit.phases,
            minimum=connector.minimum,
            priority=connector.priority,
            serving_since=visit.serving_since,
            waiting_since=visit.waiting_since,
            paused_at=visit.paused_at,
            served=visit.served,
        )


@st.composite
def days(draw: st.DrawFn) -> Day:
    """A random site with cars that arrive all day long."""
    site = draw(sites(max_chargers=5, policy=draw(st.sampled_from(Policy))))
    seed = draw(st.integers(0, 99999))
    random = Random(seed)
    hours = draw(st.sampled_from((0.3, 2.0, 8.0)))
    visits: list[Visit] = []
    for connector in site.connectors.values():
        arrives = random.uniform(0.0, 2 * HOUR)
        while arrives < DAY:
            wants = random.expovariate(1.0 / (hours * HOUR)) + 60.0
            loads = random.randint(1, len(connector.wiring))
            visits.append(
                Visit(
                    connector=connector.id,
                    phases=frozenset(connector.wiring[:loads]),
                    arrives=round(arrives, 1),
                    wants=round(wants, 1),
                )
            )
            arrives += random.expovariate(1.0 / (hours * HOUR))
    return Day(site=site, visits=visits, seed=seed)


def _load(candidates: Iterable[Candidate], circuit: str, phase: Phase) -> float:
    return sum(one.minimum for one in candidates if circuit in one.path and phase in one.phases)


def _fits(site: Site, candidates: list[Candidate]) -> bool:
    for circuit in site.circuits.values():
        takes_turns = site.policy is Policy.TAKE_TURNS
        bound = circuit.capacity if takes_turns else circuit.rated
        if any(_load(candidates, circuit.id, phase) > bound[phase] + 1e-6 for phase in Phase):
            return False
    return True


_TURNS = {Priority.LOW: TURN / 2, Priority.NORMAL: TURN, Priority.HIGH: 2 * TURN}


@settings(max_examples=max(20, settings.default.max_examples // 4))
@given(days())
def test_over_a_whole_day_every_rule_of_turns_holds(day: Day) -> None:
    for moment in day.moments():
        now, admitted = moment.now, moment.admission.admitted
        served = [one for one in moment.candidates if one.id in admitted]
        left_out = [one for one in moment.candidates if one.id not in admitted]
        assert _fits(day.site, served), "the minimums of all who are served fit"
        assert set(moment.admission.waiting) == {one.id for one in left_out}
        for one in left_out:
            if one.serving_since is not None:
                turn = _TURNS[one.priority]
                assert now >= one.serving_since + turn, "no turn is cut short"
                displacing = [other for other in served if other.serving_since is None]
                assert displacing, "nobody leaves but for somebody who waited"
            comes = moment.admission.waiting[one.id]
            assert (comes is None) == (not _fits(day.site, [one]))
            assert comes is None or comes >= now
        for one in served:
            if one.paused_at is not None and one.serving_since is None:
                assert now >= one.paused_at + MIN_PAUSE, "a pause lasts five minutes"
        overdue = any(now - one.waiting_since >= OVERDUE for one in left_out)
        for one in left_out:
            ready = one.paused_at is None or now >= one.paused_at + MIN_PAUSE
            if one.serving_since is None and ready and not overdue:
                assert not _fits(day.site, [*served, one]), "no place stays empty"


@settings(max_examples=max(20, settings.default.max_examples // 4))
@given(days())
def test_over_a_whole_day_nobody_starves(day: Day) -> None:
    outlets = len(day.site.connectors)
    # Four hours: what priority may be ahead by; then everyone else's longest turn once.
    longest = 4 * HOUR + OVERDUE + 2 * outlets * 2 * TURN
    for moment in day.moments():
        for one in moment.candidates:
            waits = one.serving_since is None and one.id not in moment.admission.admitted
            if waits and _fits(day.site, [one]):
                assert moment.now - one.waiting_since <= longest


@given(days(), st.integers(0, 9999))
@settings(max_examples=max(20, settings.default.max_examples // 8))
def test_the_order_of_the_candidates_does_not_matter(day: Day, seed: int) -> None:
    day.ends = 6 * HOUR
    random = Random(seed)
    limit = {circuit.id: circuit.limit for circuit in day.site.circuits.values()}
    rated = {circuit.id: circuit.rated for circuit in day.site.circuits.values()}
    for moment in day.moments():
        shuffled = list(moment.candidates)
        random.shuffle(shuffled)
        again = admit(shuffled, limit=limit, rated=rated, policy=day.site.policy, now=moment.now)
        assert again == moment.admission


def _queue(count: int) -> tuple[Site, list[Visit]]:
    """Cars of equal standing, all there from the start, on one phase for two."""
    from custom_components.ev_load_manager.balancing.site import Circuit, Connector

    twelve = PhaseCurrents.same(12.0)
    connectors = {
        (id_ := ConnectorId(f"car {number:02}", 1)): Connector(
            id=id_, circuit="group", wiring=(Phase.L1,), maximum=16.0
        )
        for number in range(count)
    }
    group = Circuit(id="group", parent=None, limit=twelve, rated=twelve)
    visits = [
        Visit(connector=id_, phases=L1, arrives=10.0 * n, wants=math.inf)
        for n, id_ in enumerate(connectors)
    ]
    return Site(circuits={"group": group}, connectors=connectors), visits


def test_cars_of_equal_standing_are_served_equally_long() -> None:
    site, visits = _queue(7)
    list(Day(site=site, visits=visits).moments())
    served = [visit.served for visit in visits]
    assert max(served) - min(served) <= 2 * TURN
    assert sum(served) == pytest.approx(2 * DAY, rel=0.01)


def test_among_cars_of_equal_standing_a_turn_comes_no_later_than_it_was_said() -> None:
    site, visits = _queue(7)
    promised: dict[ConnectorId, float] = {}
    for moment in Day(site=site, visits=visits).moments():
        for id_, comes in moment.admission.waiting.items():
            assert comes is not None
            assert comes <= promised.get(id_, math.inf)
            assert moment.now < comes
            promised[id_] = comes
        for id_ in moment.admission.admitted:
            promised.pop(id_, None)
    assert promised


def test_a_stream_of_one_phase_cars_does_not_starve_one_of_three_phases() -> None:
    site, visits = _queue(1)
    stream = [
        Visit(connector=ConnectorId(f"{n}", 1), phases=L1, arrives=60.0 * n, wants=1200.0)
        for n in range(400)
    ]
    del visits
    tesla = car("tesla", ALL_PHASES, waiting=600.0)
    now, waited = 600.0, None
    serving: dict[ConnectorId, float] = {}
    left: dict[ConnectorId, float] = {visit.connector: visit.wants for visit in stream}
    limit = {"group": PhaseCurrents.same(12.0)}
    assert site.circuits["group"].limit == limit["group"]
    while now < DAY and waited is None:
        candidates = [
            Candidate(
                id=visit.connector,
                path=("group",),
                phases=frozenset({Phase(int(visit.connector.charger) % 3)}),
                minimum=6.0,
                priority=Priority.NORMAL,
                serving_since=serving.get(visit.connector),
                waiting_since=visit.arrives,
                paused_at=None,
            )
            for visit in stream
            if visit.arrives <= now and left[visit.connector] > 0
        ]
        admission = choose(*candidates, tesla, limit=limit, now=now)
        if tesla.id in admission.admitted:
            waited = now - tesla.waiting_since
        serving = {id_: serving.get(id_, now) for id_ in admission.admitted}
        for id_ in admission.admitted - {tesla.id}:
            left[id_] -= 30.0
        now += 30.0
    assert waited is not None
    assert waited <= OVERDUE + 2 * TURN
