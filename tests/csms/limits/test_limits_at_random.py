"""A charger that answers, is silent, refuses and comes back as it likes, behind a real queue.

Whatever happens to it and to Home Assistant: no book is below what it applies, each cut leaves in time,
and nothing leaves that is not wanted any more.
"""

import asyncio
import json
import random
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.limits.charger_limits import ChargerLimits
from custom_components.ev_load_manager.csms.transport import messages
from custom_components.ev_load_manager.csms.transport.calls import Calls, ReachableCharger
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6
from custom_components.ev_load_manager.data_files.stored import Stored
from simulation.charger.profiles import (
    Profile,
    ProfileRejected,
    ProfileRules,
    ProfileStore,
    Session,
)
from tests.csms.bench import CATALOGUE

MOST = 32.0
LATE = 5.6
"""s after which a cut has surely left; what is looked at each half second."""
WRITTEN_WITHIN = 60.0
STANDING = 4
"""Hundreds of the ids of fallbacks."""


class Wired(ReachableCharger):
    """A charger at the end of a real queue of calls."""

    id = "wired"
    dialect = OCPP_1_6

    def __init__(self) -> None:
        """It has no socket yet."""
        self.socket: Calls | None = None

    @property
    def calls(self) -> Calls | None:
        """Those of its socket."""
        return self.socket


class World:
    """A charger, its limits, and the disk."""

    def __init__(self, seed: int) -> None:
        """Begin with nothing known of each other."""
        self.rng = rng = random.Random(seed)
        self.outlets = range(1, rng.choice([1, 2, 3]) + 1)
        self.charger = Wired()
        self.profiles = ProfileStore(ProfileRules(max_stack_level=rng.choice([0, 1, 3, 8])))
        self.sessions: dict[int, Session | None] = dict.fromkeys(self.outlets)
        self.started = 0
        self.mood = "good"
        self.busy = asyncio.Lock()
        self.work: set[asyncio.Task[None]] = set()
        self.opened_at: float | None = None
        self.sent: dict[int, list[tuple[float, float]]] = {number: [] for number in self.outlets}
        self.wanted: dict[int, list[tuple[float, float]]] = {number: [] for number in self.outlets}
        self.stored: dict[str, Any] = {}
        self.write_at: float | None = None
        self.wrong: list[str] = []
        self.limits = self._new()

    def _new(self) -> ChargerLimits:
        limits = ChargerLimits(
            self.charger,
            profile=CATALOGUE.generic,
            generic=CATALOGUE.generic,
            save=self._save,
            changed=self._changed,
        )
        for number in self.outlets:
            keeper, session = limits.keeper(number), self.sessions[number]
            if self.stored:
                kept = Stored(self.stored["outlets"][str(number)])
                limits.restore_connector(number, kept, in_session=session is not None)
            if session is not None:
                keeper.session_started(str(session.transaction_id), "tag")
        if self.stored:
            limits.restore(Stored(self.stored["charger"]))
        limits.know(CATALOGUE.generic, stack_level_maximum=self.profiles.rules.max_stack_level)
        limits.start()
        return limits

    # The disk

    async def _save(self) -> None:
        await clock.sleep(self.rng.choice([0.0, 0.0, 0.05]))
        self.write()

    def write(self) -> None:
        """Write down what is known."""
        outlets = {str(number): one.state() for number, one in self.limits.keepers.items()}
        state = {"charger": self.limits.state(), "outlets": outlets}
        self.stored, self.write_at = json.loads(json.dumps(state)), None

    def _changed(self, _: object) -> None:
        self.write_at = self.write_at or clock.monotonic() + WRITTEN_WITHIN

    async def kill(self) -> None:
        """Home Assistant goes on with what is on the disk."""
        self.lose()
        await self.limits.stop()
        self.limits = self._new()
        for number in self.outlets:
            self.limits.keeper(number).set_terms(6.0, 300.0)
            self.limits.keeper(number).want(self.wanted[number][-1][1])

    # Sockets

    def connect(self) -> None:
        """It has a new socket, in place of the old one if there is one."""
        old = self.charger.socket

        async def write(frame: str) -> None:
            self._receive(calls, frame)

        self.charger.socket = calls = Calls("wired", write)
        self.opened_at = clock.monotonic()
        if old is not None:
            old.fail("replaced")
        self.limits.connected(socket_at=self.opened_at)

    def lose(self) -> None:
        """Its socket is gone."""
        old, self.charger.socket, self.opened_at = self.charger.socket, None, None
        if old is not None:
            old.fail("lost")
            self.limits.disconnected(clock.monotonic())

    # The charger

    def _receive(self, calls: Calls, frame: str) -> None:
        _, message_id, action, payload = json.loads(frame)
        if calls is not self.charger.socket:
            self.wrong.append(f"{action} is written to a socket that is gone")
        if action == "SetChargingProfile" and payload["connectorId"]:
            self._note(payload["connectorId"], payload["csChargingProfiles"])
        task = asyncio.ensure_future(self._handle(calls, message_id, action, payload))
        self.work.add(task)
        task.add_done_callback(self.work.discard)

    def _note(self, number: int, profile: dict[str, Any]) -> None:
        schedule = profile["chargingSchedule"]
        if profile["chargingProfileId"] // 100 == STANDING:
            return
        told = float(schedule["chargingSchedulePeriod"][0]["limit"])
        amperes = told if schedule["chargingRateUnit"] == "A" else told / (3 * 230.0)
        self.sent[number].append((clock.monotonic(), amperes))
        if amperes > max(self._floor, self.wanted[number][-1][1]) + 0.01:
            self.wrong.append(f"outlet {number} is told {amperes} A, which are not wanted")

    @property
    def _floor(self) -> float:
        """What a charger is told at least: one that refuses 0 A is told its minimum."""
        return 6.0 if self.limits._composer.zero_refused else 0.0

    async def _handle(
        self, calls: Calls, message_id: str, action: str, payload: dict[str, Any]
    ) -> None:
        mood = self.mood if self.rng.random() < 0.7 else "good"
        delays = {"good": [0.0, 0.05, 0.3], "late": [0.3, 3.0, 6.0, 35.0], "silent": [0.1, 3.0]}
        delay = self.rng.choice(delays.get(mood, [0.1]))
        is_silent = mood == "silent" and self.rng.random() < 0.8
        async with self.busy:
            # It does one thing after the other, and may answer much later.
            await clock.sleep(min(delay, 2.0))
            if is_silent and self.rng.random() < 0.4:
                return
            done = mood != "refuses" and self._do(action, payload)
        if is_silent:
            return
        await clock.sleep(max(0.0, delay - 2.0))
        if calls is self.charger.socket:
            status = {"status": "Accepted" if done else "Rejected"}
            calls.settle(messages.CallResult(message_id, status))

    def _do(self, action: str, payload: dict[str, Any]) -> bool:
        if action == "SetChargingProfile" and payload["connectorId"]:
            number = payload["connectorId"]
            try:
                profile = Profile.from_ocpp(payload["csChargingProfiles"])
                self.profiles.install(number, profile, session=self.sessions[number])
            except ProfileRejected:
                return False
            return True
        if action == "ClearChargingProfile" and "id" in payload:
            self.profiles.clear(id=payload["id"])
            return True
        return False

    def applies(self, number: int) -> float:
        """What an outlet allows, or would if a car came now, A."""
        now = clock.now().timestamp()
        found = self.profiles.limit(number, now, self.sessions[number] or Session(start=now))
        return MOST if found is None else found.amperes

    # What happens, and what must hold

    def happens(self) -> None:
        """Something happens."""
        rng, number = self.rng, self.rng.choice(self.outlets)
        what = {"want": 45, "terms": 5, "lose": 6, "connect": 7, "start": 5, "stop": 4, "mood": 8}
        match rng.choices(list(what), list(what.values()))[0]:
            case "want":
                self.want(number, rng.choice([0.0, 6.0, 6.3, 8.0, 8.7, 10.0, 16.0, MOST]))
            case "terms":
                terms = rng.choice([0.0, 6.0, 8.0]), rng.choice([60.0, 300.0])
                self.limits.keeper(number).set_terms(*terms)
            case "lose":
                self.lose()
            case "connect":
                self.connect()
            case "start" if self.sessions[number] is None:
                self.started += 1
                now = clock.now().timestamp()
                self.sessions[number] = Session(start=now, transaction_id=self.started)
                self.limits.keeper(number).session_started(str(self.started), "tag")
                self.write()
            case "stop" if self.sessions[number] is not None:
                self.sessions[number] = None
                self.profiles.end_transaction(number)
                self.limits.session_ended(number)
                self.write()
            case "mood":
                self.mood = rng.choice(["good", "late", "silent", "refuses"])

    def want(self, number: int, amperes: float) -> None:
        """Say what a limit is to be."""
        self.limits.keeper(number).want(amperes)
        self.wanted[number].append((clock.monotonic(), amperes))

    async def passes(self, seconds: float) -> None:
        """Let time pass, and look."""
        until = clock.monotonic() + seconds
        while not self.wrong and (left := until - clock.monotonic()) > 0.0:
            # What is done at an instant is known by the next.
            await clock.sleep(min(0.5, left) + 0.001)
            self.look()
            if self.write_at is not None and clock.monotonic() >= self.write_at:
                self.write()

    def look(self) -> None:
        """See whether all holds."""
        for number, keeper in self.limits.keepers.items():
            if self.applies(number) > keeper.highest_possible + 0.01:
                books = f"{keeper.highest_possible} A where {self.applies(number)} A apply"
                self.wrong.append(f"books of outlet {number} say {books}")
            if self.opened_at is not None and keeper.cut_since is not None:
                self._look_for_cut(number, max(keeper.cut_since, self.opened_at))

    def _look_for_cut(self, number: int, since: float) -> None:
        keeper, then = self.limits.keepers[number], clock.monotonic() - LATE
        if since > then or keeper.offer.refused or "Rejected" in (keeper.last_error or ""):
            return
        wanted = [amperes for at, amperes in self.wanted[number] if at < then][-1:]
        later = [amperes for at, amperes in self.wanted[number] if at >= then]
        least = max([self._floor, *wanted, *later], default=MOST) + 0.11
        sent = [one for one in self.sent[number] if one[0] >= (self.opened_at or 0.0)]
        recent = [amperes for at, amperes in sent if at >= then]
        if min([amperes for _, amperes in sent[-1:]] + recent, default=MOST) > least:
            self.wrong.append(f"a cut of outlet {number} is late")


@pytest.mark.parametrize("seed", range(12))
async def test_books_cuts_and_wishes_hold_whatever_happens(seed: int, time_jumps: None) -> None:
    world = World(seed)
    for number in world.outlets:
        world.want(number, world.rng.choice([0.0, 6.0, 16.0, MOST]))
        world.limits.keeper(number).set_terms(world.rng.choice([0.0, 6.0]), 300.0)
    world.connect()
    for _ in range(60):
        if world.stored and world.rng.random() < 0.04:
            await world.kill()
        else:
            world.happens()
        await world.passes(world.rng.choice([0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 20.0, 70.0, 200.0]))
        assert world.wrong == []
    for task in tuple(world.work):
        task.cancel()
    await world.limits.stop()
