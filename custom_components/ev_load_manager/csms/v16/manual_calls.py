"""What somebody may ask of a charger by hand: any call of OCPP 1.6 that sets no limit.

Limits are the load manager's. One that was set past it would not be counted,
and the fuse would be the next to know. Functions here read files: they are for
an executor.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
import json
import re
from typing import Any, Final

from jsonschema.exceptions import best_match
from ocpp.messages import get_validator
from ocpp.v16.enums import Action

from ..dialect import ManualCallError
from ..limits import likely_limits
from ..models import ChargerProfile, ConfigurationKeyWay, ProfileCatalogue
from ..transport.masking import is_secret_key

_FROM_CHARGERS: Final = frozenset(
    {
        Action.authorize,
        Action.boot_notification,
        Action.diagnostics_status_notification,
        Action.firmware_status_notification,
        Action.heartbeat,
        Action.log_status_notification,
        Action.meter_values,
        Action.security_event_notification,
        Action.sign_certificate,
        Action.signed_firmware_status_notification,
        Action.start_transaction,
        Action.status_notification,
        Action.stop_transaction,
    }
)
KNOWN: Final = tuple(sorted(str(action.value) for action in set(Action) - _FROM_CHARGERS))
"""What a central system may ask (OCPP 1.6, and the security whitepaper)."""

_LIMITS: Final = frozenset({"SetChargingProfile", "ClearChargingProfile"})
_HARMLESS: Final = frozenset({"lightintensity"})
"""Keys of OCPP 1.6 that only sound like a limit."""


def check(action: str, payload: Mapping[str, Any], catalogue: ProfileCatalogue) -> None:
    """Refuse what OCPP doesn't know, and what would set a limit; raises ManualCallError."""
    if action not in KNOWN:
        raise ManualCallError("ocpp_unknown_action", action=action, known=", ".join(KNOWN))
    if action in _LIMITS or "chargingProfile" in payload:
        raise ManualCallError("ocpp_limit_by_hand", action=action)
    _check_schema(action, payload)
    if action == "ChangeConfiguration":
        _check_key(payload["key"], payload["value"], catalogue)
    if action == "DataTransfer":
        likely_limits.check_vendor_message(
            str(payload.get("vendorId", "")),
            str(payload.get("messageId", "")),
            str(payload.get("data", "")),
            catalogue,
            action=action,
        )


def _check_schema(action: str, payload: Mapping[str, Any]) -> None:
    """Check a payload as a strict charger does."""
    exact = json.loads(json.dumps(payload), parse_float=Decimal)
    error = best_match(get_validator(2, action, "1.6", parse_float=Decimal).iter_errors(exact))
    if error is not None:
        where = ".".join(map(str, error.absolute_path)) or action
        raise ManualCallError(
            "ocpp_payload_wrong", action=action, where=where, error=error.message[:300]
        )


def _check_key(key: str, value: str, catalogue: ProfileCatalogue) -> None:
    folded = key.strip().casefold()
    if is_secret_key(folded):
        raise ManualCallError("ocpp_secret_key", name=key)
    if folded in _HARMLESS:
        return
    if likely_limits.sounds_like_limit(folded) or any(
        pattern.fullmatch(folded) for pattern in _limit_keys(catalogue)
    ):
        raise ManualCallError("ocpp_limit_key", name=key)
    for profile in catalogue.profiles.values():
        for needed, wanted in profile.set_keys.items():
            if needed.casefold() == folded and wanted.casefold() != value.strip().casefold():
                raise ManualCallError("ocpp_limit_key", name=key)


def _limit_keys(catalogue: ProfileCatalogue) -> Iterator[re.Pattern[str]]:
    """Every key, of any model, that a limit is written to."""
    for profile in catalogue.profiles.values():
        for key in _keys_of(profile):
            words = re.escape(key.casefold()).replace(re.escape("{connector}"), r"\d+")
            yield re.compile(words)


def _keys_of(profile: ChargerProfile) -> Iterator[str]:
    for way in profile.ways or ():
        if isinstance(way, ConfigurationKeyWay):
            yield from way.keys.values()
    if profile.fail_safe is not None:
        yield profile.fail_safe.key
