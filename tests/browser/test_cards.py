"""The cards for dashboards: a group, its cars, one outlet, one feeder."""

from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page, expect
import pytest

from simulation.set_up import Group

from .conftest import Open
from .world import World

expect.set_options(timeout=15_000)

type Shot = Callable[[Page, str], None]

SAVE = """async (view) => {
  const { hass } = document.querySelector("home-assistant");
  const dashboards = await hass.callWS({ type: "lovelace/dashboards/list" });
  if (!dashboards.some(({ url_path }) => url_path === "dashboard-cars")) {
    await hass.callWS({
      type: "lovelace/dashboards/create", url_path: "dashboard-cars", mode: "storage",
      title: "Cars", show_in_sidebar: true, require_admin: false,
    });
  }
  await hass.callWS({
    type: "lovelace/config/save", url_path: "dashboard-cars", config: { views: [view] },
  });
}"""

KINDS = {
    "ev-load-manager-card": "EV Load Manager",
    "ev-load-manager-outlet-card": "EV Load Manager: one outlet",
    "ev-load-manager-feeder-card": "EV Load Manager: one feeder",
    "ev-load-manager-cars-card": "EV Load Manager: cars",
}


def dashboard(
    world: World, open_page: Open, *cards: dict[str, Any], width: int = 1280, **opened: Any
) -> Page:
    """A dashboard with these cards, in a view of sections."""
    page = open_page(width=width, **opened)
    expect(page.get_by_role("article").first).to_be_visible()
    grid = {"type": "grid", "cards": list(cards)}
    page.evaluate(SAVE, {"type": "sections", "sections": [grid]})
    page.goto(f"{world.url}/dashboard-cars/0")
    return page


@pytest.fixture
def yard(world: World) -> Iterator[Group]:
    """A second group, with a charger on a feeder."""
    yard = world.run(world.home.set_up_group(name="Yard"))
    north = world.run(yard.add_feeder("North", rated=16.0))
    world.run(yard.add_charger("YARD-1", name="Place 1", wiring=(0, 1, 2), feeder=north))
    world.run(yard.add_charger("YARD-2", name="Place 2", wiring=(0, 1, 2), feeder="group"))
    yield yard
    world.run(yard.remove())


def test_a_dashboard_shows_the_group_on_a_card(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = dashboard(world, open_page, {"type": "custom:ev-load-manager-card"})

    card = page.locator("ev-load-manager-card")
    expect(card.get_by_role("article", name="Left of the door")).to_be_visible()
    expect(card.get_by_role("meter", name="Garage, phase L1")).to_be_visible()
    expect(card.get_by_role("link", name="Open the page")).to_be_visible()
    screenshot(page, "card")


def test_on_a_phone_a_card_has_the_cars_first_and_circuits_unfold(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = dashboard(world, open_page, {"type": "custom:ev-load-manager-card"}, width=360)

    card = page.locator("ev-load-manager-card")
    bar = card.get_by_role("meter", name="Garage, phase L1")
    expect(card.get_by_role("article", name="Left of the door")).to_be_in_viewport()
    expect(bar).to_have_count(0)
    screenshot(page, "phone-card")
    card.locator("summary").click()
    expect(bar).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360


def test_a_card_of_cars_has_no_circuits(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = dashboard(world, open_page, {"type": "custom:ev-load-manager-cars-card"})

    card = page.locator("ev-load-manager-cars-card")
    expect(card.get_by_role("article", name="Left of the door")).to_be_visible()
    expect(card.get_by_text("2 cars charge")).to_be_visible()
    expect(card.get_by_role("meter")).to_have_count(0)
    screenshot(page, "card-cars")


def test_a_card_of_an_outlet_shows_that_one_and_leads_to_its_page(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = dashboard(
        world, open_page, {"type": "custom:ev-load-manager-outlet-card", "outlet": "EVBOX-1/1"}
    )

    card = page.locator("ev-load-manager-outlet-card")
    expect(card.get_by_role("article")).to_have_count(1)
    expect(card.get_by_role("article", name="Left of the door")).to_be_visible()
    screenshot(page, "card-outlet")
    card.get_by_role("link", name="Open the page").click()
    expect(page).to_have_url(f"{world.url}/ev-load-manager/{world.group.entry_id}/outlet/EVBOX-1/1")


def test_a_card_of_a_feeder_shows_it_with_what_hangs_on_it(
    world: World, open_page: Open, yard: Group, screenshot: Shot
) -> None:
    circuit = next(
        one.id
        for one in world.do(
            lambda: list(
                world.home.hass.config_entries.async_get_entry(
                    yard.entry_id
                ).runtime_data.circuits.values()
            )
        )
        if one.feeder == "North"
    )
    page = dashboard(
        world, open_page, {"type": "custom:ev-load-manager-feeder-card", "feeder": circuit}
    )

    card = page.locator("ev-load-manager-feeder-card")
    expect(card.get_by_role("meter", name="North, phase L1")).to_be_visible()
    expect(card.get_by_role("article", name="Place 1")).to_be_visible()
    expect(card.get_by_role("article")).to_have_count(1)
    expect(card.get_by_role("meter", name="Yard, phase L1")).to_have_count(0)
    screenshot(page, "card-feeder")


def test_every_card_is_offered_with_a_preview_a_first_choice_and_a_size(
    world: World, open_page: Open, yard: Group
) -> None:
    page = open_page()
    expect(page.get_by_role("article").first).to_be_visible()

    offered = page.evaluate(
        """() => window.customCards.filter(({ type }) => type.startsWith("ev-load-manager"))
          .map(({ type, name, preview, description }) =>
            [type, name, preview, description.length > 20])"""
    )
    chosen = page.evaluate(
        """async (types) => {
          const found = {};
          for (const type of types) {
            const card = customElements.get(type);
            found[type] = [await card.getStubConfig(), new card().getGridOptions()];
          }
          return found;
        }""",
        list(KINDS),
    )

    assert offered == [[type_, name, True, True] for type_, name in KINDS.items()]
    assert chosen["ev-load-manager-outlet-card"][0] == {"outlet": "EVBOX-1/1"}
    assert chosen["ev-load-manager-feeder-card"][0]["feeder"].startswith("feeder:")
    assert {tuple(one[1]) for one in chosen.values()} == {("columns", "min_columns", "rows")}


def test_an_outlet_is_chosen_in_the_editor_of_its_card(
    world: World, open_page: Open, cars: None, screenshot: Shot
) -> None:
    page = dashboard(
        world, open_page, {"type": "custom:ev-load-manager-outlet-card", "outlet": "EVBOX-1/1"}
    )
    expect(page.get_by_role("article", name="Left of the door")).to_be_visible()
    page.goto(f"{world.url}/dashboard-cars/0?edit=1")
    expect(page.get_by_role("article", name="Left of the door")).to_be_visible()

    # What takes the click is above the card, once the page has it and the launch screen is gone.
    edited = page.locator("hui-card-edit-mode", has=page.locator("ev-load-manager-outlet-card"))
    expect(edited).to_be_visible()
    expect(page.locator("#ha-launch-screen")).to_have_count(0)
    edited.click(force=True)

    dialog = page.locator("hui-dialog-edit-card")
    expect(dialog.get_by_text("Outlet *", exact=True)).to_be_visible()
    dialog.locator("ha-selector-select").click()
    page.get_by_text("By the wall", exact=True).last.click()
    expect(dialog.get_by_role("article", name="By the wall")).to_be_visible()
    screenshot(page, "card-editor")


@pytest.mark.parametrize("kind", KINDS)
def test_every_card_is_picked_edited_and_saved(
    world: World, open_page: Open, cars: None, yard: Group, screenshot: Shot, kind: str
) -> None:
    page = dashboard(world, open_page, {"type": "heading", "heading": "Cars"})
    expect(page.get_by_text("Cars", exact=True).last).to_be_visible()
    page.goto(f"{world.url}/dashboard-cars/0?edit=1")
    expect(page.locator("#ha-launch-screen")).to_have_count(0)
    page.get_by_role("button", name="Add card").first.click()
    page.get_by_role("tab", name="By card").click()
    picker = page.locator("hui-card-picker")
    picker.locator("input").filter(visible=True).first.fill(KINDS[kind])
    screenshot(page, f"card-picker-{kind}")
    offered = picker.locator(".card", has=page.get_by_text(KINDS[kind], exact=True))
    offered.last.locator(".overlay").click()
    dialog = page.locator("hui-dialog-edit-card")
    expect(dialog.locator(kind)).to_be_visible()
    # What of a group is on the card can be chosen without a word of YAML.
    expect(dialog.locator("ha-form ha-selector").first).to_be_visible()
    screenshot(page, f"card-picked-{kind}")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(kind)).to_have_count(0)
    page.goto(f"{world.url}/dashboard-cars/0")
    expect(page.locator(kind).get_by_role("article").first).to_be_visible()
