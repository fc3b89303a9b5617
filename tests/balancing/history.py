"""Random histories of a whole site: cars, chargers and settings around the controller.

A `World` is the smallest plant that can break the invariant: chargers answer late
or never, go offline and come back, cars start by themselves, follow late and leave,
settings change. It is made from a number, so the same number is the same history.
It judges by what chargers may have in force and on what phases cars truly load;
what the controller believes is not asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import Random

from custom_components.ev_load_manager.balancing.controller import Memory, step
from custom_components.ev_load_manager.balancing.decision import Decision
from custom_components.ev_load_manager.balancing.fallback import fallback_currents
from custom_components.ev_load_manager.balancing.phases import Phase, PhaseCurrents, Phases
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    Offer,
    Readings,
    Sample,
    Status,
    Superseded,
)
from custom_components.ev_load_manager.balancing.site import Connector, ConnectorId, Policy, Site

FOLLOWED = 12.0
"""Seconds after which a replaced limit is no longer in force."""
SLOWEST_ANSWER = 8.0
RESEND = 30.0
"""Seconds after which an answer is not waited for any more."""
EXPIRY = 60.0
"""Seconds offline after which a charger may be at its fallback."""
WINDOW = 2 * SLOWEST_ANSWER + FOLLOWED + 2.0
"""Seconds in which the exceptions of the invariant must be over: a cut may wait for
the answer to the call before, be answered late itself, and must then be followed."""


CHARGES = (Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE)
"""What a charger says while a session runs."""


@dataclass(slots=True, kw_only=True)
class Car:
    """A car at a connector."""

    session: str
    tag: str
    """What it charges with; cars of other phases may have the same."""
    phases: Phases
    maximum: float
    starts_at: float
    """When its session starts; it is plugged in before."""
    sampled_from: float
    wakes_at: float
    needs: float
    """The least that makes it charge, A."""
    shortfall: float
    """What it stays below its limit, A."""


@dataclass(slots=True, kw_only=True)
class Call:
    """A limit on its way to a charger."""

    limit: float
    sent_at: float
    answered_at: float
    """Infinity for one whose answer is lost."""
    taken: bool
    """Whether the charger takes it, although the answer may be lost."""


@dataclass(slots=True)
class Post:
    """A charger with one connector, as the central system sees it, and as it is."""

    connector: Connector
    period: float
    """Seconds between samples; 0: none."""
    tells_phases: bool
    offer: Offer = field(default_factory=Offer)
    want: float = 0.0
    call: Call | None = None
    car: Car | None = None
    online: bool = True
    offline_since: float = 0.0
    back_at: float = 0.0
    status: Status = Status.AVAILABLE
    status_since: float = 0.0
    session_since: float = 0.0
    applied: list[tuple[float, float]] = field(default_factory=list)
    """(from when on the car follows it, limit)."""
    sample: Sample | None = None
    commands: list[tuple[float, float]] = field(default_factory=list)

    def in_force(self, now: float) -> float:
        """The highest limit that the charger or the car may follow now, A."""
        if self.car is None:
            return 0.0
        offer = self.offer
        limits = [offer.accepted or 0.0, *offer.in_flight]
        limits += [old.limit for old in offer.superseded if old.at + FOLLOWED > now]
        if not self.online and now >= self.offline_since + EXPIRY:
            limits.append(self.connector.fallback)
        return max(limits)

    def draw(self, now: float) -> float:
        """What the car draws now, A per phase."""
        if self.car is None or now < self.car.wakes_at:
            return 0.0
        limit = 0.0
        for since, value in self.applied:
            if since <= now:
                limit = value
        if not self.online and now >= self.offline_since + EXPIRY + 10.0:
            limit = self.connector.fallback
        if limit < max(self.connector.minimum, self.car.needs):
            return 0.0
        return min(limit - self.car.shortfall, self.car.maximum)


class World:
    """A site with everything that happens on it, second by second."""

    def __init__(
        self,
        site: Site,
        seed: int,
        *,
        lossy: bool = False,
        fallbacks: bool = True,
        reverse: bool = False,
    ) -> None:
        """Make the site of `seed`; `lossy` loses answers, `reverse` turns all orders."""
        self.seed = seed
        self.random = Random(seed)
        self.lossy = lossy
        self.reverse = reverse
        if fallbacks:
            budget = PhaseCurrents.same(1000.0)
            kept = fallback_currents(site.connectors.values(), site.circuits, budget)
            connectors = {
                id_: replace(connector, fallback=kept[id_])
                for id_, connector in site.connectors.items()
            }
            site = replace(site, connectors=connectors)
        self.site = site
        self.memory = Memory()
        self.now = 1000.0
        self.posts = {
            id_: Post(
                connector=connector,
                period=self.random.choice((0, 1, 2, 10, 10, 30, 60)),
                tells_phases=self.random.random() < 0.8,
                offer=Offer(accepted=connector.fallback, accepted_at=self.now - 100.0),
                want=connector.fallback,
                applied=[(self.now - 100.0, connector.fallback)],
            )
            for id_, connector in sorted(site.connectors.items())
        }
        self.excused_until = 0.0
        self.lowered_at = 0.0
        self.decision: Decision | None = None
        self.decisions: list[Decision] = []
        self.quiet_since = self.now
        self._sessions = 0
        self._seen: Readings | None = None
        self._seen_site: Site | None = None

    # What happens

    def run(self, seconds: float, *, busy: float) -> None:
        """Let time pass; `busy` is the chance of an event in each second."""
        for _ in range(int(seconds)):
            if self.random.random() < busy:
                self._event()
            self.second()

    def second(self) -> None:
        """Let one second pass, and let the controller act if it would."""
        self.now += 1.0
        for id_, post in self.posts.items():
            self._answers(post)
            self._lives(id_, post)
        readings = self.readings()
        due = self.decision is None or (
            self.decision.next_step_at is not None and self.decision.next_step_at <= self.now
        )
        if due or readings != self._seen or self.site is not self._seen_site:
            self._seen, self._seen_site = readings, self.site
            self.decision = step(self.site, readings, self.memory, self.now)
            self.decisions.append(self.decision)
            for id_, decided in self.decision.connectors.items():
                post = self.posts[id_]
                if decided.limit != post.want:
                    post.want = decided.limit
                    post.commands.append((self.now, decided.limit))
        for post in self.posts.values():
            self._sends(post)

    def _event(self) -> None:
        post = self.random.choice(list(self.posts.values()))
        event = self.random.choice(
            ("plug", "plug", "plug", "leave", "link", "limit", "maximum", "switch")
        )
        if event == "plug":
            self.plug_in(post)
        elif event == "leave" and post.car is not None:
            self.leave(post)
        elif event == "link" and post.online:
            self.cut_off(post, self.random.choice((3.0, 40.0, 150.0)))
        elif event == "limit":
            self.change_limit()
        elif event in ("maximum", "switch"):
            self._change_connector(post, event)

    def plug_in(self, post: Post, *, starts_in: float | None = None) -> None:
        """A car comes, and perhaps starts by itself at the fallback."""
        if post.car is not None or not post.online:
            return
        random = self.random
        wiring = post.connector.wiring
        self._sessions += 1
        delay = random.choice((0.0, 0.0, 5.0, 40.0)) if starts_in is None else starts_in
        kind = Random(f"{self.seed} {self._sessions}")
        post.car = Car(
            session=f"session {self._sessions}",
            tag=f"tag {self._sessions % 3}",
            phases=frozenset(wiring[: random.randint(1, len(wiring))]),
            maximum=random.choice((8.0, 13.0, 16.0, 32.0, 32.0)),
            starts_at=self.now + delay,
            sampled_from=self.now + random.uniform(0.0, max(1.0, post.period)),
            wakes_at=self.now + delay + random.uniform(0.0, 10.0),
            needs=kind.choice((0.0, 0.0, 0.0, 8.0, 13.0)),
            shortfall=kind.choice((0.0, 0.0, 0.8)),
        )
        if delay:
            self._status(post, Status.PREPARING)
        if post.in_force(self.now) > 0.0:
            self.excused_until = self.now + WINDOW

    def leave(self, post: Post) -> None:
        """The car goes."""
        post.car = None
        post.sample = None
        if post.online:
            self._status(post, Status.AVAILABLE)

    def cut_off(self, post: Post, seconds: float) -> None:
        """The charger loses its link."""
        post.online = False
        post.offline_since = self.now
        post.back_at = self.now + seconds
        if post.call is not None:
            # It may have been taken; the answer will never come.
            post.call = None

    def change_limit(self) -> None:
        """Somebody changes the limit of a circuit."""
        random = self.random
        circuit = random.choice(sorted(self.site.circuits.values(), key=lambda one: one.id))
        least = self._least(circuit.id)
        limit = PhaseCurrents(
            *(max(lowest, float(random.choice((0, 6, 10, 16, 32, 60)))) for lowest in least)
        )
        if self.lossy:
            limit = limit.highest(circuit.limit)
        circuits = dict(self.site.circuits)
        circuits[circuit.id] = replace(circuit, limit=limit)
        self.site = replace(self.site, circuits=circuits)
        if any(new < old for new, old in zip(limit, circuit.limit, strict=True)):
            self.lowered_at = self.now
            self.excused_until = self.now + WINDOW

    def _least(self, circuit: str) -> list[float]:
        """What fallbacks need: a limit below it can't be kept by anybody."""
        least = [0.0, 0.0, 0.0]
        for connector in self.site.connectors.values():
            if circuit in self.site.path(connector.circuit):
                for phase in connector.wiring:
                    least[phase] += connector.fallback
        return least

    def _change_connector(self, post: Post, event: str) -> None:
        id_ = post.connector.id
        changed = (
            replace(post.connector, charging_allowed=not post.connector.charging_allowed)
            if event == "switch"
            else replace(post.connector, maximum=float(self.random.choice((5, 6, 10, 16, 32))))
        )
        post.connector = changed
        self.site = replace(self.site, connectors=self.site.connectors | {id_: changed})

    # Chargers

    def _answers(self, post: Post) -> None:
        call = post.call
        if call is None:
            return
        if call.answered_at <= self.now:
            offer = post.offer
            replaced = [offer.accepted, *offer.in_flight]
            old = [
                Superseded(limit=limit, at=self.now)
                for limit in replaced
                if limit is not None and limit != call.limit
            ]
            kept = [one for one in offer.superseded if one.at + 30.0 > self.now]
            # The same limit taken again leaves no trace but that it arrived.
            again = offer.accepted == call.limit
            post.offer = Offer(
                accepted=call.limit,
                accepted_at=offer.accepted_at if again else self.now,
                superseded=(*kept, *old),
            )
            self._apply(post, call.limit)
            post.call = None
        elif call.sent_at + RESEND <= self.now:
            if call.taken:
                self._apply(post, call.limit)
            post.call = None

    def _apply(self, post: Post, limit: float) -> None:
        post.applied = [*post.applied[-10:], (self.now + self.random.uniform(0.0, 9.5), limit)]
        post.applied.sort(key=lambda one: one[0])
        # The newest is what the car ends at, however late it followed the others.
        last = max(since for since, _ in post.applied)
        post.applied = [*(one for one in post.applied if one[1] != limit), (last, limit)]

    def _sends(self, post: Post) -> None:
        offer = post.offer
        if not post.online or post.call is not None:
            return
        if offer.accepted == post.want and not offer.in_flight:
            return
        lost = self.lossy and self.random.random() < 0.2
        late = self.random.choice((0.2, 0.2, 1.5, SLOWEST_ANSWER))
        post.call = Call(
            limit=post.want,
            sent_at=self.now,
            answered_at=float("inf") if lost else self.now + late,
            taken=self.random.random() < 0.5,
        )
        in_flight = tuple(dict.fromkeys((*offer.in_flight, post.want)))
        post.offer = replace(offer, in_flight=in_flight)

    def _lives(self, id_: ConnectorId, post: Post) -> None:
        if not post.online and post.back_at <= self.now:
            self._comes_back(post)
        car = post.car
        if car is None or not post.online:
            return
        if car.starts_at <= self.now and post.status in (Status.AVAILABLE, Status.PREPARING):
            post.session_since = self.now
            self._status(post, Status.CHARGING)
        if post.status in CHARGES:
            limit = post.offer.accepted or 0.0
            if limit < post.connector.minimum:
                self._status(post, Status.SUSPENDED_EVSE)
            elif limit < car.needs:
                self._status(post, Status.SUSPENDED_EV)
            else:
                self._status(post, Status.CHARGING)
            if post.period and (self.now - car.sampled_from) % post.period < 1.0:
                drawn = post.draw(self.now)
                post.sample = Sample(
                    at=self.now,
                    currents=PhaseCurrents.on(car.phases, drawn) if post.tells_phases else None,
                    highest=drawn,
                )

    def _comes_back(self, post: Post) -> None:
        post.online = True
        if self.lowered_at >= post.offline_since - WINDOW:
            # It could not be told, and comes back with what it had.
            self.excused_until = self.now + WINDOW
        if post.car is None:
            self._status(post, Status.AVAILABLE)
        # The central system sends the limit again on every connection.
        offer = post.offer
        post.offer = replace(offer, in_flight=tuple(dict.fromkeys((*offer.in_flight, post.want))))
        if self.now >= post.offline_since + EXPIRY:
            # It runs at its fallback, and has forgotten the rest.
            post.offer = replace(
                post.offer,
                accepted=post.connector.fallback,
                superseded=(
                    *post.offer.superseded,
                    Superseded(limit=offer.accepted or 0.0, at=self.now),
                ),
            )

    def _status(self, post: Post, status: Status) -> None:
        if status is not post.status:
            post.status, post.status_since = status, self.now

    # What is told, and what is true

    def readings(self) -> Readings:
        """What the controller is told."""
        items: Iterable[tuple[ConnectorId, Post]] = self.posts.items()
        if self.reverse:
            items = reversed(list(items))
        return Readings(connectors={id_: self._reading(post) for id_, post in items})

    def _reading(self, post: Post) -> ConnectorReading:
        charging = post.status in CHARGES
        return ConnectorReading(
            online=post.online,
            status=post.status,
            status_since=post.status_since,
            session=post.car.session if charging and post.car is not None else None,
            id_tag=post.car.tag if charging and post.car is not None else None,
            session_since=post.session_since,
            sample=post.sample,
            offer=post.offer,
        )

    def excess(self) -> float:
        """How far any phase of any circuit may be above its bound now, A.

        The bound is the limit, or the rated current where the policy or the user
        puts that first; or what chargers without a link have, as nobody can take
        that from them when a limit falls.
        """
        strict = self.site.policy is Policy.TAKE_TURNS and self.site.balancing
        cars = [
            (
                self.site.path(post.connector.circuit),
                post.car.phases,
                post.in_force(self.now),
                post.online,
            )
            for post in self.posts.values()
            if post.car is not None
        ]
        worst = 0.0
        for circuit in self.site.circuits.values():
            bound = circuit.capacity if strict else circuit.rated
            power = circuit.power_capacity if strict else circuit.power_bound
            behind = [car for path, *car in cars if circuit.id in path]
            for phase in Phase:
                on = [(current, online) for phases, current, online in behind if phase in phases]
                worst = max(worst, _above(on, bound[phase]))
            loads = [(current * len(phases), online) for phases, current, online in behind]
            worst = max(worst, _above(loads, power / self.site.voltage))
        return worst


def _above(loads: Iterable[tuple[float, bool]], bound: float) -> float:
    """How far loads, each with whether it can be told a limit, are above what they may be, A."""
    lost = sum(current for current, online in loads if not online)
    return sum(current for current, _ in loads) - max(bound, lost)
