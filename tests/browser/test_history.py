"""What was is looked at on the page: curves, downloads, and what went into a limit."""

import csv
import io
from pathlib import Path
import re

from playwright.sync_api import expect

from custom_components.ev_load_manager.actions.meter_history import HOURLY_MEAN

from .conftest import Open
from .test_page import GRID_CURRENTS, Shot, calculations, go_to, hide, settled
from .world import World

expect.set_options(timeout=15_000)


def test_the_meters_values_are_downloaded_as_they_were(
    world: World, open_page: Open, cars: None, tmp_path: Path
) -> None:
    page = open_page("/ev-load-manager/history")
    settled(page, "history")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the meter's values").click()

    target = tmp_path / "meter.csv"
    download.value.save_as(target)
    rows = list(csv.DictReader(io.StringIO(target.read_text())))
    # An hour that ends meanwhile, and began without the recorder, is told by its mean.
    measured = [row for row in rows if row["source"] == "measured"]
    told = page.evaluate(
        """async (ids) => {
          const { hass } = document.querySelector("home-assistant");
          const states = await hass.callWS({
            type: "history/history_during_period", entity_ids: ids, minimal_response: true,
            no_attributes: true, start_time: new Date(Date.now() - 7.2e6).toISOString(),
          });
          return ids.map((id) => states[id].map(({ s }) => s));
        }""",
        [f"sensor.garage_{key}" for key in GRID_CURRENTS],
    )
    for states, column in zip(told, ("L1 (A)", "L2 (A)", "L3 (A)"), strict=True):
        values = {float(row[column]) for row in measured if row[column]}
        assert values
        assert values <= {float(one) for one in states if one not in {"unavailable", "unknown"}}
    before = rows[: -len(measured)]
    assert [row["source"] for row in before] in ([], [HOURLY_MEAN])
    assert [*before, *measured] == rows


def test_where_home_assistants_chart_is_not_to_be_had_a_plain_one_tells_the_same(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page()
    expect(page.get_by_role("article").first).to_be_visible()
    hide(page, "ha-chart-base")

    go_to(page, "history")

    meter = page.locator("elm-history").get_by_role(
        "figure", name=re.compile("^Current at the grid connection")
    )
    expect(meter.locator("svg path").first).to_be_visible()
    for line in ("L1", "L2", "L3", "Grid limit"):
        expect(meter.locator(".legend").get_by_text(line, exact=True)).to_be_visible()
    expect(page.locator("ha-chart-base")).to_have_count(0)
    expect(page.locator("elm-history .highest").first).to_contain_text("L1: highest")
    screenshot(page, "plain-chart")


def test_a_day_of_the_past_is_looked_at_and_left_again(
    world: World, open_page: Open, cars: None
) -> None:
    page = open_page("/ev-load-manager/history")
    settled(page, "history")
    day = page.get_by_label("Day", exact=True)
    today = day.input_value()

    day.fill("2025-03-29")

    shown = page.locator("elm-history .period [aria-live]")
    expect(shown).to_contain_text("Mar 29, 12:00 AM – Mar 30, 12:00 AM")
    expect(page.get_by_role("button", name="1 day")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Nothing was recorded in this period").first).to_be_visible()
    day.fill(today)
    expect(page.locator("ha-chart-base canvas").first).to_be_visible()
    expect(page.get_by_role("button", name="Later")).to_be_disabled()


def test_a_recalculation_tells_what_went_in_and_what_came_out(
    world: World, open_page: Open, cars: None
) -> None:
    page = open_page("/ev-load-manager/log")
    log = calculations(page)
    log.get_by_label("Live").uncheck()

    log.get_by_role("button", name="Details of").first.click()

    inside = log.locator("tr.inside").first
    for heading in ("Measured", "Offered", "New limit", "Reason"):
        expect(inside.get_by_role("columnheader", name=heading)).to_be_visible()
    log.get_by_label("Charger").select_option(label="By the wall")
    expect(inside.locator("tbody tr")).to_have_count(1)
