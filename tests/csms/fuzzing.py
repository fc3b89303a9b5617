"""Feeds the central system what chargers might send, and worse, and looks at everything.

Frames of real conversations (`transcript.json`) are the seeds; they are bent,
broken and mixed. Run by `test_fuzz_frames`, and for longer by `script/fuzz`.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
import copy
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
import json
import logging
import math
from pathlib import Path
import random
import time
from typing import Any, Final, cast

from hypothesis import HealthCheck, given, seed, settings, strategies as st
from jsonschema.exceptions import ValidationError
from ocpp.messages import get_validator
import orjson
from websockets.asyncio.server import ServerConnection

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.models import load_catalogue
from custom_components.ev_load_manager.csms.pending_charger import PendingCharger
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport import messages as frames
from custom_components.ev_load_manager.csms.transport.connection import Link
from custom_components.ev_load_manager.csms.transport.errors import NotConnected, Refusal
from custom_components.ev_load_manager.csms.transport.fault_log import RateLimitedLog
from custom_components.ev_load_manager.csms.transport.messages import ErrorCode
from custom_components.ev_load_manager.csms.v16.dialect import OCPP_1_6
from custom_components.ev_load_manager.group.pending_chargers import label
from custom_components.ev_load_manager.watchers.pending_chargers import unknown_issue
from tests.meter.fuzzing import fuzz as fuzz_registers

TRANSCRIPT: Final = Path(__file__).with_name("transcript.json")
CATALOGUE: Final = load_catalogue()
HURRY: Final = 2000.0
"""How much faster than real time a conversation is."""
_CSMS: Final = logging.getLogger("custom_components.ev_load_manager.csms")
_ENDED: Final = object()
_ROUND: Final = 300
"""Conversations between two looks at the time."""
_NOW: Final = "@now"
"""Stands in the transcript for the time at which something is said."""

type Json = Any


@dataclass(slots=True)
class Transcript:
    """Frames that real conversations were made of."""

    calls: list[list[Json]]
    """What chargers asked, as JSON arrays."""
    answers: Mapping[str, list[Json]]
    """What chargers answered, by the action that they were asked."""

    @classmethod
    def read(cls) -> Transcript:
        """Read the one that was recorded."""
        return cls(**json.loads(TRANSCRIPT.read_text()))


# -- bending and breaking ------------------------------------------------

STRANGE: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 1, 65, 2**31, 2**63, 10**40, 10**400, 1.5, -0.0, 1e308, 5e-324]),
    st.sampled_from(
        [
            "",
            " ",
            "0",
            "-1",
            "NaN",
            "Infinity",
            "1e999",
            "1,5",
            "2026-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "1970-01-01T00:00:00",
            "Accepted",
            "Charging",
            "Occupied",
            "L1",
            "L1-N",
            "kWh",
            "Current.Import",
            "\u0000",
            "\u202e\U0001f50c",
            # What has broken files, pages, logs and Markdown.
            "\ud800",
            "tag\udfff",
            "\u2066\u2069\u200b\ufeff",
            "one\r\nERROR two\x1b[31m",
            "[x](https://evil.example)<img src=x>",
            "1e308",
            "9999-12-31T23:59:59Z",
            "2099-12-31T23:59:59Z",
            "x" * 500,
            "x" * 5000,
        ]
    ),
    st.text(max_size=20),
    st.text(st.characters(exclude_categories=()), max_size=600),
    st.sampled_from([[], {}, [[]], [None], {"": None}, [{}], {"value": {}}]),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=6,
    ),
)


def _places(node: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, outermost first."""
    yield path
    if isinstance(node, Mapping):
        for key in node:
            yield from _places(node[key], (*path, key))
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from _places(inner, (*path, index))


def _at(node: Json, path: tuple[Any, ...]) -> Json:
    for step in path:
        node = node[step]
    return node


@st.composite
def bent(draw: st.DrawFn, value: Json) -> Json:
    """A JSON value with up to three things wrong in it."""
    root = [json.loads(json.dumps(value))]
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(_places(root))[1:]))
        holder, last = _at(root, path[:-1]), path[-1]
        match draw(st.sampled_from(["replace", "replace", "remove", "repeat", "wrap"])):
            case "remove" if len(path) > 1:
                del holder[last]
            case "repeat" if isinstance(holder, list) and len(path) > 1:
                holder.insert(last, json.loads(json.dumps(holder[last])))
            case "wrap":
                holder[last] = [holder[last]]
            case _:
                holder[last] = copy.deepcopy(draw(STRANGE))
        if not list(_places(root))[1:]:
            break
    return root[0]


@st.composite
def broken(draw: st.DrawFn, text: str) -> str | bytes:
    """A frame that may have suffered on its way."""
    match draw(st.sampled_from(["whole"] * 6 + ["cut", "spliced", "bytes"])):
        case "cut":
            return text[: draw(st.integers(0, len(text)))]
        case "spliced":
            at = draw(st.integers(0, len(text)))
            return text[:at] + draw(st.text(max_size=4)) + text[at:]
        case "bytes":
            return text.encode() + draw(st.binary(max_size=3))
    return text


@st.composite
def conversations(draw: st.DrawFn, transcript: Transcript, *, least: int = 1) -> Conversation:
    """What a charger says (at least so many frames), and what it will answer."""
    said = []
    for number in range(draw(st.integers(least, 12))):
        call = [*draw(st.sampled_from(transcript.calls))]
        call[1] = f"call-{number}"
        moment = clock.now() - timedelta(seconds=draw(st.sampled_from([0, 0, 0, -5, 60, 9000])))
        text = json.dumps(draw(bent(call))).replace(_NOW, f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}")
        said.append(draw(broken(text)))
    answers = {
        action: draw(bent(draw(st.sampled_from(seeds))))
        for action, seeds in sorted(transcript.answers.items())
        if draw(st.booleans())
    }
    return Conversation(said, answers)


# -- holding the conversation --------------------------------------------


@dataclass(slots=True)
class Conversation:
    """What a charger says, and what it answers (JSON payloads by action)."""

    frames: list[str | bytes]
    answers: Mapping[str, Json]


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    sent: list[str] = field(default_factory=list)
    """Frames of the central system."""
    problems: list[str] = field(default_factory=list)


class _Socket:
    """As much of a socket as a link uses; answers by the conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.sent: list[str] = []
        self._conversation = conversation
        self._coming: asyncio.Queue[object] = asyncio.Queue()
        for frame in conversation.frames:
            self._coming.put_nowait(frame)

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        while (frame := await self._coming.get()) is not _ENDED:
            yield cast("str | bytes", frame)
            self._coming.task_done()
        self._coming.task_done()

    async def send(self, text: str) -> None:
        self.sent.append(text)
        frame = json.loads(text)
        if frame[0] == 2 and frame[2] in self._conversation.answers:
            answer = [3, frame[1], self._conversation.answers[frame[2]]]
            self._coming.put_nowait(json.dumps(answer))

    async def close(self, _code: int = 1000, _reason: str = "") -> None:
        self._coming.put_nowait(_ENDED)

    async def heard(self) -> None:
        """Wait until everything that was sent has been read."""
        await self._coming.join()


class _Errors(logging.Handler):
    """Errors of the central system itself, and stack traces in any of its warnings."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            why = record.exc_info[1] if isinstance(record.exc_info, tuple) else ""
            self.found.append(f"logged: {record.getMessage()}: {why!r}")


@contextmanager
def _watched() -> Iterator[_Errors]:
    errors = _Errors()
    _CSMS.addHandler(errors)
    try:
        yield errors
    finally:
        _CSMS.removeHandler(errors)


async def hold(conversation: Conversation) -> Outcome:
    """Let a charger say it all, and look at what was answered and what was kept."""
    system = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds())
    charger = system.add("CP1")
    control = ChargerControl(charger, CATALOGUE)
    socket = _Socket(conversation)
    link = Link(
        cast(ServerConnection, socket), "CP1", "127.0.0.1", RateLimitedLog(_CSMS), dialect=OCPP_1_6
    )
    outcome = Outcome(sent=socket.sent)
    with _watched() as errors:
        charger.attach(link)
        serving = asyncio.create_task(link.serve())
        control.limits.keeper(1).want(10.0)
        await socket.heard()
        # Onboarding and limits go on beside the frames, each in its own time.
        await clock.sleep(20.0)
        control.limits.keeper(1).want(6.0)
        await clock.sleep(10.0)
        await link.close()
        try:
            await serving
        except NotConnected:
            outcome.problems.append("the link ended with an error")
        outcome.problems += _wrong_answers(conversation, socket.sent)
        outcome.problems += _wrong_state(charger, control)
        outcome.problems += _wrong_of_a_stranger(conversation, link)
        await control.close()
        await charger.close()
    outcome.problems += errors.found
    return outcome


def _wrong_answers(conversation: Conversation, sent: list[str]) -> Iterator[str]:
    """Each call has one answer, and every frame of ours is OCPP."""
    asked: dict[str, list[Json]] = {}
    for call in map(_call, conversation.frames):
        if call:
            asked.setdefault(str(call[1]), []).append(call)
    answered: dict[str, int] = {}
    for text in sent:
        frame = json.loads(text, parse_float=Decimal)
        if frame[0] == 2:
            yield from _invalid(2, frame[2], frame[3])
            continue
        answered[str(frame[1])] = answered.get(str(frame[1]), 0) + 1
        if frame[0] == 4:
            if frame[2] not in set(ErrorCode):
                yield f"an error code of our own: {frame[2]}"
            elif frame[2] == ErrorCode.INTERNAL_ERROR:
                yield f"a mistake of ours: {text}, asked {asked.get(str(frame[1]))}"
        elif calls := asked.get(str(frame[1])):
            wrong = [list(_invalid(3, call[2], frame[2])) for call in calls]
            if all(wrong):
                yield from wrong[0]
    for id_, calls in asked.items():
        # An id that was bent may be that of another frame, too, be it a call or not.
        times = answered.get(id_, 0)
        if times < len(calls) or (times > len(calls) and id_.startswith("call-")):
            yield f"{times} answers to {calls}"


def _call(frame: str | bytes) -> list[Json] | None:
    """The call that a frame is, by the word of the specification; None if it is none."""
    try:
        found = json.loads(frame)
    except ValueError, RecursionError:
        return None
    whole = isinstance(found, list) and len(found) >= 4 and found[0] == 2
    if not whole or isinstance(found[0], bool) or not isinstance(found[1], str):
        return None
    if len(found[1]) > 36 or not isinstance(found[2], str) or not isinstance(found[3], dict):
        return None
    return cast("list[Json]", found)


def _invalid(kind: int, action: str, payload: Json) -> Iterator[str]:
    try:
        get_validator(kind, action, "1.6", parse_float=Decimal).validate(payload)
    except OSError:
        yield f"{action} is no action of OCPP"
    except ValidationError as error:
        yield f"{action} {payload} is not OCPP: {error.message}"


def _wrong_state(charger: ChargePoint, control: ChargerControl) -> Iterator[str]:
    """What is kept can be written, read back, and reckoned with."""
    state = charger.state()
    try:
        # As Home Assistant writes its files and its answers to browsers: no lone
        # surrogates, no integers of more than 64 bits.
        text = orjson.dumps(state).decode()
        json.dumps(state, allow_nan=False)
    except (TypeError, ValueError) as error:
        yield f"the state can't be written: {error}"
        return
    again = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds()).add(
        "CP1", json.loads(text)
    )
    if again.connectors.keys() != charger.connectors.keys():
        yield "connectors are lost over a restart"
    for number, connector in charger.connectors.items():
        if (before := connector.transaction) is not None:
            after = again.connector(number).transaction
            if after is None or (after.id, after.energy) != (before.id, before.energy):
                yield f"the session of connector {number} is lost over a restart"
        values = connector.values
        if values is not None:
            told = (*values.currents, values.current, values.power, values.energy, values.voltage)
            if not all(math.isfinite(value) for value in told if value is not None):
                yield f"values that are no numbers: {values}"
    for keeper in control.limits.keepers.values():
        possible = keeper.offer.possible
        if not all(math.isfinite(limit) and limit >= 0 for limit in possible):
            yield f"limits that are no currents: {possible}"


def _wrong_of_a_stranger(conversation: Conversation, link: Link) -> Iterator[str]:
    """Said by somebody whom nobody has added, it can be shown in a repair and in a form."""
    stranger = PendingCharger(id="STRANGER", dialect=OCPP_1_6)
    for frame in conversation.frames:
        with suppress(frames.FrameError, Refusal):
            message = frames.parse(frame, OCPP_1_6.longest_texts)
            if isinstance(message, frames.Call):
                orjson.dumps(dict(stranger.answer(link, message.action, message.payload).payload))
    told = {name: getattr(stranger, name) for name in ("vendor", "model", "serial", "firmware")}
    shown = unknown_issue(stranger, host="", port=1).placeholders
    try:
        orjson.dumps([told, dict(shown), label(stranger), list(stranger.statuses.values())])
    except TypeError as error:
        yield f"what a stranger says can't be shown: {error}"
    if not all(text.isprintable() and len(text) <= 500 for text in told.values()):
        yield f"what a stranger says is no plain text: {told}"


def problems_of(conversation: Conversation, runner: asyncio.Runner) -> list[str]:
    """Hold a conversation in hurried time; what was wrong with what came of it."""
    before = clock.factor()
    clock.set_factor(HURRY)
    try:
        return runner.run(hold(conversation)).problems
    finally:
        clock.set_factor(before)


# -- recording -----------------------------------------------------------


async def _record() -> Transcript:
    """Talk to simulated chargers of all kinds, and keep what they say, each thing once."""
    from simulation.charger.car import Car
    from simulation.charger.charger import SimulatedCharger
    from simulation.charger.models import MODELS

    calls: dict[str, list[Json]] = {}
    answers: dict[str, dict[str, Json]] = {}
    system = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds())
    await system.start()
    for name, model in MODELS.items():
        control = ChargerControl(system.add(name), CATALOGUE)
        box = SimulatedCharger(model, name, f"ws://127.0.0.1:{system.port}")
        await box.start()
        await box.until(lambda box=box: box.accepted)
        control.limits.keeper(1).want(10.0)
        box.plug_in(1, Car())
        await clock.sleep(40.0)
        control.limits.keeper(1).want(6.0)
        await clock.sleep(30.0)
        box.unplug(1)
        await clock.sleep(20.0)
        asked: dict[str, str] = {}
        for heard in box.link.transcript:
            frame = json.loads(heard.text)
            if frame[0] == 2 and not heard.sent:
                asked[frame[1]] = frame[2]
            elif frame[0] == 2:
                calls.setdefault(f"{frame[2]} {_shape(frame[3])}", frame)
            elif frame[0] == 3 and heard.sent:
                action = asked[frame[1]]
                answers.setdefault(action, {}).setdefault(_shape(frame[2]), frame[2])
        await box.stop()
        await control.close()
    await system.stop()
    return Transcript(
        list(calls.values()), {action: list(kinds.values()) for action, kinds in answers.items()}
    )


def _shape(value: Json) -> str:
    """What tells two frames apart: their keys and short texts, not their numbers."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{_shape(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(sorted({_shape(inner) for inner in value})) + "]"
    if isinstance(value, str) and not any(character.isdigit() for character in value):
        return value
    return type(value).__name__


def _undated(value: Json) -> Json:
    """The same without the time at which it was said."""
    if isinstance(value, Mapping):
        return {
            key: _NOW if key == "timestamp" else _undated(inner) for key, inner in value.items()
        }
    return [_undated(inner) for inner in value] if isinstance(value, list) else value


def fuzz(seconds: float, chosen: int) -> list[str]:
    """Hold random conversations and read random meters for so long, from the seed `chosen` on.

    Returns what went wrong.
    """
    transcript = Transcript.read()
    until = time.monotonic() + seconds
    held = read = 0
    with asyncio.Runner() as runner:

        @settings(
            max_examples=_ROUND,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(conversation=conversations(transcript))
        def talk(conversation: Conversation) -> None:
            nonlocal held
            held += 1
            problems = problems_of(conversation, runner)
            assert not problems, problems

        while (left := until - time.monotonic()) > 0:
            print(
                f"seed {chosen}: {held} conversations, {read} meters, {left:.0f} s to go",
                flush=True,
            )
            try:
                seed(chosen)(talk)()
                read += fuzz_registers(runner, _ROUND, chosen)
            except AssertionError as error:
                return [str(error)]
            chosen = random.Random(chosen).randrange(2**32)
    print(f"{held} conversations, {read} meters read, and nothing wrong in any.")
    return []


def record() -> None:
    """Write the transcript anew."""
    clock.set_factor(40)
    transcript = asyncio.run(_record())
    found = {"calls": _undated(transcript.calls), "answers": transcript.answers}
    text = json.dumps(found)
    for frame in found["calls"]:
        text = text.replace(json.dumps(frame), "\n" + json.dumps(frame))
    TRANSCRIPT.write_text(text + "\n")
    print(f"{len(transcript.calls)} calls, answers to {len(transcript.answers)} actions")
