"""What the demo shows in the terminal: who gets what and why, phase by phase."""

from rich.console import Group as Lines
from rich.table import Table
from rich.text import Text

from .grid import PHASE_NAMES
from .set_up import Group
from .site import GRID, GROUP, CircuitView, SimulatedSite

_BAR = 24


def table(site: SimulatedSite, group: Group, *, seconds: float, news: str) -> Lines:
    """One picture of the site."""
    view = site.snapshot()
    rows = Table(title=f"EV Load Manager, {_clock(seconds)} of the site's time", expand=False)
    for column in ("outlet", "car", "status", "reason"):
        rows.add_column(column)
    for column in ("limit", "offered", *PHASE_NAMES):
        rows.add_column(f"{column}" if column in PHASE_NAMES else column, justify="right")
    for row in view.connectors:
        rows.add_row(
            f"{row.charger}/{row.number}",
            row.car or "",
            row.status if row.online else "offline",
            group.connector_state(row.charger, row.number, "reason").replace("_", " "),
            _amperes(group.connector_state(row.charger, row.number, "limit")),
            f"{row.offered:.1f}" if row.car else "",
            *(f"{amperes:.1f}" if row.car else "" for amperes in row.measured),
        )
    return Lines(
        rows,
        *_bars("chargers", view.circuits[GROUP]),
        *_bars("grid", view.circuits[GRID]),
        Text(f"{group.state('mode').replace('_', ' ')}   {news}", style="italic"),
    )


def line(site: SimulatedSite, group: Group, *, seconds: float) -> str:
    """The same in one line, for a terminal that can't be painted over."""
    view = site.snapshot()
    shares = "  ".join(
        f"{row.charger}/{row.number} {row.status} {row.offered:.1f}->{max(row.measured):.1f} A"
        f" ({group.connector_state(row.charger, row.number, 'reason')})"
        for row in view.connectors
        if row.car
    )
    circuit = view.circuits[GROUP]
    totals = " ".join(f"{amperes:.1f}" for amperes in circuit.currents)
    grid = " ".join(f"{amperes:.1f}" for amperes in view.circuits[GRID].currents)
    return (
        f"{_clock(seconds)}  {group.state('mode')}  chargers {totals} of {circuit.limit[0]:g} A"
        f"  grid {grid} of {view.circuits[GRID].limit[0]:g} A  {shares}"
    )


def _bars(name: str, circuit: CircuitView) -> list[Text]:
    bars = []
    for phase, amperes, limit in zip(PHASE_NAMES, circuit.currents, circuit.limit, strict=True):
        filled = round(_BAR * min(max(amperes, 0.0) / limit, 1.0)) if limit else 0
        style = "red" if amperes > limit + 0.1 else "green"
        bar = Text(f"{name:<9}{phase} ")
        bar.append("█" * filled, style=style)
        bar.append("░" * (_BAR - filled))
        bar.append(f" {amperes:5.1f} of {limit:g} A")
        bars.append(bar)
    return bars


def _amperes(state: str) -> str:
    try:
        return f"{float(state):.1f}"
    except ValueError:
        return ""


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:d}:{int(seconds) % 60:02d}"
