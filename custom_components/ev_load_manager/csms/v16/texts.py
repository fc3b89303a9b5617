"""How long texts of OCPP 1.6 may be, by the names of their fields."""

from collections.abc import Mapping
from typing import Final

LONGEST: Final[Mapping[str, int]] = {
    # OCPP 1.6, 6.9 has 20 and 25 for the first four. Real firmware exceeds that, and
    # its profile is recognised by the whole of it.
    "chargePointVendor": 50,
    "chargePointModel": 50,
    "chargePointSerialNumber": 50,
    "chargeBoxSerialNumber": 50,
    "firmwareVersion": 50,
    "iccid": 20,
    "imsi": 20,
    "meterType": 25,
    "meterSerialNumber": 25,
    # 20 in OCPP 1.6, 7.28. What is cut is marked, so that it is never another's tag.
    "idTag": 36,
    "parentIdTag": 36,
    "key": 50,
    "vendorErrorCode": 50,
    "messageId": 50,
    "status": 50,
    "errorCode": 50,
    "reason": 50,
    "timestamp": 50,
    "measurand": 50,
    "context": 50,
    "phase": 50,
    "unit": 50,
    "format": 50,
    "vendorId": 255,
    "techInfo": 255,
    "csr": 5500,
}
"""Characters of a field's text by its name, as OCPP 1.6 has it where nothing else is said."""
