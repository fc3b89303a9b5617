"""The page in the sidebar and the card for dashboards, as Home Assistant serves them.

Home Assistant may run without a frontend; then there is nothing to show it in.
"""

from pathlib import Path
import re
from typing import Final

from homeassistant.components.http.server import StaticPathConfig
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_when_setup
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER

BUILT: Final = Path(__file__).parent.parent / "frontend" / "dist"
"""What script/build-panel made."""
FILES_URL: Final = f"/{DOMAIN}_files"
PANEL_PATH: Final = "ev-load-manager"
PANEL_ELEMENT: Final = "ev-load-manager-panel"
TITLE: Final = "EV charging"
ICON: Final = "mdi:ev-station"

_SOURCES: Final = re.compile(r"sources ([0-9a-f]{12})")
_CARD_URL: HassKey[str] = HassKey(f"{DOMAIN}_card_url")


def sources_hash() -> str | None:
    """The hash of the sources that the served files were built from; None without files.

    It is part of their addresses, so that no browser shows an old page.
    """
    try:
        with (BUILT / "panel.js").open(encoding="utf-8") as built:
            found = _SOURCES.search(built.readline())
    except OSError:
        return None
    return found.group(1) if found else None


async def async_setup_panel(hass: HomeAssistant) -> None:
    """Serve the files, once, and show the page as soon as there is a frontend."""
    version = await hass.async_add_executor_job(sources_hash)
    if version is None:
        # Balancing goes on without a page.
        LOGGER.error("The files of the page are missing: install EV Load Manager again")
        return
    await hass.http.async_register_static_paths([StaticPathConfig(FILES_URL, str(BUILT), True)])
    hass.data[_CARD_URL] = f"{FILES_URL}/card.js?v={version}"

    async def show(hass: HomeAssistant, _: str) -> None:
        await async_show_panel(hass)

    async_when_setup(hass, "frontend", show)


async def _title(hass: HomeAssistant) -> str:
    """What the page is called, in the language of the house: the sidebar has one for all."""
    texts = await async_get_translations(hass, hass.config.language, "common", {DOMAIN})
    return texts.get(f"component.{DOMAIN}.common.page", TITLE)


async def async_show_panel(hass: HomeAssistant) -> None:
    """Put the page into the sidebar and the card into the card picker."""
    card_url = hass.data.get(_CARD_URL)
    if card_url is None or "frontend" not in hass.config.components:
        return
    from homeassistant.components import frontend, panel_custom

    title = await _title(hass)
    if frontend.async_panel_exists(hass, PANEL_PATH):
        return
    await panel_custom.async_register_panel(
        hass,
        frontend_url_path=PANEL_PATH,
        webcomponent_name=PANEL_ELEMENT,
        sidebar_title=title,
        sidebar_icon=ICON,
        module_url=card_url.replace("card.js", "panel.js"),
        handle_safe_area=True,
    )
    frontend.add_extra_js_url(hass, card_url)


@callback
def async_hide_panel(hass: HomeAssistant) -> None:
    """Take page and card away, with the last group."""
    card_url = hass.data.get(_CARD_URL)
    if card_url is None or "frontend" not in hass.config.components:
        return
    from homeassistant.components import frontend

    if frontend.async_panel_exists(hass, PANEL_PATH):
        frontend.async_remove_panel(hass, PANEL_PATH)
        frontend.remove_extra_js_url(hass, card_url)
