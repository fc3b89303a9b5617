"""A charger is added from the page in one click, or from where Home Assistant adds them."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page, expect
import pytest

from simulation.set_up import Group

from .conftest import Open
from .test_page import hide
from .world import World

expect.set_options(timeout=30_000)

type Shot = Callable[[Page, str], None]


@pytest.fixture
def yard(world: World) -> Iterator[Group]:
    """A second group, without a charger."""
    yard = world.run(world.home.set_up_group(name="Yard"))
    yield yard
    world.run(yard.remove())


def test_add_charger_opens_the_form_at_once(
    world: World, open_page: Open, yard: Group, screenshot: Shot
) -> None:
    page = open_page(f"/ev-load-manager/now/{yard.entry_id}")

    page.get_by_role("button", name="Add charger").click()

    expect(page.get_by_text("Connect the charger")).to_be_visible()
    expect(page).to_have_url(f"{world.url}/ev-load-manager/now/{yard.entry_id}")
    screenshot(page, "add-charger")


def test_the_settings_add_one_too(world: World, open_page: Open) -> None:
    page = open_page(f"/ev-load-manager/settings/{world.group.entry_id}")

    page.get_by_role("button", name="Add charger", exact=True).click()

    expect(page.get_by_text("Connect the charger")).to_be_visible()


def test_where_home_assistants_form_is_not_to_be_had_its_page_is_led_to(
    world: World, open_page: Open, yard: Group
) -> None:
    page = open_page(f"/ev-load-manager/now/{yard.entry_id}")
    button = page.get_by_role("button", name="Add charger")
    expect(button).to_be_visible()
    hide(page, "ha-config-integration-page")

    button.click()

    expect(page).to_have_url(
        f"{world.url}/config/integrations/integration/ev_load_manager#config_entry={yard.entry_id}"
    )
