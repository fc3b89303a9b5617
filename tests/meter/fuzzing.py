"""Fills meters' registers with what may stand there, and worse, and reads them.

Every register map is tried. A reading is finite and within what the transformers
can measure, or an error with words for people; nothing else may come of it. Run by
`test_fuzz_registers`, and for longer by `script/fuzz`.
"""

import asyncio
from dataclasses import dataclass
import math
from typing import Any, cast

from hypothesis import HealthCheck, given, seed, settings, strategies as st
from modbus_connection.encode import encode_float32

from custom_components.ev_load_manager.meter import MeterError
from custom_components.ev_load_manager.meter.catalogue import load_maps
from custom_components.ev_load_manager.meter.modbus import (
    HIGHEST_CURRENT,
    OVER_RANGE,
    ModbusMeter,
    ModbusMeterSettings,
)
from custom_components.ev_load_manager.meter.register_map import Block, Function

MAPS = sorted(load_maps())
_MARKERS = (0, 1, 0x7FFF, 0x8000, 0x8001, 0xFF80, 0xFFFF, 0x7F80, 0x7FC0)
"""Ends of what fits, infinity, and no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A meter, and what stands in its registers."""

    map: str
    phases: int
    ct_ratio: float
    ct_range: float | None
    inverted: bool
    words: tuple[int, ...]
    """Repeated from address to address."""


def _words() -> st.SearchStrategy[list[int]]:
    """Words as they stand in meters: a number and its neighbours, or anything."""
    numbers = st.floats(width=32).map(lambda value: list(encode_float32(value)))
    small = st.integers(-5000, 5000).map(lambda value: [value & 0xFFFF])
    anything = st.one_of(st.integers(0, 0xFFFF), st.sampled_from(_MARKERS)).map(lambda word: [word])
    return st.lists(st.one_of(numbers, small, anything), min_size=1, max_size=12).map(
        lambda parts: [word for part in parts for word in part]
    )


FILLED: st.SearchStrategy[Filled] = st.builds(
    Filled,
    map=st.sampled_from(MAPS),
    phases=st.sampled_from((1, 3)),
    ct_ratio=st.sampled_from((1.0, 0.001, 50.0, 1000.0)),
    ct_range=st.sampled_from((None, 100.0)),
    inverted=st.booleans(),
    words=_words().map(tuple),
)


class _Registers:
    """Answers every block, and has no other unit beside it."""

    def __init__(self, words: tuple[int, ...]) -> None:
        self._words = words

    async def ask(self, function: Function, block: Block) -> list[int]:
        return [
            self._words[address % len(self._words)] for address in range(block.start, block.end)
        ]


async def problems_of(filled: Filled) -> list[str]:
    """Read a meter twice; what came of it that may not."""
    made = ModbusMeterSettings(
        params=cast("Any", None),
        unit_id=1,
        map=load_maps()[filled.map],
        phases=filled.phases,
        ct_ratio=filled.ct_ratio,
        ct_range=filled.ct_range,
        inverted=filled.inverted,
    )
    meter = ModbusMeter(cast("Any", None), made)
    meter._link = cast("Any", _Registers(filled.words))
    most = HIGHEST_CURRENT if filled.ct_range is None else OVER_RANGE * filled.ct_range
    problems: list[str] = []
    for _ in range(2):
        try:
            values = await meter.read()
        except MeterError as error:
            if not error.key:
                problems.append(f"no words for {error!r}")
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, it was found
            problems.append(repr(error))
            continue
        if not all(abs(current) <= most for current in values.currents):
            problems.append(f"currents {values.currents}")
        told = (*values.powers, *values.voltages, values.power)
        if not all(math.isfinite(value) for value in told if value is not None):
            problems.append(f"told {told}")
        if not 0 < meter.resolution < math.inf:
            problems.append(f"resolution {meter.resolution}")
    return problems


def fuzz(runner: asyncio.Runner, examples: int, chosen: int) -> int:
    """Read `examples` meters from the seed `chosen`; how many. Raises AssertionError with what was found."""
    read = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(filled=FILLED)
    def look(filled: Filled) -> None:
        nonlocal read
        read += 1
        problems = runner.run(problems_of(filled))
        assert not problems, (filled, problems)

    seed(chosen)(look)()
    return read
