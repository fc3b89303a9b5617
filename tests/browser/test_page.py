"""The page in the sidebar: live, on every screen, for everybody."""

from collections.abc import Callable, Iterator
import csv
import io
import json
from pathlib import Path
import re
from statistics import median
import time
from typing import Any

from playwright.sync_api import Locator, Page, expect
import pytest

from simulation.charger.car import Car
from simulation.charger.models import EVBOX_G4
from simulation.demo.demo import TESLA
from simulation.plant.meter import SimulatedMeter
from simulation.set_up import MeterSetting

from .accessibility import PANEL, violations
from .conftest import Open
from .world import World

expect.set_options(timeout=15_000)

TRANSLATIONS = Path(__file__).parents[2] / "frontend" / "src" / "translations"
LANGUAGES = sorted(path.stem for path in TRANSLATIONS.glob("*.json"))
TABS = ("now", "history", "log", "sessions", "settings")
GRID_CURRENTS = ("grid_current_l1", "grid_current_l2", "grid_current_l3")

type Shot = Callable[[Page, str], None]


def outlet(page: Page, name: str) -> Locator:
    """The card of an outlet."""
    return page.get_by_role("article", name=name, exact=True)


def words(language: str) -> dict[str, Any]:
    """The texts of the page."""
    path = TRANSLATIONS / f"{language}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def go_to(page: Page, tab: str, language: str = "en") -> None:
    """Click on a tab."""
    texts = words(language)
    tabs = page.get_by_role("navigation", name=texts["title"])
    tabs.get_by_role("link", name=texts["tabs"][tab], exact=True).click()


def settled(page: Page, tab: str, language: str = "en") -> None:
    """Wait until a tab shows what it has."""
    texts = words(language)
    match tab:
        case "now":
            expect(page.get_by_role("article").first).to_be_visible()
        case "history":
            expect(page.locator("elm-chart").first).to_be_visible()
            expect(page.locator("ha-chart-base canvas").first).to_be_visible()
        case "log":
            expect(page.get_by_role("heading", name=texts["log"]["safe_limit"])).to_be_visible()
            expect(page.locator("elm-happened li").first).to_be_visible()
        case "sessions":
            expect(page.locator("elm-sessions table.list tbody tr").first).to_be_visible()
        case "settings":
            label = texts["settings"]["maximum_current"]
            expect(page.get_by_label(label, exact=True)).to_be_visible()


def calculations(page: Page) -> Locator:
    """The table of calculations, opened."""
    log = page.locator("elm-log")
    log.locator("details > summary").filter(has_text="Calculations").click()
    expect(log.locator("tr.entry").first).to_be_visible()
    return log


def hide(page: Page, element: str) -> None:
    """Be a Home Assistant that does not have this element of its own."""
    page.evaluate(
        """(hidden) => {
          const get = customElements.get.bind(customElements);
          customElements.get = (name) => (name === hidden ? undefined : get(name));
        }""",
        element,
    )


def lose_connection(page: Page) -> None:
    """Cut the connection to Home Assistant, until `window.goOn()`."""
    page.evaluate(
        """() => {
          const { connection } = document.querySelector("home-assistant").hass;
          connection.suspendReconnectUntil(new Promise((go) => { window.goOn = go; }));
          connection.socket.close();
        }"""
    )
    expect(page.get_by_text("The connection to Home Assistant is lost")).to_be_visible()


def test_the_page_is_in_the_sidebar_and_shows_the_tree_with_every_outlet(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page("/history")

    page.get_by_role("link", name="EV charging").click()

    expect(page.get_by_role("heading", name="Grid connection")).to_be_visible()
    expect(page.get_by_role("heading", name="Garage")).to_be_visible()
    expect(page.get_by_role("meter", name="Garage, phase L1")).to_have_attribute(
        "aria-valuetext", re.compile("of 16\u00a0A$")
    )
    for name in (
        "Left of the door",
        "Right of the door",
        "Twin in the yard, outlet 1",
        "Twin in the yard, outlet 2",
        "By the wall",
    ):
        expect(outlet(page, name)).to_be_visible()
    screenshot(page, "now")


def test_a_car_is_seen_with_what_it_draws_what_it_was_offered_and_why(
    world: World, open_page: Open, cars: None
) -> None:
    page = open_page()

    leaf = outlet(page, "Left of the door")

    expect(leaf.get_by_text("Charging", exact=True)).to_be_visible()
    expect(leaf.locator(".big strong")).not_to_have_text("–")
    expect(leaf.locator(".big")).to_contain_text("offered")
    expect(leaf.locator(".why")).not_to_be_empty()
    leaf.get_by_text("Details").click()
    expect(leaf.get_by_text("Wiring")).to_be_visible()


def test_what_flows_is_told_in_kilowatts_first(world: World, open_page: Open, cars: None) -> None:
    page = open_page()

    tesla = outlet(page, "Twin in the yard, outlet 1")

    expect(tesla.locator(".big strong")).to_have_text(re.compile(r"^[1-9]\d?\.\d\u00a0kW$"))
    expect(tesla.locator(".big")).to_contain_text(re.compile(r"\d\u00a0A\s+of \d+\u00a0A offered"))
    for name in ("Grid connection", "Garage"):
        circuit = page.locator(".circuit").filter(has=page.get_by_role("heading", name=name))
        expect(circuit.locator(".power")).to_have_text(re.compile(r"^[1-9]\d?\.\d\u00a0kW$"))


def test_on_a_phone_the_cars_come_first_and_circuits_unfold(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page(width=360, height=780)

    expect(outlet(page, "Left of the door")).to_be_in_viewport(ratio=1)
    bar = page.get_by_role("meter", name="Garage, phase L1")
    expect(bar).to_have_count(0)
    screenshot(page, "phone-cars-first")
    page.locator("elm-now summary").filter(has_text="Circuits").click()

    expect(bar).to_be_visible()
    screenshot(page, "phone-circuits")


def test_a_link_of_home_assistant_leads_to_the_group_that_it_names(
    world: World, open_page: Open
) -> None:
    yard = world.run(world.home.set_up_group(name="Yard"))
    try:
        page = open_page(f"/ev-load-manager?config_entry={yard.entry_id}")

        expect(page.get_by_role("combobox", name="Group").locator("option:checked")).to_have_text(
            "Yard"
        )
        go_to(page, "settings")
        expect(page.get_by_role("combobox", name="Group").locator("option:checked")).to_have_text(
            "Yard"
        )
    finally:
        world.run(yard.remove())


def test_a_changed_limit_is_seen_within_two_seconds(
    world: World, open_page: Open, cars: None
) -> None:
    page = open_page()
    bar = page.get_by_role("meter", name="Garage, phase L1")
    expect(bar).to_be_visible()
    took = []

    for amperes in (12, 11, 13):
        world.set_limit(amperes)
        began = time.monotonic()
        expect(bar).to_have_attribute("aria-valuemax", str(amperes))
        took.append(time.monotonic() - began)

    assert median(took) < 2.0, took


def test_an_administrator_changes_the_limit_on_the_page(
    world: World, open_page: Open, screenshot: Shot
) -> None:
    page = open_page("/ev-load-manager/settings")
    limit = page.get_by_label("Limit for all chargers", exact=True)
    settled(page, "settings")

    limit.fill("14")
    limit.press("Enter")

    expect(page.get_by_text("Saved")).to_be_attached()
    assert float(world.do(lambda: world.group.state("maximum_current"))) == 14.0
    limit.fill("60")
    limit.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert float(world.do(lambda: world.group.state("maximum_current"))) == 14.0
    screenshot(page, "settings")


@pytest.fixture
def feeders_meter(world: World) -> Iterator[SimulatedMeter]:
    """A meter of three phases."""
    meter = SimulatedMeter(lambda: (2.0, 1.0, 1.5), noise=0.1, seed=3)
    world.run(meter.start())
    yield meter
    world.run(meter.stop())


def test_the_safe_limit_of_a_feeder_with_a_meter_of_its_own_is_changed_on_the_page(
    world: World, open_page: Open, feeders_meter: SimulatedMeter
) -> None:
    yard = world.run(world.home.set_up_group(name="Yard"))
    metered = MeterSetting(port=feeders_meter.port, safe_limit=7.0)
    world.run(yard.add_feeder("North", rated=16.0, meter=metered))
    world.run(yard.add_feeder("South", rated=16.0))
    page = open_page(f"/ev-load-manager/settings/{yard.entry_id}")
    safe_limit = page.get_by_label("Safe limit of North", exact=True)
    expect(safe_limit).to_have_value("7")
    expect(page.get_by_label("South", exact=True)).to_have_value("16")
    expect(page.get_by_label("Safe limit of South", exact=True)).to_have_count(0)

    safe_limit.fill("9")
    safe_limit.press("Enter")

    expect(page.get_by_text("Saved")).to_be_attached()
    number = world.do(lambda: world.home.hass.states.get("number.north_safe_limit"))
    assert number is not None
    assert float(number.state) == 9.0
    safe_limit.fill("17")
    safe_limit.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    world.run(yard.remove())


def test_the_history_of_a_feeder_with_a_meter_of_its_own_is_shown_and_downloaded(
    world: World,
    open_page: Open,
    feeders_meter: SimulatedMeter,
    tmp_path: Path,
    screenshot: Shot,
) -> None:
    yard = world.run(world.home.set_up_group(name="Yard"))
    metered = MeterSetting(port=feeders_meter.port, safe_limit=7.0)
    world.run(yard.add_feeder("North", rated=16.0, meter=metered))
    world.run(yard.add_feeder("South", rated=16.0))
    page = open_page(f"/ev-load-manager/history/{yard.entry_id}")
    picker = page.get_by_label("Group or feeder")
    download = page.get_by_role("button", name="Download the meter's values")
    expect(page.get_by_role("heading", name="Current of all chargers")).to_be_visible()
    expect(download).to_have_count(0)

    picker.select_option(label="North")

    through = page.locator("elm-history section").filter(has_text="Current through the feeder")
    expect(through.get_by_text(re.compile(r"L1: highest [12]\.\d"))).to_be_visible()
    expect(page.get_by_role("heading", name="Current of the feeder's chargers")).to_be_visible()
    expect(page.get_by_role("heading", name="Other load")).to_be_visible()
    screenshot(page, "history-of-a-feeder")
    with page.expect_download() as downloaded:
        download.click()
    target = tmp_path / "north.csv"
    downloaded.value.save_as(target)
    rows = list(csv.DictReader(io.StringIO(target.read_text())))
    told = [float(row["L1 (A)"]) for row in rows if row["L1 (A)"]]
    assert told
    assert all(1.0 < amperes < 3.0 for amperes in told)
    assert downloaded.value.suggested_filename.startswith("yard_north_meter_")

    picker.select_option(label="South")
    expect(page.get_by_role("heading", name="Current of the feeder's chargers")).to_be_visible()
    expect(through).to_have_count(0)
    expect(download).to_have_count(0)
    world.run(yard.remove())


@pytest.fixture
def newcomer(world: World) -> Iterator[None]:
    """A charger that nobody has added yet."""
    charger = world.do(lambda: world.site.add_charger("NEW-1", EVBOX_G4))
    world.run(charger.start())
    yield
    world.run(charger.stop())
    world.do(lambda: world.site.chargers.pop("NEW-1"))


def test_an_unknown_charger_is_added_from_the_page_without_typing_its_id(
    world: World, open_page: Open, newcomer: None, screenshot: Shot
) -> None:
    page = open_page("/ev-load-manager/settings")

    page.get_by_role("button", name="Add charger: NEW-1").click()
    page.get_by_role("button", name=re.compile("^(Submit|Next)$")).click()

    expect(page.get_by_text("The charger NEW-1")).to_be_visible()
    screenshot(page, "add-unknown")


def test_where_home_assistants_dialog_is_not_to_be_had_its_repairs_are_led_to(
    world: World, open_page: Open, newcomer: None
) -> None:
    page = open_page("/ev-load-manager/settings")
    settled(page, "settings")
    hide(page, "ha-config-repairs")

    page.get_by_role("button", name="Add charger: NEW-1").click()

    expect(page).to_have_url(f"{world.url}/config/repairs")


def test_a_car_is_paused_and_let_charge_by_keyboard(
    world: World, open_page: Open, cars: None
) -> None:
    page = open_page()
    leaf = outlet(page, "Left of the door")

    leaf.get_by_role("button", name="Pause charging at Left of the door").press("Enter")
    expect(leaf).to_contain_text("Somebody paused it.")
    leaf.get_by_role("button", name="Let Left of the door charge").press("Enter")

    expect(leaf).not_to_contain_text("Somebody paused it.")
    expect(leaf.get_by_text("Charging", exact=True)).to_be_visible()


QUEUE = {
    "EVBOX-1/1": "Left of the door",
    "EVBOX-2/1": "Right of the door",
    "ALFEN/1": "Twin in the yard, outlet 1",
}
"""Where cars come one after the other, and what the page calls it."""


@pytest.fixture
def queue(world: World, open_page: Open) -> Iterator[Page]:
    """The page of a group with current for one car: it charges, and two wait for their turn."""
    world.set_limit(8)
    page = open_page()
    for number, (place, name) in enumerate(QUEUE.items()):
        car = Car(TESLA, name=name, seed=number)
        world.do(lambda place=place, car=car: world.site.plug_in(place, car))
        wait = "it waits for its turn" if number else "offered"
        expect(outlet(page, name)).to_contain_text(wait)
    expect(outlet(page, "Left of the door").get_by_text("Charging", exact=True)).to_be_visible()
    yield page
    for place in QUEUE:
        world.do(lambda place=place: world.site.unplug(place))
    world.set_limit(16)


def test_a_car_that_is_put_first_in_line_charges_next(queue: Page, screenshot: Shot) -> None:
    first, second, last = (outlet(queue, name) for name in QUEUE.values())

    last.get_by_role("button", name="Give the next turn to").click()

    expect(last).to_contain_text("It is first in line.")
    expect(last.get_by_role("button", name="Give the next turn to")).to_have_count(0)
    screenshot(queue, "first-in-line")
    expect(last.get_by_text("Charging", exact=True)).to_be_visible(timeout=120_000)
    for waiting in (first, second):
        expect(waiting).to_contain_text("it waits for its turn")
    expect(last).not_to_contain_text("It is first in line.")


def test_the_time_until_a_turn_counts_down_while_nothing_is_heard(queue: Page) -> None:
    second = outlet(queue, "Right of the door")
    expect(second).to_contain_text(re.compile(r"Its turn comes in \d+ min"))
    lose_connection(queue)
    shown = re.search(r"comes in (\d+) min", second.inner_text())
    assert shown is not None
    minutes = int(shown[1])

    queue.evaluate(
        """() => {
          const now = performance.now.bind(performance);
          performance.now = () => now() + 5 * 60_000;
        }"""
    )

    later = "|".join(str(minutes - passed) for passed in (5, 6))
    expect(second).to_contain_text(re.compile(rf"comes in ({later}) min"))


def test_who_is_no_administrator_only_looks(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page(who=world.guest)
    expect(outlet(page, "Left of the door").get_by_text("Charging", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)

    go_to(page, "settings")

    settled(page, "settings")
    expect(page.get_by_text("Only administrators can change settings.")).to_be_visible()
    for kind in ("spinbutton", "switch", "combobox"):
        for control in page.locator("elm-settings").get_by_role(kind).all():
            expect(control).to_be_disabled()
    refused = page.evaluate(
        """async (entry_id) => {
          const { hass } = document.querySelector("home-assistant");
          try {
            await hass.callWS({ type: "ev_load_manager/change", entry_id, maximum_current: 6 });
            return "done";
          } catch (error) {
            return error.code;
          }
        }""",
        world.group.entry_id,
    )
    assert refused == "unauthorized"
    screenshot(page, "guest")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_fits_on_a_phone_in_every_language(
    world: World, open_page: Open, cars: None, screenshot: Shot, language: str
) -> None:
    page = open_page(width=360, height=780, language=language)

    # Something has happened, so that the log is not empty.
    world.set_limit(15)
    for tab in TABS:
        go_to(page, tab, language)
        settled(page, tab, language)

        widths = page.evaluate(
            """() => {
              const main = document.querySelector("home-assistant").shadowRoot
                .querySelector("home-assistant-main").shadowRoot
                .querySelector("ev-load-manager-panel").shadowRoot.querySelector("main");
              return [document.scrollingElement.scrollWidth, main.scrollWidth];
            }"""
        )
        assert max(widths) <= 360, tab
        screenshot(page, f"phone-{tab}-{language}")


def test_words_and_numbers_are_those_of_the_reader(
    world: World, open_page: Open, cars: None
) -> None:
    page = open_page(language="fi")

    card = outlet(page, "Left of the door")
    expect(card).to_contain_text(re.compile(r"Lataa.*\d,\d\s?A", re.DOTALL))


def test_who_reads_no_language_of_the_page_reads_english(world: World, open_page: Open) -> None:
    page = open_page(language="eo")

    expect(page.get_by_role("navigation", name="EV charging")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("tab", TABS)
def test_nothing_stands_in_the_way_of_a_screen_reader(
    world: World, open_page: Open, cars: None, screenshot: Shot, tab: str, dark: bool
) -> None:
    world.set_limit(14)
    page = open_page(f"/ev-load-manager/{tab}", dark=dark)
    settled(page, tab)
    screenshot(page, f"{tab}-{'dark' if dark else 'light'}")

    found = violations(page, PANEL)

    assert not [
        (one["id"], [node["html"][:200] + str(node["any"][:1])[:300] for node in one["nodes"][:3]])
        for one in found
    ]


def test_dark_mode_is_dark(world: World, open_page: Open) -> None:
    page = open_page(dark=True)
    card = page.locator("elm-now .card").first
    expect(card).to_be_visible()

    background = card.evaluate("card => getComputedStyle(card).backgroundColor")

    brightness = [int(part) for part in background[4:-1].split(",")[:3]]
    assert max(brightness) < 80


def test_the_safe_limit_is_seen_coming_and_going(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page()
    mode = page.locator("elm-now .summary .chip")
    expect(mode).to_have_text("Adaptive load management")

    world.do(lambda: setattr(world.site.meter, "silent", True))
    expect(mode).to_have_text("Safe limit")
    expect(page.get_by_text("The meter is silent. Until it is back")).to_be_visible()
    # What nobody measures is not 0 A.
    grid = page.get_by_role("meter", name=re.compile("^Grid connection, phase L1"))
    expect(grid).to_have_attribute("aria-valuetext", re.compile("^unknown of"))
    expect(grid.locator(".current")).to_have_text("–")
    screenshot(page, "safe-limit")
    world.do(world.site.meter.heal)
    expect(mode).to_have_text("Adaptive load management")

    go_to(page, "log")
    row = page.get_by_role("row").filter(has_text="The meter was silent").first
    expect(row).to_contain_text("8\u00a0A")


def test_a_lost_connection_is_said_and_the_page_goes_on_after_it(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = open_page()
    expect(page.get_by_role("article").first).to_be_visible()

    lose_connection(page)
    screenshot(page, "reconnecting")
    world.set_limit(15)
    page.evaluate("window.goOn()")

    expect(page.get_by_text("The connection to Home Assistant is lost")).to_have_count(0)
    expect(page.get_by_role("meter", name="Garage, phase L1")).to_have_attribute(
        "aria-valuemax", "15"
    )


def test_a_group_that_is_removed_while_it_is_looked_at_says_so(
    world: World, open_page: Open, screenshot: Shot
) -> None:
    yard = world.run(world.home.set_up_group(name="Yard"))
    page = open_page(f"/ev-load-manager/now/{yard.entry_id}")
    expect(page.get_by_text("No charger in this group yet")).to_be_visible()
    expect(page.get_by_text(f":{world.home.ocpp_port}/")).to_be_visible()
    screenshot(page, "no-chargers")

    world.run(yard.remove())

    expect(
        page.get_by_text("This group was removed").or_(outlet(page, "By the wall"))
    ).to_be_visible()
