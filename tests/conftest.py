"""What every test gets.

A test that opens sockets (a real charger, a real meter) asks for the fixture
``socket_enabled`` and then may talk to 127.0.0.1; all other tests may open none.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
import logging
from unittest.mock import patch

import pytest

# Home Assistant looks for integrations in a package named custom_components, and
# its test helpers bring one of their own. The first one imported is the one found.
import custom_components  # noqa: F401
from custom_components.ev_load_manager import clock

# The test helpers have every statement of the recorder printed.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load this integration wherever it runs.

    Only there: asking for it starts a Home Assistant, which the tests of the
    plain Python parts need not wait for.
    """
    if "recorder_mock" in request.fixturenames:
        # It can only be set up before Home Assistant is.
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


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


@pytest.fixture
def hurry() -> Iterator[None]:
    """Time passes ten times as fast."""
    clock.set_factor(10)
    yield
    clock.set_factor(1)
