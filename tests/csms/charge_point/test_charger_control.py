"""Limits and onboarding over real sockets, with chargers that keep their own profiles."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.models import load_catalogue
from custom_components.ev_load_manager.csms.onboarding.capabilities import Suited
from custom_components.ev_load_manager.csms.onboarding.onboarding import Onboarding
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.data_files.stored import Stored
from simulation.charger.charger import SimulatedCharger
from simulation.charger.configuration import read_only
from simulation.charger.habits import NO_PHASES_NO_POWER
from simulation.charger.limits import applied_limit
from simulation.charger.misbehaviour import NoAnswer, Sometimes
from simulation.charger.models import (
    ALFEN_EVE_DOUBLE,
    EVBOX_G4,
    GENERIC,
    KEY_CONTROLLED,
    NO_BOOT,
    STACK_ZERO,
    WATTS_ONLY,
    ChargerModel,
    ProfileAnswer,
)
from simulation.charger.profiles import Kind, Period, Profile, Purpose, Unit
from tests.csms.client import SILENCE, Client
from tests.csms.conftest import until

CATALOGUE = load_catalogue()

pytestmark = pytest.mark.usefixtures("hurry")


class Site:
    """A charger and what controls it."""

    def __init__(
        self,
        central: CentralSystem,
        model: ChargerModel,
        *,
        stored: Stored | None = None,
        **settings: Any,
    ) -> None:
        """Configure the charger and prepare its simulation; `start` connects it."""
        self.charger = SimulatedCharger(
            model, "CP1", f"ws://127.0.0.1:{central.port}", back_off=(0.5, 2.0), **settings
        )
        self.point = central.add("CP1", stored)
        for number in range(1, model.connectors + 1):
            self.point.connector(number)
        self.control = ChargerControl(self.point, CATALOGUE)

    def keeper(self, number: int = 1) -> ConnectorLimit:
        """The keeper of a connector."""
        keeper = self.point.connector(number).keeper
        assert keeper is not None
        return keeper

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a change of the charge point that makes `condition` true."""
        await until(self.point, condition)

    async def accepted(self, amperes: float, number: int = 1) -> None:
        """Wait until the charger took a limit."""
        await self.until(lambda: self.keeper(number).offer.accepted == amperes)

    async def onboarded(self) -> None:
        """Wait until the charger was made to report."""
        await self.until(lambda: self.control.onboarding.capabilities.sample_interval is not None)


type MakeSite = Callable[..., Awaitable[Site]]


@pytest.fixture
async def site(central: CentralSystem) -> AsyncGenerator[MakeSite]:
    """Make a charger that connects, with its control."""
    made: list[Site] = []

    async def make(model: ChargerModel = GENERIC, **settings: Any) -> Site:
        made.append(Site(central, model, **settings))
        await made[-1].charger.start()
        return made[-1]

    yield make
    for one in made:
        await one.control.close()
        await one.charger.stop()


@pytest.mark.parametrize("model", [GENERIC, EVBOX_G4, ALFEN_EVE_DOUBLE, STACK_ZERO, NO_BOOT])
async def test_a_charger_takes_its_limit_and_reports_each_phase(
    site: MakeSite, model: ChargerModel
) -> None:
    one = await site(model)
    one.keeper().want(10.3)
    await one.accepted(10.3)
    await one.onboarded()
    one.charger.plug_in(1)
    await one.until(lambda: one.control.onboarding.capabilities.phases_seen is True)
    await one.charger.until(lambda: 9.5 < max(one.charger.currents) <= 10.3)
    assert one.control.onboarding.capabilities.dlm.suited is Suited.YES
    assert one.control.onboarding.capabilities.alm.suited is Suited.YES
    assert one.charger.violations == []


@pytest.mark.parametrize(
    "stored",
    [Stored({}, is_outdated=True), Stored(None, is_lost=True), Stored({"connectors": 7})],
    ids=["outdated", "lost", "damaged"],
)
async def test_what_is_left_from_before_the_books_were_lost_counts_until_it_is_cleared(
    site: MakeSite, stored: Stored
) -> None:
    """A limit for the session overrules the one that is sent, and is in no book."""
    one = await site(stored=stored)
    one.charger.plug_in(1)
    outlet = one.charger.connectors[1]
    await one.until(lambda: one.point.connectors[1].transaction is not None)
    assert outlet.session is not None
    left = Profile(
        id=201,
        stack_level=0,
        purpose=Purpose.TX,
        kind=Kind.ABSOLUTE,
        unit=Unit.AMPERES,
        periods=(Period(0, 25.0),),
        transaction_id=outlet.session.transaction_id,
    )
    one.charger.profiles.install(1, left, session=outlet.session)
    ok: list[bool] = []

    def look(*_: object) -> None:
        ok.append(one.keeper().highest_possible >= applied_limit(one.charger, outlet).amperes)

    one.point.on_change(look)
    one.keeper().want(10)
    await one.accepted(10.0)
    assert ok
    assert all(ok)
    assert applied_limit(one.charger, outlet).amperes == 10.0


async def test_models_are_known_by_what_they_say(site: MakeSite) -> None:
    one = await site(ALFEN_EVE_DOUBLE)
    await one.onboarded()
    assert one.control.limits.profile.id == "alfen_eve_ng9"
    assert one.point.configuration["NumberOfConnectors"] == "2"
    assert one.control.onboarding.capabilities.connectors == 2


async def test_a_limit_is_there_again_soon_after_a_lost_link(site: MakeSite) -> None:
    one = await site(replace(GENERIC, drops_profiles_offline=True))
    one.keeper().want(8)
    await one.accepted(8.0)
    await one.onboarded()
    one.charger.plug_in(1)
    await one.charger.until(lambda: 7 < max(one.charger.currents) <= 8)
    renewals = one.keeper().writes.renewals
    one.charger.cut()
    await one.until(lambda: not one.point.online)
    await one.until(lambda: one.keeper().writes.renewals > renewals)
    await one.charger.until(lambda: max(one.charger.currents) <= 8)
    assert one.keeper().offer.possible == (8.0,)


async def test_a_charger_that_reports_every_five_minutes_soon_tells_what_its_car_made_of_a_limit(
    site: MakeSite,
) -> None:
    rarely = {"MeterValueSampleInterval": read_only(300)}
    one = await site(replace(GENERIC, extra_keys=rarely))
    one.keeper().want(16)
    await one.accepted(16.0)
    one.charger.plug_in(1)
    await one.charger.until(lambda: 15 < max(one.charger.currents) <= 16)
    one.keeper().want(8)
    await one.accepted(8.0)
    accepted_at = one.keeper().offer.accepted_at
    assert accepted_at is not None

    def told() -> bool:
        values = one.point.connector(1).values
        return values is not None and values.at >= accepted_at + 10.0

    await one.until(told)
    draw = one.point.draw(1)
    assert draw is not None
    assert draw.highest <= 8
    assert draw.at < accepted_at + 60  # by itself it would have told after five minutes


async def test_a_limit_goes_into_a_key_where_profiles_are_not_known(site: MakeSite) -> None:
    one = await site(replace(KEY_CONTROLLED, vendor="Keba AG", model="KC-P30-ESS400C2"))
    one.keeper().want(9)
    await one.accepted(9.0)
    assert one.control.limits.by_key
    assert one.charger.configuration.get("MaxAvailableCurrent") == "9000"
    one.charger.plug_in(1)
    await one.charger.until(lambda: 8.5 < max(one.charger.currents) <= 9)


async def test_a_charger_that_takes_watts_only_gets_them(site: MakeSite) -> None:
    # No answer may count as late on a busy machine: then amperes would be tried, too.
    clock.set_factor(5)
    one = await site(WATTS_ONLY)
    one.keeper().want(10)
    await one.accepted(10.0)
    (sent, *_) = one.charger.received("SetChargingProfile")
    assert sent["csChargingProfiles"]["chargingSchedule"]["chargingRateUnit"] == "W"
    assert one.keeper().offer.refused is False


async def test_the_last_offer_and_what_the_charger_can_do_survive_a_restart(
    central: CentralSystem, site: MakeSite
) -> None:
    one = await site(ALFEN_EVE_DOUBLE)
    one.keeper(1).want(16)
    one.keeper(2).want(6)
    await one.accepted(16.0, 1)
    await one.accepted(6.0, 2)
    await one.onboarded()
    await one.control.close()
    state = json.loads(json.dumps(one.point.state()))
    await central.remove("CP1")
    point: ChargePoint = central.add("CP1", state)
    again = ChargerControl(point, CATALOGUE)
    assert again.limits.keepers[1].offer.accepted == 16.0
    assert again.limits.keepers[2].offer.accepted == 6.0
    assert again.limits.working == one.control.limits.working
    assert again.onboarding.capabilities == one.control.onboarding.capabilities
    assert again.limits.profile.id == "alfen_eve_ng9"
    await again.close()


async def test_a_session_is_told_to_the_keeper(site: MakeSite) -> None:
    one = await site()
    one.keeper().want(10)
    await one.accepted(10.0)
    one.charger.plug_in(1)
    await one.until(lambda: one.keeper().transaction_id is not None)
    transaction = one.point.connector(1).transaction
    assert transaction is not None
    assert one.keeper().transaction_id == transaction.id
    await one.until(lambda: one.keeper().writes.renewals >= 1)
    one.charger.unplug(1)
    await one.until(lambda: one.keeper().transaction_id is None)


async def test_a_charger_that_refuses_everything_suits_nothing(site: MakeSite) -> None:
    one = await site(replace(GENERIC, profiles=ProfileAnswer.NOT_IMPLEMENTED))
    one.keeper().want(10)
    await one.until(lambda: one.keeper().offer.refused)
    assert one.control.onboarding.capabilities.dlm.suited is Suited.NO


async def test_keys_hold_what_they_held_before_once_a_charger_is_removed(site: MakeSite) -> None:
    one = await site(replace(KEY_CONTROLLED, vendor="Keba AG", model="KC-P30-ESS400C2"))
    before = one.charger.configuration.get("MeterValueSampleInterval")
    one.keeper().want(9)
    await one.accepted(9.0)
    await one.onboarded()
    assert one.charger.configuration.get("MeterValueSampleInterval") != before
    assert await one.control.restore_keys() == ()
    assert one.charger.configuration.get("MeterValueSampleInterval") == before
    assert one.charger.configuration.get("MaxAvailableCurrent") == "32000"


async def test_a_charger_that_says_late_who_it_is_is_known_then(central: CentralSystem) -> None:
    point = central.add("CP1")
    control = ChargerControl(point, CATALOGUE)
    async with Client(central) as client:
        client.answers |= {
            "GetConfiguration": {"configurationKey": [], "unknownKey": []},
            "ChangeConfiguration": {"status": "Rejected"},
            "SetChargingProfile": {"status": "Accepted"},
        }
        await until(point, lambda: control.onboarding.learned)
        assert control.limits.profile.id == "generic"
        await client.boot(chargePointVendor="ABB", chargePointModel="CDT_TACW22::NET_WIFI")
        await until(point, lambda: control.limits.profile.id == "abb_terra_ac")
    await control.close()


async def test_a_fault_of_ours_in_onboarding_leaves_no_charger_without_a_limit(
    site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fault(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Onboarding, "learn", fault)
    one = await site()
    one.keeper().want(10)
    await one.accepted(10.0)


async def test_a_limit_does_not_wait_for_what_a_charger_does_not_tell(
    central: CentralSystem,
) -> None:
    point = central.add("CP1")
    point.connector(1)
    control = ChargerControl(point, CATALOGUE)
    control.limits.keeper(1).want(10.0)
    async with Client(central) as client:
        client.answers["GetConfiguration"] = SILENCE
        client.answers["SetChargingProfile"] = {"status": "Accepted"}
        await client.boot()
        await client.next_call("SetChargingProfile")
        assert not control.onboarding.learned
    await control.close()


async def test_what_a_charger_did_not_answer_of_its_reports_it_is_told_again(
    site: MakeSite,
) -> None:
    """It took the only current that it tells, and its answer was lost: then others took its place."""
    one = await site(NO_PHASES_NO_POWER)
    lost = Sometimes(misbehaviour=NoAnswer(obey=True), times=3)
    one.charger.misbehaviours["ChangeConfiguration"] = lost
    await one.onboarded()
    seen = one.control.onboarding
    assert seen.is_unsure
    assert "Current.Import" not in seen.capabilities.measurands
    await one.until(lambda: not seen.is_unsure)
    assert "Current.Import" in seen.capabilities.measurands
    assert "Current.Import" in one.charger.configuration["MeterValuesSampledData"].split(",")
