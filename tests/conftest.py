"""What every test gets.

A test that opens sockets (a real charger, a real meter) asks for the fixture
``socket_enabled`` and then may talk to 127.0.0.1; all other tests may open none.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from datetime import timedelta
import inspect
from itertools import count
import logging
import os
from shutil import rmtree
import socket
import sys
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

# Home Assistant looks for integrations in a package named custom_components, and
# its test helpers bring one of their own. The first one imported is the one found.
import custom_components  # noqa: F401
from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.group import backends
from custom_components.ev_load_manager.sessions.shared import FILE, SharedBook
from homeassistant import runner
from homeassistant.components.http import HomeAssistantHTTP
from homeassistant.helpers import aiohttp_client
from simulation.jumping_time import jumping_loop

# The test helpers have every statement of the recorder printed.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
# What Home Assistant loads and registers is most of the log, and says nothing.
logging.getLogger("homeassistant").setLevel(logging.WARNING)
# They print the log, too, which pytest shows where a test fails.
for handler in [*logging.getLogger().handlers]:
    if type(handler) is logging.StreamHandler:
        logging.getLogger().removeHandler(handler)
# They look for it before each test, in vain.
sys.modules.setdefault("MySQLdb", None)  # type: ignore[arg-type]


IN_JUMPING_TIME = frozenset({"hurry", "leaps", "time_jumps", "very_fast"})
"""Fixtures whose tests wait for no machine: time jumps to the next event."""
IN_REAL_TIME = frozenset({"recorder_mock", "async_setup_recorder_instance"})
"""Fixtures with threads of their own, for which time would have to stand still."""


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Let time jump in tests that ask for it; a busy machine changes nothing then."""
    fixtures = set(getattr(item, "fixturenames", ()))
    jumps = fixtures & IN_JUMPING_TIME and not fixtures & IN_REAL_TIME
    return {"jumping": _jumping_loop} if jumps else {"real": _real_loop}


def _real_loop() -> asyncio.AbstractEventLoop:
    """A loop as Home Assistant wants it."""
    loop = asyncio.SelectorEventLoop()
    runner.configure_event_loop(loop)
    return _unwatched(loop)


def _jumping_loop() -> asyncio.AbstractEventLoop:
    """The same, except that its time jumps."""
    return _unwatched(jumping_loop())


def _unwatched(loop: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
    # A line in the log where the machine is busy is nothing that a test may judge.
    loop.slow_callback_duration = 3600.0
    return loop


@pytest.fixture(scope="session")
def unused_tcp_port_factory() -> Callable[[], int]:
    """Ports that nobody else gets before they are used.

    Those that a system chooses for connections, which tests beside this one open all the time,
    are higher; and each process begins somewhere else.
    """
    ports = (20_000 + number % 12_000 for number in count(os.getpid() * 97))

    def is_unused(port: int) -> bool:
        with socket.socket() as one:
            try:
                one.bind(("", port))
            except OSError:
                return False
        return True

    return lambda: next(port for port in ports if is_unused(port))


@pytest.fixture
def unused_tcp_port(unused_tcp_port_factory: Callable[[], int]) -> int:
    """One of them."""
    return unused_tcp_port_factory()


@pytest.fixture(autouse=True)
def configure_event_loop(request: pytest.FixtureRequest) -> None:
    """Leave the loop as it is made above: half of all tests use none, and need not wait for one."""
    if "hass" in request.fixturenames and not inspect.iscoroutinefunction(request.function):
        request.getfixturevalue("configure_loop_of_plain_test")


@pytest.fixture
async def configure_loop_of_plain_test() -> None:
    """Configure the loop of a Home Assistant whose test does not run on it."""
    loop = asyncio.get_running_loop()
    runner.configure_event_loop(loop)
    _unwatched(loop)


@pytest.fixture(autouse=True, scope="session")
def configure_session_event_loop() -> None:
    """Make no loop for the session: it would be another one for each kind of test that follows."""


@pytest.fixture(autouse=True, scope="session")
def mock_zeroconf_resolver() -> Iterator[Any]:
    """Make the resolver of names once, on a loop of its own: it has no names to resolve."""

    async def make() -> Any:
        # Not before Home Assistant has put its own HTTP library in place.
        from aiohttp.resolver import AsyncResolver

        resolver = AsyncResolver()
        resolver.real_close = resolver.close
        return resolver

    with asyncio.Runner() as own:
        patcher = patch.object(aiohttp_client, "_async_make_resolver", return_value=own.run(make()))
        patcher.start()
        yield patcher
        patcher.stop()


@pytest.fixture(autouse=True)
def disable_http_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no HTTP server listen, without the mocks of the test helpers: those take a while."""

    async def nothing(server: HomeAssistantHTTP) -> None:
        pass

    monkeypatch.setattr(HomeAssistantHTTP, "async_bind", nothing)
    monkeypatch.setattr(HomeAssistantHTTP, "start", nothing)


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave the loop as it is: in debug mode it keeps the stack of whatever it schedules.

    That is half of the time of all tests. PYTHONASYNCIODEBUG=1 brings it back, and the tests
    of what has threads of its own always have it (see tests/sessions).
    """


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(
    request: pytest.FixtureRequest, session_book_of_its_own: None
) -> None:
    """Let Home Assistant load this integration wherever it runs.

    Only there: asking for it starts a Home Assistant, which the tests of the
    plain Python parts need not wait for. It has closed its session book before that goes.
    """
    if "recorder_mock" in request.fixturenames:
        # It can only be set up before Home Assistant is.
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")
        if request.node.get_closest_marker("entities_as_shipped") is None:
            # What few people need is tested, too.
            request.getfixturevalue("entity_registry_enabled_by_default")


@pytest.fixture(autouse=True)
def session_book_of_its_own(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Keep the files of each test apart, of the session book and of backends: all share Home Assistant's folder of tests."""
    path = tmp_path_factory.getbasetemp() / f"book-{uuid4().hex}" / FILE
    with (
        patch.object(SharedBook, "path", path),
        patch.object(backends, "FOLDER", str(path.parent)),
    ):
        if "hass" not in request.fixturenames and not inspect.iscoroutinefunction(request.function):
            # It has nothing that writes.
            yield
            return
        path.parent.mkdir()
        yield
    rmtree(path.parent)


@pytest.fixture
def entity_registry_enabled_by_default() -> Iterator[None]:
    """Enable the entities that are disabled by default, too."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        return_value=True,
    ):
        yield


@pytest.fixture
async def taken_port() -> AsyncGenerator[int]:
    """A port that another program listens on."""
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.fixture(autouse=True)
def nobody_has_set_the_clock() -> Iterator[None]:
    """Let the wall clock be the machine's, to the microsecond, whatever tests before have set."""
    with patch.object(clock, "_wall_shift", timedelta()):
        yield


@pytest.fixture
def time_jumps() -> None:
    """What waits for time is woken at once; no time passes while anybody works."""


@pytest.fixture
def hurry() -> Iterator[None]:
    """Time passes ten times as fast."""
    clock.set_factor(10)
    yield
    clock.set_factor(1)
