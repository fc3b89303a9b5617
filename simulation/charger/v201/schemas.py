"""What OCPP 2.0.1 and 2.1 allow on the wire."""

from typing import Final

from jsonschema import Draft6Validator

from ..frames import OCPP16, SUBPROTOCOL16, Schemas

SUBPROTOCOL201: Final = "ocpp2.0.1"
SUBPROTOCOL21: Final = "ocpp2.1"

# Part 4, 4.3: these two are spelled right since 2.0.
_CONSTRAINTS = {
    "type": "TypeConstraintViolation",
    "required": "OccurrenceConstraintViolation",
    "minItems": "OccurrenceConstraintViolation",
    "maxItems": "OccurrenceConstraintViolation",
    "additionalProperties": "FormatViolation",
}

OCPP201: Final = Schemas(
    "2.0.1", "v201", Draft6Validator, request="Request", constraints=_CONSTRAINTS
)
OCPP21: Final = Schemas("2.1", "v21", Draft6Validator, request="Request", constraints=_CONSTRAINTS)

SCHEMAS: Final = {SUBPROTOCOL201: OCPP201, SUBPROTOCOL21: OCPP21, SUBPROTOCOL16: OCPP16}
"""By the subprotocol of a socket."""
