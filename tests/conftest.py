"""What every test gets.

A test that opens sockets (a real charger, a real meter) asks for the fixture
``socket_enabled`` and then may talk to 127.0.0.1; all other tests may open none.
"""

import pytest

# Home Assistant looks for integrations in a package named custom_components, and
# its test helpers bring one of their own. The first one imported is the one found.
import custom_components.ev_load_manager  # noqa: F401


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant load this integration in every test."""
