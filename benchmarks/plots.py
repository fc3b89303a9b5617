"""Pictures of the closed loop."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

from .algorithms import KNOWN, OURS, SEED, SUBTRACTION
from .judge import Day
from .loop import HOUR, LIMIT

FROM, UNTIL = 7.0, 9.0
"""Hours of the day that are shown."""
DPI = 110


def draw(
    folder: Path,
    results: Mapping[str, Sequence[Day]],
    cells: Mapping[tuple[float, float, str], Sequence[Day]],
    pairs: Sequence[tuple[float, float]],
) -> None:
    """Write all pictures as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    _traces(folder / "control-day.png", results)
    _summary(folder / "control-summary.png", results)
    _periods(folder / "control-periods.png", cells, pairs)


def _traces(path: Path, results: Mapping[str, Sequence[Day]]) -> None:
    """Two hours of the first day: the most loaded phase."""
    shown = [name for name in (OURS, SEED, SUBTRACTION) if results[name][0].trace]
    figure, axes = plt.subplots(
        len(shown), 1, figsize=(10, 2.6 * len(shown)), sharex=True, sharey=True, squeeze=False
    )
    for axis, name in zip(axes[:, 0], shown, strict=True):
        trace = results[name][0].trace
        trace = [row for row in trace if FROM <= row[0] / HOUR <= UNTIL] or trace
        hours = [now / HOUR for now, _, _ in trace]
        phases = [max(range(3), key=grid.__getitem__) for _, _, grid in trace]
        grid = [row[2][phase] for row, phase in zip(trace, phases, strict=True)]
        house = [row[1][phase] for row, phase in zip(trace, phases, strict=True)]
        axis.fill_between(hours, house, color="#999999", alpha=0.5, label="building", linewidth=0)
        axis.plot(hours, grid, color="#1f5fa8", linewidth=0.8, label="grid, most loaded phase")
        axis.axhline(LIMIT, color="#c0392b", linewidth=1.0, label="limit")
        axis.set_title(name, loc="left", fontsize=10)
        axis.set_ylabel("A")
        axis.margins(x=0)
    axes[0, 0].legend(loc="lower right", fontsize=8, ncols=3)
    axes[-1, 0].set_xlabel("hour of the day")
    _save(figure, path)


def _summary(path: Path, results: Mapping[str, Sequence[Day]]) -> None:
    names = list(results)
    best = sum(day.used for day in results[names[-1]])
    used = [100.0 * sum(day.used for day in results[name]) / best for name in names]
    overshoot = [
        sum(day.overshoot for day in results[name]) / sum(day.hours for day in results[name]) * 24.0
        for name in names
    ]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), sharey=True)
    left.barh(names, used, color="#1f5fa8")
    left.set_xlabel("used, % of the all-knowing")
    left.invert_yaxis()
    right.barh(names, overshoot, color="#c0392b")
    right.set_xscale("symlog", linthresh=10.0)
    right.set_xlabel("overshoot, A s per day")
    _save(figure, path)


def _periods(
    path: Path,
    cells: Mapping[tuple[float, float, str], Sequence[Day]],
    pairs: Sequence[tuple[float, float]],
) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2))
    for reports in dict.fromkeys(reports for _, reports in pairs):
        meters = [meter for meter, each in pairs if each == reports]
        used, overshoot = [], []
        for meter in meters:
            ours, known = cells[meter, reports, OURS], cells[meter, reports, KNOWN]
            used.append(100.0 * sum(day.used for day in ours) / sum(day.used for day in known))
            overshoot.append(
                sum(day.overshoot for day in ours) / sum(day.hours for day in ours) * 24.0
            )
        left.plot(meters, used, marker="o", label=f"reports every {reports:g} s")
        right.plot(meters, overshoot, marker="o", label=f"reports every {reports:g} s")
    left.set_ylabel("used, % of other load known")
    right.set_ylabel("overshoot, A s per day")
    for axis in (left, right):
        axis.set_xlabel("seconds between values of the meter")
        axis.legend(fontsize=8)
    _save(figure, path)


def _save(figure: plt.Figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=DPI)
    plt.close(figure)
