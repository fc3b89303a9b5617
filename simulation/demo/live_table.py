"""What the demo shows in the terminal: who gets what and why, phase by phase."""

from rich.console import Group as Lines
from rich.table import Table
from rich.text import Text

from ..charger.grid import PHASE_NAMES
from ..plant.site import GRID, GROUP, CircuitView, SimulatedSite
from ..set_up import Group

_BAR = 24


def table(site: SimulatedSite, group: Group, *, seconds: float, news: str) -> Lines:
    """One picture of the site."""
    view = site.snapshot()
    rows = Table(title=f"EV Load Manager, {_clock(seconds)} of the site's time", expand=False)
    for column in ("outlet", "car", "status", "reason"):
        rows.add_column(column)
    for column in ("counts on", "next turn", "limit", "offered", *PHASE_NAMES):
        rows.add_column(column, justify="right")
    for row in view.connectors:
        rows.add_row(
            f"{row.charger}/{row.number}",
            row.car or "",
            row.status if row.online else "offline",
            group.connector_state(row.charger, row.number, "reason").replace("_", " "),
            group.phases(row.charger, row.number) if row.car else "",
            group.next_turn(row.charger, row.number),
            _amperes(group.connector_state(row.charger, row.number, "limit")),
            f"{row.offered:.1f}" if row.car else "",
            *(f"{amperes:.1f}" if row.car else "" for amperes in row.measured),
        )
    return Lines(
        rows,
        *(
            bar
            for name, circuit in view.circuits.items()
            if name not in (GRID, GROUP)
            for bar in _bars(name, circuit)
        ),
        *_bars("chargers", view.circuits[GROUP]),
        *_bars("grid", view.circuits[GRID]),
        Text(f"{group.state('mode').replace('_', ' ')}   {news}", style="italic"),
    )


def line(site: SimulatedSite, group: Group, *, seconds: float) -> str:
    """The same in one line, for a terminal that can't be painted over."""
    view = site.snapshot()
    shares = "  ".join(
        f"{row.charger}/{row.number} {row.status} {row.offered:.1f}->{max(row.measured):.1f} A"
        f" ({group.connector_state(row.charger, row.number, 'reason')}"
        f" on {group.phases(row.charger, row.number) or 'nothing'}"
        f"{_in(group.next_turn(row.charger, row.number))})"
        for row in view.connectors
        if row.car
    )
    circuit = view.circuits[GROUP]
    totals = " ".join(f"{amperes:.1f}" for amperes in circuit.currents)
    grid = " ".join(f"{amperes:.1f}" for amperes in view.circuits[GRID].currents)
    feeders = "".join(
        f"  {name} {' '.join(f'{amperes:.1f}' for amperes in feeder.currents)}"
        f" of {feeder.limit[0]:g} A"
        for name, feeder in view.circuits.items()
        if name not in (GRID, GROUP)
    )
    return (
        f"{_clock(seconds)}  {group.state('mode')}  chargers {totals} of {circuit.limit[0]:g} A"
        f"{feeders}  grid {grid} of {view.circuits[GRID].limit[0]:g} A  {shares}"
    )


def _in(wait: str) -> str:
    return f", turn in {wait}" if wait else ""


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
