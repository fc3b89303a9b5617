"""How long texts of OCPP 2.0.1 and 2.1 may be, by the names of their fields."""

from collections.abc import Mapping
from typing import Final

LONGEST: Final[Mapping[str, int]] = {
    "vendorName": 50,
    # 20 and 25 in part 2; real firmware exceeds that.
    "model": 50,
    "serialNumber": 50,
    "firmwareVersion": 50,
    "iccid": 20,
    "imsi": 20,
    # 36 in 2.0.1. What is cut is marked, so that it is never another's.
    "idToken": 255,
    "additionalIdToken": 255,
    "transactionId": 50,
    "type": 50,
    "instance": 50,
    "name": 50,
    "unit": 50,
    "measurand": 50,
    "context": 50,
    "phase": 50,
    "timestamp": 50,
    "chargingState": 50,
    "triggerReason": 50,
    "stoppedReason": 50,
    "reasonCode": 50,
    "messageId": 50,
    "vendorId": 255,
    "techInfo": 500,
    "attributeValue": 2500,
    "actualValue": 2500,
    "value": 2500,
    "valuesList": 1000,
    "additionalInfo": 1024,
    "csr": 5500,
    "signedMeterData": 32768,
    "publicKey": 2500,
    "exiRequest": 11000,
}
"""Characters of a field's text by its name; part 2, 2 and 3."""
