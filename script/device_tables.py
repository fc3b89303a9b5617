"""Write the tables of supported chargers and meters from the data files.

python script/device_tables.py [--check]
"""

from pathlib import Path
import sys

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from custom_components.ev_load_manager.csms.profiles import (  # noqa: E402
    ChargerProfile,
    ConfigurationKeyWay,
    load_catalogue,
)
from custom_components.ev_load_manager.meter.catalogue import load_maps  # noqa: E402
from custom_components.ev_load_manager.meter.register_map import RegisterMap  # noqa: E402

CHARGERS_INTRO = """\
# Supported chargers

Any charger that speaks OCPP 1.6J and can change its current connects and is controlled by the
generic profile. The models below have profiles of their own: how they are limited, what they
report, and what one has to know. **None of this was tried on hardware by us**; it comes from
vendors' documents and from people who run these chargers, and *confidence* says how well it is
known. A profile of low confidence is only suggested, never used by itself. The sources stand in
each profile's file in `custom_components/ev_load_manager/csms/profiles/`.

*DLM*: the charger can share a limit. *ALM*: it also tells the current of each phase, so that
it can follow the building quickly; what a charger really does is shown on its device page.
One that tells none can be given a meter of its own: sensors of Home Assistant, or one over Modbus.
`?` means that nobody has said.

| Maker | Models | How it is limited | DLM | ALM | Confidence | Good to know |
|---|---|---|---|---|---|---|
"""

METERS_INTRO = """\
# Supported meters

Energy meters over Modbus: TCP, RTU over TCP (a gateway), UDP, or a serial line. Meters marked
*experimental* rest on a single source: compare the three currents that the set-up shows with
the meter's own display. Any other meter can be entered by its registers, and any sensor of
Home Assistant that tells current or power per phase will do as well. The sources stand in each
map's file in `custom_components/ev_load_manager/meter/maps/`.

| Maker | Meter | Connection | Phases | Known how | Good to know |
|---|---|---|---|---|---|
"""

_MARKS = {True: "yes", False: "no", None: "?"}


def main() -> int:
    """Write the tables, or with `--check` say whether they are up to date."""
    pages = {
        ROOT / "docs" / "chargers.md": chargers_page(),
        ROOT / "docs" / "meters.md": meters_page(),
    }
    if sys.argv[1:] == ["--check"]:
        stale = [path.name for path, text in pages.items() if path.read_text() != text]
        for name in stale:
            print(f"docs/{name} is not what script/device_tables.py writes")
        return int(bool(stale))
    for path, text in pages.items():
        path.write_text(text)
    return 0


def chargers_page() -> str:
    """The page of chargers."""
    catalogue = load_catalogue()
    profiles = [one for one in catalogue.profiles.values() if one is not catalogue.generic]
    profiles.sort(key=lambda one: one.vendor.casefold())
    return CHARGERS_INTRO + "".join(map(_charger_row, profiles))


def _charger_row(profile: ChargerProfile) -> str:
    notes = [profile.requires] if profile.requires else []
    notes += profile.quirks
    return _row(
        profile.vendor,
        ", ".join(profile.models),
        _way(profile),
        _MARKS[profile.dlm],
        _MARKS[profile.alm],
        profile.confidence.value,
        "; ".join(notes),
    )


def _way(profile: ChargerProfile) -> str:
    if profile.ways is None:
        return "not known"
    if not profile.ways:
        return "not over OCPP"
    best = profile.ways[0]
    if isinstance(best, ConfigurationKeyWay):
        return "keys " + ", ".join(f"`{key}`" for key in dict.fromkeys(best.keys.values()))
    return "charging profile"


def meters_page() -> str:
    """The page of meters."""
    maps = sorted(load_maps().values(), key=lambda one: one.title.casefold())
    return METERS_INTRO + "".join(map(_meter_row, maps))


def _meter_row(meter: RegisterMap) -> str:
    notes = [meter.setup_required] if meter.setup_required else []
    notes += meter.quirks
    return _row(
        meter.vendor,
        meter.name,
        ", ".join(transport.value.upper() for transport in meter.transports),
        str(meter.phases),
        "experimental" if meter.experimental else "two sources or more",
        "; ".join(note.removesuffix(".") for note in notes),
    )


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


if __name__ == "__main__":
    sys.exit(main())
