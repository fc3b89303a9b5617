"""Sessions as CSV: RFC 4180, and a flavour that spreadsheets open with a double click.

Cells that a spreadsheet would execute begin with an apostrophe: the name of a card is whatever
somebody called it. Times are local, with how far they are from UTC, and in UTC beside it.
"""

from collections.abc import Iterable, Iterator, Mapping
import csv
import io
from typing import Final

from ..errors import decimal_mark
from .completeness import keys_of
from .money import coins, text
from .months import local, utc_text
from .queries import Row

COLUMNS: Final = (
    *("session", "start", "end", "start_utc", "end_utc", "place", "driver", "card"),
    *("meter_start_kwh", "meter_stop_kwh", "session_kwh", "kwh", "cost", "currency"),
    *("kwh_without_price", "reason", "notes"),
)
"""Names of the columns, where nobody gives words for them; `kwh` and `cost` are the month's."""
BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Flavour:
    """How numbers and cells are written."""

    def __init__(self, *, spreadsheet: bool = False, language: str = "en") -> None:
        """`spreadsheet`: as it is usual where people speak `language`; else as RFC 4180 has it."""
        self.point = decimal_mark(language) if spreadsheet else "."
        self.delimiter = ";" if self.point == "," else ","
        self.begins_with = BOM if spreadsheet else ""
        self.spreadsheet = spreadsheet


def lines(
    rows: Iterable[Row], flavour: Flavour, *, words: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The lines of a CSV, each with its end; `words` are names of columns, and `flag_...` of notes."""
    named = words or {}
    written = io.StringIO()
    writer = csv.writer(written, delimiter=flavour.delimiter, lineterminator="\r\n")
    written.write(flavour.begins_with)
    writer.writerow([named.get(name, name) for name in COLUMNS])
    yield _taken(written)
    noted: dict[int, str] = {}
    for row in rows:
        if row.flags not in noted:
            noted[row.flags] = _notes(row.flags, named)
        writer.writerow(_cells(row, flavour, noted[row.flags]))
        yield _taken(written)


def _taken(written: io.StringIO) -> str:
    line = written.getvalue()
    written.seek(0)
    written.truncate()
    return line


def safe(cell: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" '").startswith(_ACTIVE) else cell


def _cells(row: Row, flavour: Flavour, notes: str) -> list[str]:
    cost = ""
    if row.currency is not None:
        cost = text(coins(row.nano, row.currency), row.currency, flavour.point)
    return [
        row.uid,
        _local(row.start, row.zone, flavour),
        "" if row.end is None else _local(row.end, row.zone, flavour),
        utc_text(row.start),
        "" if row.end is None else utc_text(row.end),
        safe(row.place),
        safe(row.person or ""),
        safe(row.tag),
        _kwh(row.register_start, flavour),
        _kwh(row.register_stop, flavour),
        _kwh(row.session_wh, flavour),
        "" if row.session_wh is None else _kwh(row.wh, flavour),
        cost,
        row.currency or "",
        _kwh(row.unpriced_wh, flavour) if row.unpriced_wh else "",
        safe(row.reason or ""),
        notes,
    ]


def _notes(flags: int, named: Mapping[str, str]) -> str:
    words = (named.get(f"flag_{key}", key) for key in keys_of(flags))
    return (", " if named else " ").join(words)


def _local(at: int, zone: str, flavour: Flavour) -> str:
    moment = local(at, zone)
    if flavour.spreadsheet:
        return moment.replace(tzinfo=None).isoformat(" ")  # what a spreadsheet takes for a time
    return moment.isoformat()


def _kwh(wh: float | None, flavour: Flavour) -> str:
    return "" if wh is None else f"{wh / 1000:.3f}".replace(".", flavour.point)
