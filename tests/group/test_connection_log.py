"""The log tells once when a charger goes, and once when it is back."""

import logging

import pytest

from custom_components.ev_load_manager.const import DOMAIN
from homeassistant.core import HomeAssistant
from tests.groups import (
    charger,
    client,
    entity_of,
    group,
    set_up,
    subentry_id,
    until_state,
    until_step,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What people read who have asked for information."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno == logging.INFO
        and record.name.startswith(f"custom_components.{DOMAIN}")
        and "connected" in record.getMessage()
    ]


async def test_a_charger_that_goes_and_comes_back_is_told_once_each(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = group(charger("LEFT", "Left"), charger("RIGHT", "Right"))
    await set_up(hass, entry)
    connected = entity_of(hass, "binary_sensor", subentry_id(entry, "LEFT"), "connected")
    assert lines(caplog) == []

    for _ in range(2):
        async with client(entry, "LEFT") as left:
            await left.boot()
            await until_state(hass, connected, "on")
            # More steps tell nothing more.
            await entry.runtime_data.live.change(maximum_current=12.0)
            await left.call("Heartbeat")
        await until_state(hass, connected, "off")

    await until_step(entry, lambda: len(lines(caplog)) == 4)
    assert (
        lines(caplog)
        == [
            "Garage: Left is connected",
            "Garage: Left is not connected any more",
        ]
        * 2
    )


async def test_a_charger_that_is_removed_is_not_missed(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = group(charger("LEFT", "Left"), charger("RIGHT", "Right"))
    await set_up(hass, entry)
    left = subentry_id(entry, "LEFT")
    async with client(entry, "LEFT") as socket:
        await socket.boot()
        await until_state(hass, entity_of(hass, "binary_sensor", left, "connected"), "on")

        hass.config_entries.async_remove_subentry(entry, left)
        await hass.async_block_till_done()
        await socket.closed

    async with client(entry, "RIGHT") as socket:
        await socket.boot()
        await until_step(entry, lambda: len(lines(caplog)) == 2)
    assert lines(caplog) == ["Garage: Left is connected", "Garage: Right is connected"]
