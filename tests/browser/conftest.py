"""A real Home Assistant with charging cars, and a browser to look at it with.

Home Assistant's test helpers forbid sockets, so these tests run without them:
`script/test tests/browser`.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from importlib.util import find_spec
import os
from pathlib import Path
import shutil

import pytest

if find_spec("pytest_homeassistant_custom_component") or not find_spec("playwright"):
    collect_ignore_glob = ["test_*.py"]
else:
    from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

    from simulation.charger.car import Car
    from simulation.demo.demo import LEAF, TESLA
    from simulation.demo.peak import home_with_peaks

    from .world import Visitor, World

WRONG_CLOCK = """
  const off = %d;
  const Right = Date;
  window.Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + off); }
    static now() { return Right.now() + off; }
  };
"""
SCREENSHOTS = Path(__file__).parent / "screenshots"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = (
    "chromium-headless-shell",  # draws no window around a page that nobody sees
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


@pytest.fixture(autouse=True)
def configure_event_loop() -> None:
    """Leave the event loop alone: the browser runs in it for as long as there are tests."""


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """The same: nothing asynchronous may run here."""


@pytest.fixture(autouse=True)
def disable_http_server() -> None:
    """Let Home Assistant serve its pages."""


@pytest.fixture(autouse=True, scope="session")
def mock_zeroconf_resolver() -> None:
    """Let it resolve names."""


def find_chromium() -> str | None:
    """The Chromium of this machine; CHROMIUM names another."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("there is no Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=executable, headless=True, args=list(FLAGS)
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[World]:
    """Home Assistant with a group of chargers; skipped with the browser."""
    with World(tmp_path_factory.mktemp("home-assistant")) as running:
        yield running


@pytest.fixture
def empty_world(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[World]:
    """Home Assistant without a group, beside a house with a meter."""
    with World(tmp_path_factory.mktemp("home-assistant"), empty=True) as running:
        yield running


@pytest.fixture
def world_without_recorder(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[World]:
    """Home Assistant with a group of chargers, which keeps no history."""
    folder = tmp_path_factory.mktemp("home-assistant")
    with World(folder, parts="frontend:\n") as running:
        yield running


@pytest.fixture(scope="module")
def world_with_peaks(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[World]:
    """Home Assistant with a group under a peak tariff, whose operator may dim it."""
    folder = tmp_path_factory.mktemp("home-assistant")
    with World(folder, scene=partial(home_with_peaks, waits=False)) as running:
        yield running


WORLDS = ("empty_world", "world_without_recorder", "world_with_peaks")
"""Those that take the place of the usual one where a test asks for them."""

type Open = Callable[..., Page]


class Profiles:
    """The browser's profiles, each used by one test after the other.

    A new one knows nothing of Home Assistant's pages, and takes seconds to load and to
    compile what an old one has at hand.
    """

    def __init__(self, browser: Browser) -> None:
        """Begin without any."""
        self._browser = browser
        self._known: dict[tuple[str, str | None, int], BrowserContext] = {}

    def new_page(self, home: str, zone: str | None, number: int) -> Page:
        """A page for the Home Assistant at this address; `number` tells apart who look at once."""
        known = home, zone, number
        if known not in self._known:
            self._known[known] = self._browser.new_context(locale="en-GB", timezone_id=zone)
        return self._known[known].new_page()


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Profiles:
    """The browser's profiles."""
    return Profiles(browser)


@pytest.fixture
def open_page(request: pytest.FixtureRequest, profiles: Profiles) -> Iterator[Open]:
    """Open the page: `open_page("history", who=world.guest, width=360, language="fi")`."""
    others = [name for name in WORLDS if name in request.fixturenames]
    world: World = request.getfixturevalue(others[0] if others else "world")
    pages: list[Page] = []
    faults: list[str] = []

    def open_page(
        path: str = "/ev-load-manager/now",
        *,
        who: Visitor | None = None,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        language: str = "en",
        clock_off_by: timedelta | None = None,
        zone: str | None = None,
    ) -> Page:
        page = profiles.new_page(world.url, zone, len(pages))
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # what slides in is only waited for
        )
        page.add_init_script((who or world.admin).signs_in)
        page.add_init_script(f"localStorage.setItem('selectedLanguage', '\"{language}\"')")
        if clock_off_by is not None:
            page.add_init_script(WRONG_CLOCK % (clock_off_by.total_seconds() * 1000))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{world.url}{path}")
        return page

    yield open_page
    for context in {page.context for page in pages}:
        for page in context.pages:
            # The next test finds a browser that nobody has set anything in.
            page.evaluate("localStorage.clear()")
            page.close()
    ours = [fault for fault in faults if "ev_load_manager" in fault]
    assert not ours, ours


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture, for people to look at: with SCREENSHOTS=1, because it takes time."""

    def take(page: Page, name: str) -> None:
        if "SCREENSHOTS" in os.environ:
            SCREENSHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return take


@pytest.fixture
def cars(world: World) -> Iterator[None]:
    """A one-phase and a three-phase car that charge."""
    world.set_limit(16)
    world.do(lambda: world.site.plug_in("EVBOX-1/1", Car(LEAF, name="Leaf", seed=1)))
    world.do(lambda: world.site.plug_in("ALFEN/1", Car(TESLA, name="Model 3", seed=2)))
    yield
    world.do(lambda: world.site.unplug("EVBOX-1/1"))
    world.do(lambda: world.site.unplug("ALFEN/1"))
