"""Prints what the page costs: `.venv/demo/bin/python -m tests.browser.figures`.

How soon it is usable after a click, how large its script is, and how much scripting a
second of data takes with fifty outlets. On a machine that does something else at the
same time the figures are worse than they are.
"""

import gzip
from pathlib import Path
from statistics import median
import sys
import tempfile
import time

from playwright.sync_api import Browser, expect, sync_playwright
from rich.console import Console

from custom_components.ev_load_manager.const import CONF_CHARGER_ID, SUBENTRY_CHARGER
from custom_components.ev_load_manager.page.panel import BUILT
from homeassistant.config_entries import ConfigSubentry

from .conftest import FLAGS, find_chromium
from .world import World

OUTLETS = 50
SECONDS = 20
USABLE_WITHIN = 1.0
MOST_BYTES = 150_000
MOST_SCRIPTING = 16.0

expect.set_options(timeout=60_000)


def main() -> int:
    """Measure and print; 1 where a bound is not kept, or there is no browser."""
    executable = find_chromium()
    if executable is None:
        print("figures: there is no Chromium: install it, or name it in CHROMIUM")
        return 1
    size = sum(len(gzip.compress(path.read_bytes())) for path in BUILT.glob("*.js"))
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        World(Path(folder)) as world,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        usable = usable_after(browser, world)
        scripting = scripting_per_second(browser, world)
        browser.close()
    print(f"script, compressed: {size / 1000:.1f} KB (bound: {MOST_BYTES / 1000:.0f} KB)")
    print(f"usable after a click: {usable:.2f} s, median of 5 (bound: {USABLE_WITHIN:g} s)")
    print(
        f"{OUTLETS} outlets: {scripting:.1f} ms of scripting per second of data"
        f" (bound: {MOST_SCRIPTING:g} ms)"
    )
    kept = size < MOST_BYTES and usable < USABLE_WITHIN and scripting < MOST_SCRIPTING
    return 0 if kept else 1


def usable_after(browser: Browser, world: World) -> float:
    """Seconds from the click in the sidebar to an outlet in sight, its first time in a browser."""
    took = []
    for _ in range(5):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(world.admin.signs_in)
        page = context.new_page()
        page.goto(f"{world.url}/history")
        link = page.get_by_role("link", name="EV charging")
        expect(link).to_be_visible()
        # What Home Assistant itself loads is not the page's.
        page.wait_for_load_state("networkidle")
        began = time.monotonic()
        link.click()
        page.get_by_role("article").first.wait_for()
        took.append(time.monotonic() - began)
        context.close()
    return median(took)


def scripting_per_second(browser: Browser, world: World) -> float:
    """Milliseconds of scripting per second, while every picture of the group is another one."""
    yard = world.run(world.home.set_up_group(name="Yard", rated=400.0, maximum=300.0))
    entries = world.home.hass.config_entries
    entry = entries.async_get_entry(yard.entry_id)
    assert entry is not None
    world.run(yard.add_charger("YARD-0", name="Place 0", wiring=(0, 1, 2)))
    data = dict(next(iter(entry.subentries.values())).data)

    def add(number: int) -> None:
        charger = ConfigSubentry(
            data={**data, CONF_CHARGER_ID: f"YARD-{number}"},  # type: ignore[arg-type]
            subentry_type=SUBENTRY_CHARGER,
            title=f"Place {number}",
            unique_id=f"YARD-{number}",
        )
        entries.async_add_subentry(entry, charger)

    for number in range(1, OUTLETS):
        world.do(lambda number=number: add(number))
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(world.admin.signs_in)
    page = context.new_page()
    page.goto(f"{world.url}/ev-load-manager/now/{yard.entry_id}")
    expect(page.get_by_role("article")).to_have_count(OUTLETS)
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def scripting() -> float:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "ScriptDuration"))

    page.wait_for_timeout(2000)
    before, began = scripting(), time.monotonic()
    while time.monotonic() - began < SECONDS:
        world.run(yard.set_number("maximum_current", 200.0 + time.monotonic() % 50))
        page.wait_for_timeout(500)
    spent = scripting() - before
    context.close()
    return spent * 1000 / (time.monotonic() - began)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception:  # noqa: BLE001 - Home Assistant would write it into its log only
        Console().print_exception()
        sys.exit(1)
