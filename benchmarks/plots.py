"""Pictures of the closed loop."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

from .algorithms import KNOWN, OURS, SEED, SEED_IN_TURNS, SUBTRACTION
from .judge import Day
from .loop import HOUR, LIMIT

FROM, UNTIL = 7.0, 9.0
"""Hours of the day that are shown."""
DPI = 90


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
    """Two hours of the first day: the most loaded phase of the grid, and of the building."""
    shown = [name for name in (OURS, SEED, SUBTRACTION) if results[name][0].trace]
    figure, axes = plt.subplots(
        len(shown), 1, figsize=(10, 2.6 * len(shown)), sharex=True, sharey=True, squeeze=False
    )
    for axis, name in zip(axes[:, 0], shown, strict=True):
        trace = results[name][0].trace
        trace = [row for row in trace if FROM <= row[0] / HOUR <= UNTIL] or trace
        hours = [now / HOUR for now, _, _ in trace]
        grid = [max(currents) for _, _, currents in trace]
        building = [max(currents) for _, currents, _ in trace]
        axis.fill_between(
            hours, building, color="#999999", alpha=0.5, label="building", linewidth=0
        )
        axis.plot(hours, grid, color="#1f5fa8", linewidth=0.8, label="grid")
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
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
    for name, color in ((OURS, "#1f5fa8"), (SEED_IN_TURNS, "#c0392b"), (SUBTRACTION, "#999999")):
        for reports, style in ((10.0, "-"), (60.0, "--")):
            meters = [meter for meter, each in pairs if each == reports]
            found = [cells[meter, reports, name] for meter in meters]
            known = [cells[meter, reports, KNOWN] for meter in meters]
            used = [
                100.0 * sum(day.used for day in one) / sum(day.used for day in all_known)
                for one, all_known in zip(found, known, strict=True)
            ]
            overshoot = [
                sum(day.overshoot for day in one) / sum(day.hours for day in one) * 24.0
                for one in found
            ]
            label = f"{name}, reports every {reports:g} s"
            left.plot(meters, used, style, marker="o", markersize=4, color=color, label=label)
            right.plot(meters, overshoot, style, marker="o", markersize=4, color=color)
    left.set_ylabel("used, % of other load known")
    right.set_ylabel("overshoot, A s per day")
    right.set_yscale("symlog", linthresh=100.0)
    for axis in (left, right):
        axis.set_xlabel("seconds between values of the meter")
    figure.legend(*left.get_legend_handles_labels(), loc="lower center", ncols=3, fontsize=7)
    figure.tight_layout(rect=(0.0, 0.12, 1.0, 1.0))
    figure.savefig(path, dpi=DPI)
    plt.close(figure)


def _save(figure: plt.Figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=DPI)
    plt.close(figure)
