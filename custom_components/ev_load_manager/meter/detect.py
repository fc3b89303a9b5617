"""Asking a meter what it is, to offer the right register map first.

Only registers are read, nothing is written. What many meters have is asked for
before what only few have. If nothing is said, the maps are tried by reading
them, and believed if they show voltages that a grid could have.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from .. import clock
from .decoding import decode, identity
from .errors import (
    MeterBusyError,
    MeterConfusedError,
    MeterError,
    MeterRefusedError,
    MeterSilentError,
)
from .link import READ_TIMEOUT, Link
from .read_plan import read_plans
from .register_map import (
    CURRENTS,
    VOLTAGES,
    Block,
    Function,
    Identification,
    IdentityType,
    RegisterMap,
)

PROBE_TIMEOUT: Final = 1.0
"""Seconds that an answer may take once there was one; before that a connection
may have to be made."""
LONGEST: Final = 12.0
"""Seconds that all of it may take."""
SILENCES: Final = 3
"""After so many silences and not a single answer nobody is there."""
BELIEVABLE_VOLTAGE: Final = (90.0, 300.0)
BELIEVABLE_CURRENT: Final = 1000.0
SMALL_NUMBER: Final = 64
"""Numbers below this are found in many registers, whatever they mean there."""
SUNSPEC_MARKER: Final = 0x53756E53


class Certainty(IntEnum):
    """How sure it is that a meter is of a model."""

    PLAUSIBLE = 1
    """Its registers hold what could be true."""
    LIKELY = 2
    """It says what several models say, or what others might say by chance."""
    SURE = 3
    """It says what no other model says."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A register map that may fit."""

    key: str
    certainty: Certainty
    model: str = ""
    """What the meter says it is, if it says so."""


async def detect(
    link: Link, maps: Mapping[str, RegisterMap], phases: int = 3
) -> tuple[Candidate, ...]:
    """Maps that may fit the meter at the other end, best first; empty: no idea.

    `phases` are those of the grid connection: a one-phase meter can't serve
    three. Raises MeterError where nobody can be asked: unreachable, silent,
    absent behind its gateway.
    """
    detection = _Detection(
        link, {key: found for key, found in maps.items() if found.phases >= phases}, phases
    )
    try:
        async with clock.timeout(LONGEST):
            await detection.ask_identity()
            if not detection.candidates:
                await detection.try_registers()
    except TimeoutError:
        # What was found until now will do: somebody looks at it anyway.
        pass
    except _NobodyError as err:
        raise err.silence from None
    return detection.result()


class _NobodyError(Exception):
    """There was never an answer."""

    def __init__(self, silence: MeterSilentError) -> None:
        super().__init__()
        self.silence = silence


# An answer, but no help; others end the detection.
_NO_HELP = (MeterRefusedError, MeterConfusedError, MeterBusyError, MeterSilentError)


class _Detection:
    def __init__(self, link: Link, maps: Mapping[str, RegisterMap], phases: int) -> None:
        self.candidates: dict[str, Candidate] = {}
        self._link = link
        self._maps = maps
        self._phases = phases
        self._answered = False
        self._silences = 0
        link.timeout = READ_TIMEOUT

    def result(self) -> tuple[Candidate, ...]:
        """Best first; among equals those that are confirmed, then by their name."""

        def rank(candidate: Candidate) -> tuple[int, bool, str]:
            found = self._maps[candidate.key]
            return -candidate.certainty, found.experimental, found.title

        return tuple(sorted(self.candidates.values(), key=rank))

    async def ask_identity(self) -> None:
        """Read what meters say of themselves."""
        for asked in _questions(self._maps.values()):
            words = await self._answer(asked)
            if words is None:
                continue
            said = [
                (found, name)
                for found, identification in asked
                if (name := identity(identification, words)) is not None
            ]
            sure = len(said) == 1 and _is_telling(said[0][0], words)
            for found, name in said:
                self.candidates[found.key] = Candidate(
                    found.key, Certainty.SURE if sure else Certainty.LIKELY, name
                )
            if sure:
                return

    async def try_registers(self) -> None:
        """Keep the maps that make sense of what the meter holds."""
        for found in sorted(self._maps.values(), key=lambda one: (one.experimental, one.title)):
            if found.sunspec is not None:
                continue
            plan = read_plans(found, self._phases)[0]
            if not any(name in VOLTAGES for name in plan.quantities):
                # Nothing in it would tell a value from nonsense.
                continue
            memory: dict[int, int] = {}
            try:
                for block in plan.blocks:
                    words = await self._ask(plan.function, block)
                    memory.update(zip(range(block.start, block.end), words, strict=True))
            except _NO_HELP:
                continue
            if _makes_sense(found, memory, plan.quantities):
                self.candidates[found.key] = Candidate(found.key, Certainty.PLAUSIBLE)

    async def _answer(self, asked: _Question) -> list[int] | None:
        """What the meter says to a question, asked in the longest form it answers."""
        first = asked[0][1]
        if first.type is IdentityType.SERVER_ID:
            try:
                told = await self._link.ask_server_id()
            except _NO_HELP:
                return None
            return [told[0]] if told else None
        counts = {identification.count for _, identification in asked}
        for count in sorted(counts, reverse=True):
            try:
                return await self._ask(4 if first.function == 4 else 3, Block(first.address, count))
            except _NO_HELP:
                continue
        return None

    async def _ask(self, function: Function, block: Block) -> list[int]:
        try:
            words = await self._link.ask(function, block)
        except MeterSilentError as err:
            self._silences += 1
            if not self._answered and self._silences >= SILENCES:
                raise _NobodyError(err) from None
            raise
        except MeterError:
            self._note_answer()
            raise
        self._note_answer()
        return words

    def _note_answer(self) -> None:
        self._answered = True
        self._link.timeout = PROBE_TIMEOUT


type _Question = list[tuple[RegisterMap, Identification]]
"""Maps whose meters say what they are in the same place."""


def _questions(maps: Iterable[RegisterMap]) -> Iterator[_Question]:
    """What to ask, most common first; another function than reading registers last."""
    places: dict[tuple[int, int, bool, int], _Question] = {}
    for found in maps:
        told = found.identify
        if told is not None:
            # A meter that wants to be asked alone gets exactly what it wants.
            exact = told.count if told.alone else 0
            place = (told.function, told.address, told.alone, exact)
            places.setdefault(place, []).append((found, told))

    def rank(question: _Question) -> tuple[bool, int, int]:
        told = question[0][1]
        return told.type is IdentityType.SERVER_ID, -len(question), told.address

    yield from sorted(places.values(), key=rank)


def _is_telling(found: RegisterMap, words: list[int]) -> bool:
    """Whether what was said can't be chance, or be said by meters without a map."""
    told = found.identify
    if told is None or told.type is IdentityType.STRING:
        return told is not None
    value = 0
    for word in words[: max(told.count, 1)]:
        value = value << 16 | word
    return value >= SMALL_NUMBER and value != SUNSPEC_MARKER


def _makes_sense(found: RegisterMap, memory: Mapping[int, int], quantities: Iterable[str]) -> bool:
    """Whether every current and voltage could be that of a grid connection."""
    lowest, highest = BELIEVABLE_VOLTAGE
    for name in quantities:
        value = decode(found.registers[name], memory, found.word_order)
        if name in VOLTAGES and (value is None or not lowest <= value <= highest):
            return False
        if name in CURRENTS and (value is None or abs(value) > BELIEVABLE_CURRENT):
            return False
    return True
