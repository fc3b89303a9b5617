"""Which requests get a meter's values: as few as it lets us.

Currents and the powers that give their direction are what matters. Voltages are
taken where they cost no request of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .register_map import (
    CT_RATIO,
    CURRENTS,
    ENERGY_EXPORT,
    ENERGY_IMPORT,
    EXPORTS,
    IMPORTS,
    POWERS,
    TOTAL,
    TOTAL_EXPORT,
    TOTAL_IMPORT,
    VOLTAGES,
    VT_RATIO,
    Block,
    Function,
    RegisterMap,
)

LONGEST_GAP: Final = 16
"""Registers between two values that are rather read along than asked for apart."""
CAUTIOUS_READ: Final = 6
"""Some meters answer short requests only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlan:
    """Requests, and the names of the values that they bring."""

    function: Function
    blocks: tuple[Block, ...]
    quantities: tuple[str, ...]


def read_plans(found: RegisterMap, phases: int) -> tuple[ReadPlan, ...]:
    """Ways of reading the first `phases` phases, to be tried in this order.

    First what the map says or what is fewest; then short requests without gaps;
    then both with the other function, if some of these meters answer to that.
    """
    needed = _needed(found, phases)
    spans = _spans(found, needed)
    voltages = found.phase_names(VOLTAGES, phases)
    functions = [found.function]
    if found.also_function is not None and found.also_function != found.function:
        functions.append(found.also_function)
    few = _given(found, spans) or _merged(spans, found.max_read, LONGEST_GAP)
    more = _merged([*spans, *_spans(found, voltages)], found.max_read, LONGEST_GAP)
    if not found.reads and len(more) <= len(few):
        few = more
    along = [
        name for name in voltages if all(_covered(few, span) for span in _spans(found, (name,)))
    ]
    short = _merged(spans, min(CAUTIOUS_READ, found.max_read), 0)
    plans: list[ReadPlan] = []
    for function in functions:
        plans.append(ReadPlan(function=function, blocks=tuple(few), quantities=(*needed, *along)))
        if short != few:
            plans.append(ReadPlan(function=function, blocks=tuple(short), quantities=tuple(needed)))
    return tuple(plans)


def constant_plan(found: RegisterMap) -> ReadPlan | None:
    """How to read what is set in the meter once and for all: its ratios."""
    names = tuple(name for name in (CT_RATIO, VT_RATIO) if name in found.registers)
    if not names:
        return None
    blocks = _merged(_spans(found, names), found.max_read, 0)
    return ReadPlan(function=found.function, blocks=tuple(blocks), quantities=names)


def energy_plan(found: RegisterMap, function: Function) -> ReadPlan | None:
    """How to read the counters of energy; None where the meter has none."""
    names = tuple(name for name in (ENERGY_IMPORT, ENERGY_EXPORT) if name in found.registers)
    if not names:
        return None
    blocks = _merged(_spans(found, names), min(CAUTIOUS_READ, found.max_read), 0)
    return ReadPlan(function=function, blocks=tuple(blocks), quantities=names)


def voltage_plan(found: RegisterMap, phases: int, function: Function) -> ReadPlan | None:
    """How to read voltages alone; None where the meter has none."""
    names = found.phase_names(VOLTAGES, phases)
    if not names:
        return None
    spans = _spans(found, names)
    given = _given(found, spans)
    blocks = given or _merged(spans, min(CAUTIOUS_READ, found.max_read), 0)
    return ReadPlan(function=function, blocks=tuple(blocks), quantities=names)


def _needed(found: RegisterMap, phases: int) -> list[str]:
    """Currents, and what gives their direction; the total only where it must serve."""
    names = list(found.phase_names(CURRENTS, phases))
    powers = found.phase_names(POWERS, phases)
    imports = found.phase_names(IMPORTS, phases)
    if powers:
        return names + list(powers)
    if imports:
        return [*names, *imports, *found.phase_names(EXPORTS, phases)]
    return names + [name for name in (TOTAL, TOTAL_IMPORT, TOTAL_EXPORT) if name in found.registers]


def _spans(found: RegisterMap, names: Iterable[str]) -> list[range]:
    """Addresses that must not be torn apart, in order."""
    spans: set[tuple[int, int]] = set()
    for name in names:
        register = found.registers[name]
        spans.add((register.addresses.start, register.addresses.stop))
        if register.exponent_address is not None:
            spans.add((register.exponent_address, register.exponent_address + 1))
    if found.status is not None:
        spans.add((found.status.address, found.status.address + 1))
    return [range(start, stop) for start, stop in sorted(spans)]


def _given(found: RegisterMap, spans: Sequence[range]) -> list[Block]:
    """The map's own requests that bring something needed, if they bring all of it."""
    if not all(_covered(found.reads, span) for span in spans):
        return []
    return [block for block in found.reads if any(block.covers(span) for span in spans)]


def _covered(blocks: Iterable[Block], span: range) -> bool:
    return any(block.covers(span) for block in blocks)


def _merged(spans: Iterable[range], longest: int, gap: int) -> list[Block]:
    """Spans in as few blocks as `longest` and `gap` allow, no value torn apart."""
    return list(_merge(sorted(spans, key=lambda span: (span.start, span.stop)), longest, gap))


def _merge(spans: Iterable[range], longest: int, gap: int) -> Iterator[Block]:
    start = end = None
    for span in spans:
        if start is None or end is None:
            start, end = span.start, span.stop
        elif span.start - end <= gap and max(end, span.stop) - start <= longest:
            end = max(end, span.stop)
        else:
            yield Block(start, end - start)
            start, end = span.start, span.stop
    if start is not None and end is not None:
        yield Block(start, end - start)
