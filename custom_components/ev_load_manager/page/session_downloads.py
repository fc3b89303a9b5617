"""Sessions as files: CSV, records of OCPI, and statements to print.

Each wants a token or a signed path, and gives nobody more than they see on the page.
"""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from http import HTTPStatus
import json
import sqlite3
from typing import Any, Final, override

from aiohttp import web

from homeassistant.auth.models import User
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView

from ..actions.session_export import csv_of, ocpi_of, statement_html
from ..actions.session_rights import viewer_of
from ..const import DOMAIN
from ..errors import refusal
from ..sessions import views
from ..sessions.months import month_number
from ..sessions.queries import MOST_ID, Asked
from ..sessions.rights import Viewer
from ..sessions.statement_page import SCRIPT_HASH

_LANGUAGES: Final = frozenset({"de", "en", "fi", "nb", "nl", "sv"})


@callback
def async_setup_session_downloads(hass: HomeAssistant) -> None:
    """Offer them; once for the whole integration."""
    for view in (SessionCsvView, SessionOcpiView, StatementView):
        hass.http.register_view(view())


class _BookView(HomeAssistantView):
    """What of the book somebody may see, as a file."""

    async def get(self, request: web.Request, **path: str) -> web.StreamResponse:
        """Send it, or say why not."""
        hass = request.app[KEY_HASS]
        user: User = request[KEY_HASS_USER]
        if user.system_generated:
            # A path that was signed for nobody in particular.
            return self.json_message("Unauthorized", HTTPStatus.UNAUTHORIZED)
        try:
            viewer = await viewer_of(hass, user)
            return await self._send(request, hass, viewer, path)
        except ServiceValidationError as error:
            return self.json_message(str(error), HTTPStatus.BAD_REQUEST)
        except (HomeAssistantError, sqlite3.Error, OSError) as error:
            return self.json_message(str(error), HTTPStatus.SERVICE_UNAVAILABLE)

    async def _send(
        self, request: web.Request, hass: HomeAssistant, viewer: Viewer, path: Mapping[str, str]
    ) -> web.StreamResponse:
        raise NotImplementedError


class SessionCsvView(_BookView):
    """`?month=` yyyymm, `&place=`, `&person=`, `&text=`, `&spreadsheet=1`, `&language=`."""

    url = f"/api/{DOMAIN}/sessions.csv"
    name = f"api:{DOMAIN}:sessions_csv"

    @override
    async def _send(
        self, request: web.Request, hass: HomeAssistant, viewer: Viewer, path: Mapping[str, str]
    ) -> web.StreamResponse:
        asked = _asked(request, viewer)
        lines = csv_of(
            hass,
            asked,
            language=_language(request, hass),
            spreadsheet=request.query.get("spreadsheet") == "1",
        )
        return await _stream(request, lines, "text/csv", f"sessions_{asked.month}.csv")


class SessionOcpiView(_BookView):
    """Records of OCPI 2.2.1 of a month's sessions, and of those that make none, why."""

    url = f"/api/{DOMAIN}/sessions.ocpi.json"
    name = f"api:{DOMAIN}:sessions_ocpi"

    @override
    async def _send(
        self, request: web.Request, hass: HomeAssistant, viewer: Viewer, path: Mapping[str, str]
    ) -> web.StreamResponse:
        asked = _asked(request, viewer)
        found = await ocpi_of(hass, asked, hands_on=viewer.sees_all)
        text = await hass.async_add_executor_job(partial(json.dumps, found, indent=1))

        async def pieces() -> AsyncIterator[str]:
            yield text

        return await _stream(request, pieces(), "application/json", f"cdrs_{asked.month}.json")


class StatementView(_BookView):
    """A statement as it was made, to be printed."""

    url = f"/api/{DOMAIN}/statement/{{number}}/{{version}}"
    name = f"api:{DOMAIN}:statement"

    @override
    async def _send(
        self, request: web.Request, hass: HomeAssistant, viewer: Viewer, path: Mapping[str, str]
    ) -> web.StreamResponse:
        try:
            version = int(path["version"])
        except ValueError:
            raise refusal("book_no_statement") from None
        page = await statement_html(
            hass, viewer, path["number"], version, language=_language(request, hass)
        )
        return web.Response(
            text=page,
            content_type="text/html",
            charset="utf-8",
            headers={
                # It needs nothing from anywhere, and only its button does anything.
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
                f"script-src 'sha256-{SCRIPT_HASH}'",
                "Cache-Control": "no-store",
            },
        )


async def _stream(
    request: web.Request, pieces: AsyncIterator[str], kind: str, name: str
) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_type = kind
    response.charset = "utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    await response.prepare(request)
    async for piece in pieces:
        await response.write(piece.encode())
    await response.write_eof()
    return response


def _asked(request: web.Request, viewer: Viewer) -> Asked:
    query = request.query
    try:
        wanted: dict[str, Any] = {
            "month": month_number(int(query["month"])),
            "text": query.get("text", "")[:100],
        }
        for name, key in (("place", "places"), ("person", "persons")):
            if name in query:
                wanted[key] = [min(int(one), MOST_ID) for one in query.getall(name)]
    except (KeyError, ValueError) as error:
        raise refusal("book_no_month") from error
    wanted["incomplete"] = query.get("incomplete") == "1"
    return views.asked_for(viewer, wanted)


def _language(request: web.Request, hass: HomeAssistant) -> str:
    wanted = request.query.get("language", hass.config.language).partition("-")[0]
    wanted = {"nn": "nb", "no": "nb"}.get(wanted, wanted)
    return wanted if wanted in _LANGUAGES else "en"
