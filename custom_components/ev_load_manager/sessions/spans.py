"""What a session was doing, and for how long: charging, waiting, paused, or the car asked for nothing."""

from collections.abc import Iterable, Iterator, Sequence
import json
import sqlite3
from typing import Final

from .quarters import Stretch
from .told import Span

MOST: Final = 400
"""Changes that are kept of a session; a status that flaps for days has more."""
CHARGING: Final = "charging"


def kind(state: str) -> str:
    """What a state is, without its reason."""
    return state.partition(":")[0]


def joined(known: Sequence[Span], news: Iterable[Span]) -> list[Span]:
    """Changes in the order of their times, each once; what changes nothing is left out."""
    found: list[Span] = []
    for span in sorted({*known, *news}):
        if found and found[-1].at == span.at:
            found[-1] = span
        elif not found or found[-1].state != span.state:
            found.append(span)
    while len(found) > MOST:
        # The shortest times say least; what they were is counted to the state before them.
        shortest = min(range(1, len(found) - 1), key=lambda n: found[n + 1].at - found[n].at)
        del found[shortest]
    return found


def stretches(spans: Sequence[Span], end: float) -> Iterator[tuple[str, Stretch]]:
    """Each state with its time, up to `end` (UTC seconds)."""
    for number, span in enumerate(spans):
        until = spans[number + 1].at if number + 1 < len(spans) else end
        if until > span.at:
            yield span.state, Stretch(span.at, min(until, max(end, span.at)))


def charging(spans: Sequence[Span], end: float) -> list[Stretch]:
    """When it charged."""
    return [stretch for state, stretch in stretches(spans, end) if kind(state) == CHARGING]


def durations(spans: Sequence[Span], end: float) -> dict[str, float]:
    """How long each state lasted, s."""
    found: dict[str, float] = {}
    for state, stretch in stretches(spans, end):
        found[state] = found.get(state, 0.0) + stretch.end - stretch.start
    return found


def keep(connection: sqlite3.Connection, session: int, known: Sequence[Span], start: int) -> None:
    """Write what a session did: seconds since its start, and the number of a state."""
    connection.executemany(
        "INSERT OR IGNORE INTO state (name) VALUES (?)", [(span.state,) for span in known]
    )
    numbers = {name: number for number, name in connection.execute("SELECT id, name FROM state")}
    packed = [[round(span.at) - start, numbers[span.state]] for span in known]
    connection.execute(
        "UPDATE session SET spans = ? WHERE id = ?",
        (json.dumps(packed, separators=(",", ":")), session),
    )


def kept(connection: sqlite3.Connection, packed: str | None, start: int) -> list[Span]:
    """Read what `keep` wrote."""
    if packed is None:
        return []
    names = dict(connection.execute("SELECT id, name FROM state").fetchall())
    return [Span(start + offset, names[number]) for offset, number in json.loads(packed)]
