"""The brain is pure: its tests need no Home Assistant.

`HYPOTHESIS_PROFILE=thorough` tries twenty times as many sites, other ones each time.
"""

import os

from hypothesis import HealthCheck, settings
import pytest

_UNTIMED = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}
settings.register_profile("quick", max_examples=200, derandomize=True, database=None, **_UNTIMED)
settings.register_profile("thorough", max_examples=4000, **_UNTIMED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations() -> None:
    """Start no Home Assistant, as the tests of the integration do."""
