"""A statement as a page of its own, to be printed; the browser makes the PDF.

It needs nothing from anywhere else, and looks the same in ten years.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from typing import Any, Final

from .completeness import keys_of
from .export_csv import Flavour
from .money import text
from .months import Month, local

_DATES: Final = {
    "de": "%d.%m.%Y",
    "fi": "%-d.%-m.%Y",
    "nb": "%d.%m.%Y",
    "nl": "%d-%m-%Y",
}
"""How dates are written; elsewhere as ISO 8601 has it."""

SCRIPT: Final = "document.querySelector('button').onclick = () => print();"
SCRIPT_HASH: Final = b64encode(sha256(SCRIPT.encode()).digest()).decode()
"""What a content security policy calls it."""

_STYLE: Final = """
  :root { color-scheme: light; }
  body { font: 10pt/1.4 system-ui, sans-serif; color: #000; background: #fff;
    margin: 0 auto; padding: 16px; max-width: 190mm; }
  header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 8px 24px; }
  .letterhead { white-space: pre-wrap; overflow-wrap: anywhere; }
  h1 { font-size: 16pt; margin: 8mm 0 3mm; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 1mm 6mm; margin: 0 0 6mm; }
  dt { color: #555; }
  dd { margin: 0; overflow-wrap: anywhere; }
  .table { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; font-size: 8pt; font-variant-numeric: tabular-nums; }
  th, td { padding: 1mm; text-align: start; vertical-align: top; border-bottom: 0.2mm solid #bbb; }
  th { border-bottom-color: #000; }
  .n { text-align: end; }
  td.n { white-space: nowrap; }
  td.t { white-space: nowrap; }
  .notes { font-size: 7.5pt; }
  tfoot td { font-weight: bold; border-top: 0.3mm solid #000; border-bottom: 0; }
  tfoot tr.tax td { font-weight: normal; border-top: 0; }
  .remarks { margin-top: 6mm; font-size: 8.5pt; padding-inline-start: 5mm; }
  button { font: inherit; padding: 8px 20px; cursor: pointer; }
  @page { size: A4; margin: 15mm; }
  @media print {
    body { padding: 0; max-width: none; }
    button { display: none; }
    .table { overflow: visible; }
    thead { display: table-header-group; }
    tr { break-inside: avoid; }
    tfoot { display: table-row-group; }
  }
"""


def render(found: Mapping[str, Any], words: Mapping[str, str], language: str) -> str:
    """The page of a statement as `read_statement` gives it, in words of a language."""
    return "".join(_Page(found, words, language).pieces())


class _Page:
    def __init__(self, found: Mapping[str, Any], words: Mapping[str, str], language: str) -> None:
        self._found = found
        self._scope: Mapping[str, Any] = found["scope"]
        self._statement: Mapping[str, Any] = found["statement"]
        self._words = words
        self._language = language
        self._point = Flavour(spreadsheet=True, language=language).point
        self._zone: str = self._scope["zone"]

    def pieces(self) -> Iterator[str]:
        title = self._word("statement_title")
        number = self._found["number"]
        yield (
            f'<!doctype html><html lang="{escape(self._language)}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title} {escape(number)}</title><style>{_STYLE}</style></head><body>"
            f'<header><div class="letterhead">{escape(self._scope["letterhead"])}</div>'
            f"<button>{self._word('statement_print')}</button></header><main><h1>{title}</h1><dl>"
        )
        month = Month.of(self._scope["month"])
        for name, value in (
            ("statement_whose", self._scope["name"] or self._plain("statement_everybody")),
            ("statement_period", f"{month.month:02}/{month.year}"),
            ("statement_number", f"{number} / {self._found['version']}"),
            ("statement_made", self._moment(self._found["made_at"])),
        ):
            yield f"<dt>{self._word(name)}</dt><dd>{escape(value)}</dd>"
        # It is wider than a phone, and whoever has no mouse moves it, too.
        yield f'</dl><div class="table" role="region" aria-label="{title}" tabindex="0"><table>'
        yield f"<thead><tr>{self._head()}</tr></thead><tbody>"
        for line in self._statement["lines"]:
            yield self._line(line)
        yield f"</tbody><tfoot>{self._totals()}</tfoot></table></div>"
        yield '<ul class="remarks">'
        yield from (f"<li>{remark}</li>" for remark in self._remarks(month))
        yield f"</ul></main><script>{SCRIPT}</script></body></html>"

    def _head(self) -> str:
        cells = [("csv_start", "t"), ("csv_end", "t"), ("csv_place", ""), ("csv_card", "")]
        cells += [(f"csv_{name}", "n") for name in ("meter_start_kwh", "meter_stop_kwh", "kwh")]
        cells += [("csv_cost", "n"), ("csv_notes", "")]
        return "".join(f'<th class="{kind}">{self._word(name)}</th>' for name, kind in cells)

    def _line(self, line: Mapping[str, Any]) -> str:
        charged = line["charged"]
        notes = ", ".join(self._plain(f"flag_{key}") for key in keys_of(charged["flags"]))
        end = charged["end"]
        cells = (
            (self._moment(charged["start"]), "t"),
            ("" if end is None else self._moment(end), "t"),
            (charged["place"], ""),
            (charged["tag"], ""),
            (self._kwh(charged["register_start"]), "n"),
            (self._kwh(charged["register_stop"]), "n"),
            (self._kwh(charged["wh"]) or "?", "n"),
            (self._money(line["amount"]), "n"),
            (notes, "notes"),
        )
        return f"<tr>{''.join(_cell(*cell) for cell in cells)}</tr>"

    def _totals(self) -> str:
        statement = self._statement
        cells = [(self._plain("statement_total"), ""), *[("", "")] * 5]
        amount = self._money(statement["amount"]) if statement["currency"] else ""
        cells += [(self._kwh(statement["wh"]), "n"), (amount, "n"), ("", "")]
        found = f"<tr>{''.join(_cell(*cell) for cell in cells)}</tr>"
        if statement["tax"] is not None:
            percent = f"{self._scope['tax'] / 10_000:g}".replace(".", self._point)
            tax = self._plain("statement_tax").replace("{percent}", percent)
            cells = [(tax, ""), *[("", "")] * 6, (self._money(statement["tax"]), "n"), ("", "")]
            found += f'<tr class="tax">{"".join(_cell(*cell) for cell in cells)}</tr>'
        return found

    def _remarks(self, month: Month) -> Iterator[str]:
        statement = self._statement
        start, end = month.start(self._zone), month.next.start(self._zone)
        if not self._scope["over"]:
            yield self._word("statement_running")
        if any(
            line["charged"]["start"] < start or (line["charged"]["end"] or start) > end
            for line in statement["lines"]
        ):
            yield self._word("statement_over")
        if statement["unknown"]:
            yield self._word("statement_unknown").replace("{count}", str(statement["unknown"]))
        if statement["unpriced_wh"]:
            yield self._word("statement_unpriced").replace(
                "{energy}", self._kwh(statement["unpriced_wh"])
            )
        yield self._word("statement_times").replace("{zone}", escape(self._zone))
        yield self._word("statement_disclaimer")

    def _plain(self, key: str) -> str:
        return self._words.get(key, key)

    def _word(self, key: str) -> str:
        return escape(self._plain(key))

    def _moment(self, at: int) -> str:
        pattern = _DATES.get(self._language, "%Y-%m-%d")
        return local(at, self._zone).strftime(f"{pattern} %H:%M")

    def _kwh(self, wh: float | None) -> str:
        return "" if wh is None else f"{wh / 1000:.3f}".replace(".", self._point)

    def _money(self, amount: int | None) -> str:
        currency = self._statement["currency"]
        if amount is None or currency is None:
            return "–"
        return f"{text(amount, currency, self._point)} {currency}"


def _cell(content: str, kind: str) -> str:
    return f'<td class="{kind}">{escape(content)}</td>' if kind else f"<td>{escape(content)}</td>"
