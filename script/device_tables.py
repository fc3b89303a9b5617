"""Write the tables of supported chargers and meters from the data files.

python script/device_tables.py [--check]
"""

from pathlib import Path
import sys

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from custom_components.ev_load_manager.csms.models import (  # noqa: E402
    ChargerProfile,
    ConfigurationKeyWay,
    load_catalogue,
)
from custom_components.ev_load_manager.meter.catalogue import load_maps  # noqa: E402
from custom_components.ev_load_manager.meter.register_map import VOLTAGES, RegisterMap  # noqa: E402

CHARGERS_INTRO = """\
# Supported chargers

Any charger that speaks OCPP 1.6J, 2.0.1 or 2.1 and can change its current connects and is controlled by the
generic profile. The models below have profiles of their own: how they are limited, what they
report, and what one has to know. **None of this was tried on hardware by us**; it comes from
vendors' documents and from people who run these chargers, and *confidence* says how well it is
known. A profile of low confidence is only suggested, never used by itself. The sources stand in
each profile's file in `custom_components/ev_load_manager/csms/models/`.

*DLM*: the charger can share a limit. *ALM*: it also tells the current of each phase, so that
it can follow the building quickly; what a charger really does is shown on its device page.
One that tells none can be given a meter of its own: sensors of Home Assistant, or one over Modbus.
`?` means that nobody has said.

## OCPP 2.0.1 and 2.1

All versions are spoken on the same port; a charger that offers several gets the newest, and one that is
updated keeps its device, entities and history. It is led in the same way, with the same guarantees. What differs:

- **An outlet is an EVSE**, whatever connectors it has: it serves one car at a time.
- **A session** is the time in which somebody may charge. Such a charger may call it a transaction from when a car
  parks until it leaves; without a card that was accepted, or energy that is offered, that is no session.
- **The fail-safe is proven by reading it back**: the charger is asked which charging profiles it holds. A profile
  that another system left where ours is to be is cleared, because such a charger takes none beside it.
- **What it can do** is asked for by name before its first limit, a few variables at a time, and all of it
  half a minute later. What it does not tell delays no limit.
- **A limit that somebody else sets** (an energy manager, the grid operator) and the maximum of a car's cable
  count: what the car can't take goes to others, and the reason says who it is. Such limits are read from the
  charger's profiles whenever it connects, when it says that there is one and not how low, and every five minutes
  as long as there is any; where it lists none, its schedule shows what it allows. Where nothing tells how low one
  is, page and reason say that it holds.
- **A charger that lists profiles which allow more than it has taken** (another system's lead, or it rounds up) counts
  with that, is told whole amperes or in another way, and is asked again until its list agrees; the log says so.
- **A lower limit that another charging system left**, and that the charger doesn't clear, is a reason as well.
- **How many phases a car loads** is told by such a charger, and not which: once so many are seen they are known at once,
  and a car that is said to take more counts on all until it has shown them.
- **What a car asks its charger for** (ISO 15118: energy, departure, battery) is shown with its session. Nothing
  is planned by it: the car goes on under the limits that its outlet has.
- **In 2.1** a charger that says it knows limits that end once it has been offline for a while (`maxOfflineDuration`)
  gets those: they need no renewals. Others are told limits that end by their clock, as in 2.0.1.
- Ways of setting a limit that are known of models for 1.6 (keys of the vendor) are not tried: only charging profiles.

- **A charger that agrees on 2.0.1 and speaks 1.6** is told to come again, and is spoken to in 1.6 from then on.
  The log says so. Once its firmware has another name, 2.0.1 is tried again.

[Test cases of OCPP 2.0.1](ocpp-test-cases.md) lists the cases of its part 6, which of them hold, and why the others don't.

No charger of 2.0.1 was tried on hardware by us. Some firmware is better at 1.6: FoxESS A-series, for example, was
reported to refuse every profile in 2.0.1.

## What a charger's words are taken for

- **What it does not tell is unknown, never 0.** If it tells the current of L1 only, L2 and L3 are known
  only where the power of all phases leaves nothing for them; until then the car counts on every wired
  phase. A current of the neutral conductor alone says how much flows at least.
- **Power and energy are bounds.** Power over all phases, divided by the voltage (230 V where none is told)
  and the wired phases, flows at least; so does what the energy register proves by its rise. A charger that
  ignores its limit is found by that where it reports no current.
- **Nobody is believed to draw more** than 1.25 times what its hardware can. Firmware that says A and means
  mA is recognised beside its power.
- **Sessions begin by evidence**: a transaction that nobody told of counts once its current, its power, its
  register or its status shows it. They end by whatever means their end, also where the charger never
  learned the transaction's id. A register that counts from 0 in each session is added to the session's start.
- Connectors above 8 count only where the charger says that it has so many.

## Models

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

METERS_OUTRO = """
## A meter that is dead, and one that stands still

An inverter or gateway goes on answering for a meter that has died. So a reading counts only where some
phase has a voltage between 80 and 300 V (with a voltage transformer: at least 80 V); it is asked for apart
where it costs a request of its own and nothing seems to flow. Without it the meter counts as silent, and
the safe limit follows; so does a meter that refuses to tell its voltage then. These maps tell no voltage: {without}.
Of theirs, and of a meter that is entered by its registers without a voltage, exactly 0 everywhere is no reading at the
grid connection, where a building always takes something, if the meter would show it: it tells a power in steps of 10 W or
finer, or currents in steps of 0.1 A or finer. With coarser steps, on a feeder or at a charger, and of sensors without a
voltage zeros look like rest.

A meter that stands still is *frozen*
- after 30 s and 10 readings in which nothing moved, where it shows steps of 0.1 A or finer and a voltage in
  tenths, or steps of 0.02 A or finer and a current of 2 A or more;
- else, whatever its steps: when the chargers report a change by 3 A (twice its steps, if that is more)
  since it moved last, and it has not shown it 15 s later.

A quiet house may stand still for hours on a coarse meter, and costs nothing.

## Sensors that tell power

The current of a phase whose sensor tells only power is power / voltage / power factor for what is drawn,
with a power factor of 0.95 unless you set another in the form, and power / voltage for what is given back:
the fuse carries the reactive current, too. For a charger's own sensors the factor is 1, because cars are next
to that, and a current that is thought too high would be taken off what the building draws.

## A delta grid (3 x 230 V without neutral)

Cars and chargers there sit between two phases, and a load between L1 and L2 flows through both. Set the
voltage to 230 V. What holds: the currents that the meter shows are those of the lines, which is what the fuses
carry, so limits, the safe limit and the sharing work on them as they are. What does not: a meter that is wired
for three wires measures two of the lines and shows 0 A for the third (mostly L2), and nothing can tell
that from a line at rest. Set *which phase counts* to the most loaded one, and do not rely on the third line. A
one-phase car loads two lines, and the settings know one: the other one's share shows at the grid's meter and
counts as the building's, so adaptive load management holds there, while limits of a group and of feeders
without a meter are counted on one line only. A charger's power divided by 230 V and its phases is less than
what flows in its lines, so it stays a lower bound, but no more than that.
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
    without = ", ".join(one.title for one in maps if not _tells_voltage(one))
    outro = METERS_OUTRO.format(without=without)
    return METERS_INTRO + "".join(map(_meter_row, maps)) + outro


def _tells_voltage(meter: RegisterMap) -> bool:
    models = () if meter.sunspec is None else meter.sunspec.models
    return any(
        VOLTAGES[0] in registers for registers in (meter.registers, *(m.registers for m in models))
    )


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
