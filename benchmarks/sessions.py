"""How fast the session book is when it is full: ten years of a hundred chargers.

The book is made with plain SQL, as the recorder would have written it: a session a day at each
outlet, fourteen quarter hours each. What is measured then is what people and chargers do with it.
"""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
import sqlite3
from tempfile import TemporaryDirectory
import time
from typing import Any

from custom_components.ev_load_manager.sessions import queries
from custom_components.ev_load_manager.sessions.book import Book
from custom_components.ev_load_manager.sessions.book_file import open_book
from custom_components.ev_load_manager.sessions.export_csv import Flavour, lines
from custom_components.ev_load_manager.sessions.queries import Asked, Cursor
from custom_components.ev_load_manager.sessions.register import Reading
from custom_components.ev_load_manager.sessions.told import End, SessionTold

from .report import Table, Target

ZONE = "Europe/Helsinki"
DAY = 86_400
FIRST = 1_514_757_600
"""1 January 2018 in Helsinki."""
QUARTERS = 14
LIST_WITHIN = 0.2
YEAR_WITHIN = 5.0
MOST_MEGABYTES = 500.0
LOOP_PER_SESSION = 2.0
LOOP_HELD = 20.0


def run(*, sessions: int, outlets: int, written: int) -> Iterator[Table | Target]:
    """Measure it with so many sessions."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.db"
        table = Table(title=f"A book of {sessions:,} sessions", columns=("What", "Value", "Unit"))
        _fill(path, sessions, outlets)
        size = path.stat().st_size / 1e6
        table.add("Size of the file", round(size, 1), "MB")
        table.add("Size of a session", round(1e6 * size / sessions), "bytes")
        figures = asyncio.run(_measure(path, written))
        for name, (value, unit) in figures.items():
            table.add(name, round(value, 3), unit)
        yield table
        yield Target(name="file", value=size, bound=MOST_MEGABYTES, unit="MB")
        for name in LISTS:
            yield Target(name=name, value=figures[name][0], bound=LIST_WITHIN, unit="s")
        yield Target(name=YEAR, value=figures[YEAR][0], bound=YEAR_WITHIN, unit="s")
        yield Target(name=HELD, value=figures[HELD][0], bound=LOOP_HELD, unit="ms")
        yield Target(name=LOOP, value=figures[LOOP][0], bound=LOOP_PER_SESSION, unit="ms")


OPEN = "open, and the list of months"
MONTH = "a month's first page"
LAST = "a month's last page"
BY_PLACE = "a month's totals by place"
BY_PERSON = "a month's totals by person"
SEARCH = "a search in a month"
ONE = "one session with all of it"
YEAR = "a year's CSV"
HELD = "longest hold of the loop meanwhile"
LOOP = "the loop's time for a session"
DISK = "the writer's time for a session"
LISTS = (OPEN, MONTH, LAST, BY_PLACE, BY_PERSON, SEARCH, ONE)


async def _measure(path: Path, written: int) -> dict[str, tuple[float, str]]:
    found: dict[str, tuple[float, str]] = {}
    book = Book(path)

    async def timed(name: str, work: Callable[[sqlite3.Connection], Any]) -> Any:
        began = time.perf_counter()
        result = await book.read(work)
        found[name] = (time.perf_counter() - began, "s")
        return result

    months = await timed(OPEN, queries.months)
    month = months[len(months) // 2]
    asked = Asked(month=month)
    (first, *_), _ = await timed(MONTH, lambda one: queries.page(one, asked))
    await timed(LAST, lambda one: queries.page(one, asked, after=Cursor(FIRST + 40 * DAY, 0)))
    await timed(BY_PLACE, lambda one: queries.totals(one, asked, "place"))
    await timed(BY_PERSON, lambda one: queries.totals(one, asked, "person"))
    await timed(SEARCH, lambda one: queries.page(one, Asked(month=month, text="driver 7")))
    await timed(ONE, lambda one: queries.details(one, first.uid))
    held = asyncio.create_task(_watch_loop())
    began = time.perf_counter()
    size = await _year(book, [one for one in months if one // 100 == month // 100])
    found[YEAR] = (time.perf_counter() - began, "s")
    found["size of a year's CSV"] = (size / 1e6, "MB")
    held.cancel()
    found[HELD] = (1000 * await held, "ms")
    loop = time.thread_time()
    began = time.perf_counter()
    for number in range(written):
        await _charge(book, number)
    found[LOOP] = (1000 * (time.thread_time() - loop) / written, "ms")
    found[DISK] = (1000 * (time.perf_counter() - began) / written, "ms")
    await book.close()
    return found


async def _year(book: Book, months: list[int]) -> int:
    """Write a year's sessions, a page at a time."""
    size = 0
    flavour = Flavour()
    for month in reversed(months):
        after: Cursor | None = None
        while True:

            def page(
                one: sqlite3.Connection, month: int = month, after: Cursor | None = after
            ) -> tuple[int, Cursor | None]:
                rows, more = queries.page(one, Asked(month=month), after=after, most=queries.MOST)
                return sum(map(len, lines(rows, flavour))), more

            written, after = await book.read(page)
            size += written
            if after is None:
                break
    return size


async def _watch_loop() -> float:
    """The longest time, s, that the loop did not come round."""
    longest = 0.0
    try:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began - 0.001)
    except asyncio.CancelledError:
        return longest


async def _charge(book: Book, number: int) -> None:
    """One session as a charger tells it: start, a reading for each quarter hour, stop."""
    start = float(FIRST + 5_000 * DAY + number * 20_000)
    told = {
        "charger": "CHARGER0",
        "connector": 1,
        "tx_id": str(number),
        "tag": "TAG00000",
        "started": start,
        "told_start": f"start {number}",
        "register": 10_000.0 * number,
        "zone": ZONE,
    }
    await book.tell(SessionTold(**told))
    for quarter in range(1, QUARTERS):
        reading = Reading(start + 900 * quarter, 10_000.0 * number + 500 * quarter)
        book.note(SessionTold(**told, readings=(reading,)))
    stop = start + 900 * QUARTERS
    end = End(at=stop, told=f"stop {number}", register=10_000.0 * number + 500 * QUARTERS)
    await book.tell(SessionTold(**told, end=end))


def _fill(path: Path, sessions: int, outlets: int) -> None:
    """Write a full book, in the order in which it would have been."""
    book, _ = open_book(path)
    book.execute("PRAGMA synchronous = OFF")
    book.execute("BEGIN")
    for n in range(outlets):
        book.execute("INSERT INTO place (id, name) VALUES (?, ?)", (n + 1, f"Place {n + 1}"))
        book.execute("INSERT INTO person (id, name) VALUES (?, ?)", (n + 1, f"driver {n + 1}"))
        book.execute(
            """INSERT INTO outlet (id, charger, connector, place_id, from_ts)
            VALUES (?, ?, 1, ?, 0)""",
            (n + 1, f"CHARGER{n}", n + 1),
        )
    book.executemany(
        "INSERT INTO state (name) VALUES (?)",
        [("charging:full_speed",), ("waiting:waiting_for_turn",), ("charging:equal_share",)],
    )
    book.execute(
        """INSERT INTO tariff (id, applies, from_ts, currency, micro)
        VALUES (1, 'all', 0, 'EUR', 300000)"""
    )
    book.execute(
        f"""INSERT INTO session (id, once, outlet_id, place_id, tx_id, tag, zone, told_start,
        told_wh_start, told_stop, told_wh_stop, told_flags, reason, start_ts, end_ts, wh, eff_wh,
        person_id, person_name, nano, currency, spans, max_w, max_ma, phases, settled)
        WITH RECURSIVE n(value) AS (
            SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < ?1 - 1),
        made AS (SELECT value, value % ?2 + 1 AS place,
            {FIRST} + value / ?2 * {DAY} + 57600 + abs(random() % 20000) AS start FROM n)
        SELECT value + 1, randomblob(16), place, place, cast(value + 1 AS TEXT),
            printf('04A1B2%06X', place), '{ZONE}', strftime('%Y-%m-%dT%H:%M:%SZ', start, 'unixepoch'),
            value / ?2 * 7000, strftime('%Y-%m-%dT%H:%M:%SZ', start + 12600, 'unixepoch'),
            value / ?2 * 7000 + 7000, 0, 'EVDisconnected', start, start + 12600, 7000, 7000,
            place, 'driver ' || place, 2100000000, 'EUR',
            '[[0,1],[3600,2],[4500,3]]',
            11000, 16000, 3, 1 FROM made""",  # noqa: S608 - numbers
        (sessions, outlets),
    )
    book.execute(
        """INSERT INTO part WITH RECURSIVE n(value) AS (
        SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < ? - 1)
        SELECT session.id, n.value, 500, 0, 1, 150000000 FROM session CROSS JOIN n
        ORDER BY session.id, n.value""",
        (QUARTERS,),
    )
    book.execute(
        """INSERT INTO share SELECT cast(strftime('%Y%m', start_ts + 7200, 'unixepoch') AS INTEGER),
        id, 7000, 2100000000, 0 FROM session ORDER BY 1, 2"""
    )
    book.execute("COMMIT")
    book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    book.close()
