"""Makes Home Assistant's backups hold a whole session book, while sessions go on."""

from homeassistant.core import HomeAssistant

from .const import LOGGER
from .sessions.shared import async_shared_book


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Have the file stay as it is."""
    try:
        await async_shared_book(hass).hold_still()
    except Exception:  # noqa: BLE001 - raised, it would keep Home Assistant from any backup at all
        LOGGER.exception("The session book can't be made ready for a backup")


async def async_post_backup(hass: HomeAssistant) -> None:
    """Have it written again, also where the backup failed."""
    try:
        await async_shared_book(hass).go_on()
    except Exception:  # noqa: BLE001 - nobody waits for it
        LOGGER.exception("The session book can't go on after a backup")
