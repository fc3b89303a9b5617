"""From what chargers and meters said to the readings that `balancing` decides on."""

from ..balancing.readings import Readings, Sample
from ..balancing.site import Site
from .charger_meters import ChargerMeters
from .chargers import Chargers
from .meters import Meters


def gather_readings(
    site: Site, chargers: Chargers, charger_meters: ChargerMeters, meters: Meters
) -> Readings:
    """All that is known of a group at this moment."""
    connectors = {
        id_: chargers.charger(id_.charger).reading(
            connector,
            met=chargers.is_met(id_.charger),
            metered=_metered(id_.charger, chargers, charger_meters),
        )
        for id_, connector in site.connectors.items()
    }
    told = {circuit: meter.last_good for circuit, meter in meters.items() if meter.last_good}
    return Readings(connectors=connectors, meters=told)


def judge(readings: Readings, chargers: Chargers) -> None:
    """Tell every charger what its cars surely draw, by whatever proves it.

    That may be a meter of its own, or power and energy where no currents are told.
    """
    for connector_id, reading in readings.connectors.items():
        if reading.sample is not None and reading.session is not None:
            charger = chargers.charger(connector_id.charger)
            charger.saw(connector_id.number, reading.sample.at_least, reading.sample.at)


def _metered(charger_id: str, chargers: Chargers, meters: ChargerMeters) -> Sample | None:
    """What the charger's own meter told; None without, or where it can't tell outlets apart."""
    sample = meters.sample(charger_id)
    if sample is None or not chargers.has_own_meter(chargers.named(charger_id)):
        return None
    return sample
