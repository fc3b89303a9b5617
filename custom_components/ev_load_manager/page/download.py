"""The meter's values of a period, and the log of signals, as files to download."""

from datetime import datetime
from http import HTTPStatus
from typing import Final

from aiohttp import web

from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util import dt as dt_util, slugify

from ..actions.meter_history import async_meter_csv
from ..actions.power import signals_csv
from ..const import DOMAIN
from ..entities.targets import find_feeder
from ..errors import refusal

METER_CSV_URL: Final = f"/api/{DOMAIN}/{{entry_id}}/meter.csv"


@callback
def async_setup_download(hass: HomeAssistant) -> None:
    """Offer the download; once for the whole integration."""
    hass.http.register_view(MeterCsvView())
    hass.http.register_view(SignalsCsvView())


class MeterCsvView(HomeAssistantView):
    """`?start=` and `&end=` are ISO 8601, in Home Assistant's time zone where they name none.

    `&feeder=` asks for the meter of a feeder instead of the grid's, by its name.

    Like all that Home Assistant serves it wants a token, or a signed path. Whoever is no
    administrator gets the grid's, and that of a feeder behind which they charge.
    """

    url = METER_CSV_URL
    name = f"api:{DOMAIN}:meter_csv"

    async def get(self, request: web.Request, entry_id: str) -> web.StreamResponse:
        """Send the lines as the recorder gives them."""
        hass = request.app[KEY_HASS]
        try:
            entry = async_get_config_entry(hass, DOMAIN, entry_id)
        except ServiceValidationError as error:
            return self.json_message(str(error), HTTPStatus.NOT_FOUND)
        try:
            start = _moment(request, "start")
            if start is None:
                raise refusal("time_unreadable", field="start", text="-")
            feeder = request.query.get("feeder") or None
            lines = await async_meter_csv(
                hass,
                entry,
                start,
                _moment(request, "end"),
                feeder=feeder,
                user=request[KEY_HASS_USER],
            )
        except ServiceValidationError as error:
            return self.json_message(str(error), HTTPStatus.BAD_REQUEST)
        response = web.StreamResponse()
        response.content_type = "text/csv"
        response.charset = "utf-8"
        whose = entry.title
        if feeder is not None:
            whose += f" {entry.runtime_data.feeders[find_feeder(hass, entry, feeder)].name}"
        name = f"{slugify(whose)}_meter_{dt_util.as_local(start):%Y-%m-%d}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        await response.prepare(request)
        async for piece in lines:
            await response.write(piece.encode())
        await response.write_eof()
        return response


class SignalsCsvView(HomeAssistantView):
    """Every signal of the grid of the last two years: what was asked for, and what was measured.

    For administrators, as the action that gives the same.
    """

    url = f"/api/{DOMAIN}/{{entry_id}}/signals.csv"
    name = f"api:{DOMAIN}:signals_csv"

    async def get(self, request: web.Request, entry_id: str) -> web.Response:
        """Send all of it."""
        if not request[KEY_HASS_USER].is_admin:
            raise Unauthorized
        try:
            entry = async_get_config_entry(request.app[KEY_HASS], DOMAIN, entry_id)
        except ServiceValidationError as error:
            return self.json_message(str(error), HTTPStatus.NOT_FOUND)
        return web.Response(
            text=signals_csv(entry.runtime_data),
            content_type="text/csv",
            charset="utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{slugify(entry.title)}_signals.csv"',
                "Cache-Control": "no-store",
            },
        )


def _moment(request: web.Request, name: str) -> datetime | None:
    """A time of the query; raises ServiceValidationError where it can't be read."""
    text = request.query.get(name)
    if not text:
        return None
    try:
        return dt_util.parse_datetime(text, raise_on_error=True)
    except ValueError as error:
        raise refusal("time_unreadable", field=name, text=text) from error
