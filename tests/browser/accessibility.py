"""What stands in the way of somebody who cannot see the page, or not well: found by axe."""

from typing import Any, Final

from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from playwright.sync_api import JSHandle, Page

PANEL: Final = {"fromShadowDom": ["home-assistant", "home-assistant-main", "ev-load-manager-panel"]}
_RUN: Final = """([context, options]) =>
  axe.run(context ?? document, options).then((told) => told.violations)
"""


def violations(
    page: Page, context: dict[str, Any] | JSHandle | None = None
) -> list[dict[str, Any]]:
    """What breaks a rule: in the whole page, or in a part of it that is named or held."""
    if page.evaluate("typeof axe === 'undefined'"):
        # Half a megabyte, which is not to be read again for each step of a dialog.
        page.evaluate(Axe().axe_script)
    found: list[dict[str, Any]] = page.evaluate(_RUN, [context, DEFAULT_OPTIONS])
    return found
