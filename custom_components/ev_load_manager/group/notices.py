"""What a group tells people of by itself, in a repair: damage, chargers that keep limits, certificates."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import CONF_ENTRY_ID, LOGGER
from ..data_files.stored import Damage
from ..issues.markdown import as_it_is
from ..issues.table import Repair
from ..issues.tracker import Issue, async_clear, async_raise, tag_of

AHEAD: Final = timedelta(days=14)
"""So long before its end a certificate is worth a word."""
_MOST_TOLD: Final = 10


@callback
def async_tell_expiry(
    hass: HomeAssistant, listener: str, certificate: str | None, expires: datetime | None
) -> None:
    """Say when a listener's certificate (its file) expires; None: nothing (any more)."""
    now = dt_util.utcnow()
    present: Repair | None = None
    if expires is not None and expires - AHEAD <= now:
        present = Repair.CERTIFICATE_EXPIRED if expires <= now else Repair.CERTIFICATE_EXPIRES
    for key in (Repair.CERTIFICATE_EXPIRED, Repair.CERTIFICATE_EXPIRES):
        issue_id = f"{key}_{listener}"
        if key != present or expires is None:
            async_clear(hass, issue_id)
            continue
        async_raise(
            hass,
            issue_id,
            Issue(
                key=key,
                placeholders={
                    "path": certificate or "",
                    "date": dt_util.as_local(expires).date().isoformat(),
                },
            ),
        )


@callback
def async_tell_not_released(
    hass: HomeAssistant, entry_id: str, chargers: Mapping[str, str], *, group: str
) -> None:
    """Say that chargers were removed which could not be told: charge point id -> name.

    It outlives the group and a restart: only a person can do something about it.
    """
    if not chargers:
        return
    listed = ", ".join(sorted(chargers.values()))
    LOGGER.warning(
        "Removed from %s without having been told: %s. They may keep their last limits:"
        " clear their charging profiles, or restore their factory settings",
        group,
        listed,
    )
    async_raise(
        hass,
        f"{Repair.NOT_RELEASED}_{entry_id}_{tag_of(*sorted(chargers))}",
        Issue(key=Repair.NOT_RELEASED, placeholders={"group": group, "names": listed}),
    )


@callback
def async_tell_left_behind(
    hass: HomeAssistant, entry_id: str, names: Sequence[str], *, group: str
) -> None:
    """Say that cars go on charging at removed chargers, or that none does any more."""
    issue_id = f"{Repair.STILL_CHARGES}_{entry_id}"
    if not names:
        async_clear(hass, issue_id)
        return
    listed = ", ".join(sorted(names))
    LOGGER.debug("Removed from %s, and still counted: %s", group, listed)
    async_raise(
        hass,
        issue_id,
        Issue(
            key=Repair.STILL_CHARGES,
            placeholders={"group": group, "names": listed},
            data={CONF_ENTRY_ID: entry_id},
        ),
    )


@callback
def async_tell_damage(hass: HomeAssistant, entry_id: str, damage: Damage, *, group: str) -> bool:
    """Say what was lost, and that the safer counts in its place; whether anything is new.

    Only a person knows what it was, so it stays until somebody has confirmed it,
    also over a restart: the file is written anew long before.
    """
    if not damage.parts:
        return False
    LOGGER.warning("Stored values of %s can't be read: %s", group, damage)
    told = ", ".join(map(as_it_is, [*damage.parts][:_MOST_TOLD]))
    async_raise(
        hass,
        f"{Repair.STORED_DAMAGED}_{entry_id}",
        Issue(
            key=Repair.STORED_DAMAGED,
            placeholders={
                "group": group,
                "parts": f"{told}, …" if len(damage.parts) > _MOST_TOLD else told,
            },
            data={CONF_ENTRY_ID: entry_id},
        ),
    )
    damage.parts.clear()
    return True
