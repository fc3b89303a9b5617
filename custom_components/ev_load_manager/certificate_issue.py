"""Tells people in time that the certificate of a port expires."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .const import DOMAIN

AHEAD: Final = timedelta(days=14)
"""So long before its end a certificate is worth a word."""
CERTIFICATE_EXPIRED: Final = "certificate_expired"
CERTIFICATE_EXPIRES: Final = "certificate_expires"


@callback
def async_tell_expiry(
    hass: HomeAssistant, listener: str, certificate: str | None, expires: datetime | None
) -> None:
    """Say when a listener's certificate (its file) expires; None: nothing (any more)."""
    now = dt_util.utcnow()
    present: str | None = None
    if expires is not None and expires - AHEAD <= now:
        present = CERTIFICATE_EXPIRED if expires <= now else CERTIFICATE_EXPIRES
    for key in (CERTIFICATE_EXPIRED, CERTIFICATE_EXPIRES):
        issue_id = f"{key}_{listener}"
        if key != present or expires is None:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
            continue
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR
            if key == CERTIFICATE_EXPIRED
            else ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={
                "path": certificate or "",
                "date": dt_util.as_local(expires).date().isoformat(),
            },
        )
