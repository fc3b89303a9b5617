"""Prints what the page costs: `.venv/demo/bin/python -m tests.browser.figures`.

How soon it is usable after a click, how large its script is, and how much scripting a
second of data takes with two hundred outlets at which cars charge. What they draw is made
up, as if each charger reported every ten seconds: two hundred simulated chargers beside the
browser would measure the machine. On one that does something else at the same time the
figures are worse than they are.
"""

import gzip
from pathlib import Path
from statistics import median
import sys
import tempfile
import time
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright
from rich.console import Console

from custom_components.ev_load_manager.const import CONF_CHARGER_ID, SUBENTRY_CHARGER
from custom_components.ev_load_manager.group.load_manager import LoadManager
from custom_components.ev_load_manager.page import websocket_api
from custom_components.ev_load_manager.page.panel import BUILT
from homeassistant.config_entries import ConfigSubentry
from simulation.set_up import Group

from .conftest import FLAGS, find_chromium
from .world import World

OUTLETS = 200
REPORTED_EVERY = 10
"""Seconds after which a charger tells what its car draws."""
SECONDS = 20
ITS_OWN_WORK = 1500
"""Milliseconds that Home Assistant goes on with thousands of entities once it is loaded."""
USABLE_WITHIN = 1.0
USABLE_WITH_ALL_WITHIN = 1.5
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
        usable, _ = usable_after(browser, world)
        yard = large_group(world)
        large, complete = usable_after(browser, world, yard)
        scripting = scripting_per_second(browser, world, yard)
        browser.close()
    print(f"script, compressed: {size / 1000:.1f} KB (bound: {MOST_BYTES / 1000:.0f} KB)")
    print(f"usable after a click: {usable:.2f} s, median of 5 (bound: {USABLE_WITHIN:g} s)")
    print(
        f"{OUTLETS} outlets: usable after {large:.2f} s, median of 5"
        f" (bound: {USABLE_WITH_ALL_WITHIN:g} s), all there after {complete:.2f} s"
    )
    print(
        f"{OUTLETS} outlets: {scripting:.1f} ms of scripting per second of data"
        f" (bound: {MOST_SCRIPTING:g} ms)"
    )
    kept = (
        size < MOST_BYTES
        and usable < USABLE_WITHIN
        and large < USABLE_WITH_ALL_WITHIN
        and scripting < MOST_SCRIPTING
    )
    return 0 if kept else 1


def usable_after(browser: Browser, world: World, group: Group | None = None) -> tuple[float, float]:
    """Seconds from a click to outlets in sight, and to all, their first time in a browser.

    The click is on the page in the sidebar, or with `group` on a link to that one. Medians of 5.
    """
    usable, complete = [], []
    for _ in range(5):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(world.admin.signs_in)
        page = context.new_page()
        page.goto(f"{world.url}/profile")
        link = page.get_by_role("link", name="EV charging")
        expect(link).to_be_visible()
        # What Home Assistant itself loads is not the page's.
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(ITS_OWN_WORK)
        if group is not None:
            path = f"/ev-load-manager/now/{group.entry_id}"
            link.evaluate("(link, path) => { link.href = path; }", path)
        began = time.monotonic()
        link.click()
        # By its place: to look for roles among two hundred outlets takes a second itself.
        outlets = page.locator("elm-outlet article")
        outlets.first.wait_for()
        usable.append(time.monotonic() - began)
        if group is not None:
            outlets.nth(OUTLETS - 1).wait_for(state="attached")
        complete.append(time.monotonic() - began)
        context.close()
    return median(usable), median(complete)


def large_group(world: World) -> Group:
    """A group of many outlets, of which the page is told that cars charge at all of them."""
    yard = world.run(world.home.set_up_group(name="Yard", rated=400.0, maximum=300.0))
    entries = world.home.hass.config_entries
    entry = entries.async_get_entry(yard.entry_id)
    assert entry is not None
    world.run(yard.add_charger("YARD-0", name="Place 0", wiring=(0, 1, 2)))
    data = dict(next(iter(entry.subentries.values())).data)

    def add() -> None:
        for number in range(1, OUTLETS):
            charger = ConfigSubentry(
                data={**data, CONF_CHARGER_ID: f"YARD-{number}"},  # type: ignore[arg-type]
                subentry_type=SUBENTRY_CHARGER,
                title=f"Place {number}",
                unique_id=f"YARD-{number}",
            )
            entries.async_add_subentry(entry, charger)

    world.do(add)
    real = websocket_api.snapshot

    def busy(manager: LoadManager, **more: Any) -> dict[str, Any]:
        picture = real(manager, **more)
        return charging(picture) if picture["name"] == "Yard" else picture

    websocket_api.snapshot = busy
    return yard


def charging(picture: dict[str, Any]) -> dict[str, Any]:
    """The same picture, with a car that draws something else every ten seconds at each outlet."""
    now = picture["now"]
    for place, charger in enumerate(picture["chargers"]):
        reports = int((now + place) // REPORTED_EVERY)
        drawn = 6.0 + (place * 7 + reports * 3) % 100 / 10
        currents = [drawn if (place + phase) % 3 else 0.0 for phase in range(3)]
        for connector in charger["connectors"]:
            connector |= {
                "status": "charging",
                "session": {
                    "since": now - 600.0 - place,
                    "energy": 1000.0 + reports * 20.0,
                    "id_tag": f"CARD-{place}",
                    "driver": f"Driver {place}",
                },
                "offered": 16.0,
                "limit": 16.0,
                "target": 16.0,
                "measured": currents,
                "highest": drawn,
                "power": round(sum(currents) * 230),
                "reserved": [16.0, 16.0, 16.0],
                "reason": "equal_share",
                "held_back_by": "group",
                "phase": "L1",
                "active": True,
            }
        charger["online"] = True
    return picture


def scripting_per_second(browser: Browser, world: World, yard: Group) -> float:
    """Milliseconds of scripting per second, while every picture of the group is another one."""
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
