"""Charge detail records as OCPI 2.2.1 has them: sections 10.3.1 and 10.4, and 16.3 for types.

Written from the fields of the specification; only those that we send may be there.
"""

import json
from typing import Any

from jsonschema import Draft202012Validator


def text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [*required],
        "properties": required | (optional or {}),
        "additionalProperties": False,
    }


MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
NUMBER = {"type": "number"}
PRICE = record({"excl_vat": NUMBER}, {"incl_vat": NUMBER})
# OCPI 2.2.1, 10.3.1 and 10.4; 16.3 for what it is made of.
CDR = record(
    {
        "country_code": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "party_id": text(3),
        "id": text(39),
        "start_date_time": MOMENT,
        "end_date_time": MOMENT,
        "cdr_token": record(
            {
                "country_code": {"type": "string", "pattern": "^[A-Z]{2}$"},
                "party_id": text(3),
                "uid": text(36),
                "type": {"enum": ["AD_HOC_USER", "APP_USER", "OTHER", "RFID"]},
                "contract_id": text(36),
            }
        ),
        "auth_method": {"enum": ["AUTH_REQUEST", "COMMAND", "WHITELIST"]},
        "cdr_location": record(
            {
                "id": text(36),
                "address": text(45),
                "city": text(45),
                "country": {"type": "string", "pattern": "^[A-Z]{3}$"},
                "coordinates": record(
                    {
                        "latitude": {"type": "string", "pattern": r"^-?[0-9]{1,2}\.[0-9]{5,7}$"},
                        "longitude": {"type": "string", "pattern": r"^-?[0-9]{1,3}\.[0-9]{5,7}$"},
                    }
                ),
                "evse_uid": text(36),
                "evse_id": text(48),
                "connector_id": text(36),
                "connector_standard": {"enum": ["IEC_62196_T2"]},
                "connector_format": {"enum": ["SOCKET", "CABLE"]},
                "connector_power_type": {"enum": ["AC_1_PHASE", "AC_3_PHASE"]},
            },
            {"postal_code": text(10), "name": text(255), "state": text(20)},
        ),
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "charging_periods": {
            "type": "array",
            "minItems": 1,
            "items": record(
                {
                    "start_date_time": MOMENT,
                    "dimensions": {
                        "type": "array",
                        "minItems": 1,
                        "items": record(
                            {
                                "type": {
                                    "enum": [
                                        "ENERGY",
                                        "MAX_CURRENT",
                                        "MIN_CURRENT",
                                        "MAX_POWER",
                                        "MIN_POWER",
                                        "PARKING_TIME",
                                        "RESERVATION_TIME",
                                        "TIME",
                                    ]
                                },
                                "volume": {"type": "number", "minimum": 0},
                            }
                        ),
                    },
                },
                {"tariff_id": text(36)},
            ),
        },
        "total_cost": PRICE,
        "total_energy": NUMBER,
        "total_time": NUMBER,
        "last_updated": MOMENT,
    },
    {
        "total_parking_time": NUMBER,
        "credit": {"type": "boolean"},
        "credit_reference_id": text(39),
        "signed_data": record(
            {
                "encoding_method": text(36),
                "signed_values": {
                    "type": "array",
                    "minItems": 1,
                    "items": record(
                        {
                            "nature": {"enum": ["Start", "End", "Intermediate"]},
                            "plain_data": text(5000),
                            "signed_data": text(5000),
                        }
                    ),
                },
            },
            {"public_key": text(512)},
        ),
    },
)


def check_cdr(cdr: dict[str, Any]) -> None:
    """Raise where a record is none; as a credit it has a longer id than others."""
    Draft202012Validator(CDR).validate(json.loads(json.dumps(cdr)))
    if "credit" not in cdr:
        assert len(cdr["id"]) <= 36
