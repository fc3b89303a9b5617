"""The same charger in another version of OCPP."""

from dataclasses import replace
from typing import Final

from .models import ChargerModel
from .v201.models import STATION, STATION_21, StationModel

PROTOCOLS: Final = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")
"""What simulated chargers can speak, by its subprotocol."""


def in_version(model: ChargerModel, protocol: str) -> ChargerModel | StationModel:
    """A charger with the same outlets that speaks `protocol`, and behaves by the book."""
    if protocol == "ocpp1.6":
        return model
    station = STATION_21 if protocol == "ocpp2.1" else STATION
    return replace(station, evses=model.connectors, terminals=model.terminals)
