"""What a central system may not send is noticed by every simulated station, whatever it answers."""

from collections.abc import Callable
from typing import Any

import pytest

from simulation.charger.v201.bans import Bans
from simulation.charger.v201.charger import SimulatedStation
from tests.simulation.charger.v201.conftest import Central201, MakeStation

NOW = 1_800_000_000.0
ACCEPTED = {"status": "Accepted"}

type Change = Callable[[dict[str, Any]], object]


def profile(id_: int = 101, evse: int = 1, level: int = 1, **more: Any) -> dict[str, Any]:
    """A profile as it should be."""
    return {
        "evseId": evse,
        "chargingProfile": {
            "id": id_,
            "stackLevel": level,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Absolute",
            "chargingSchedule": [
                {
                    "id": 1,
                    "startSchedule": "2027-01-15T08:00:00Z",
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.3}],
                }
            ],
            **more,
        },
    }


def bans(**settings: Any) -> Bans:
    """A judge whose clock stands still."""
    return Bans(lambda: NOW, **settings)


def schedule_of(payload: dict[str, Any]) -> dict[str, Any]:
    """Its only schedule."""
    (schedule,) = payload["chargingProfile"]["chargingSchedule"]
    return dict(schedule)


def with_schedule(**more: Any) -> dict[str, Any]:
    """The same profile with another schedule; None takes something away."""
    schedule = {**schedule_of(profile()), **more}
    kept = {name: value for name, value in schedule.items() if value is not None}
    return profile(chargingSchedule=[kept])


def with_period(**more: Any) -> dict[str, Any]:
    """The same profile with another period."""
    return with_schedule(chargingSchedulePeriod=[{"startPeriod": 0, "limit": 6.3, **more}])


@pytest.mark.parametrize(
    ("payload", "rule"),
    [
        (profile(chargingProfilePurpose="ChargingStationExternalConstraints"), "K01.FR.22"),
        (profile(chargingProfilePurpose="ChargingStationMaxProfile"), "K01.FR.03"),
        (
            profile(
                evse=0,
                chargingProfilePurpose="ChargingStationMaxProfile",
                chargingProfileKind="Relative",
            ),
            "K01.FR.38",
        ),
        (profile(chargingProfilePurpose="TxProfile"), "K01.FR.03, FR.16"),
        (profile(evse=0, chargingProfilePurpose="TxProfile", transactionId="T"), "K01.FR.03"),
        (profile(transactionId="T"), "K01.FR.03"),
        (profile(chargingSchedule=[schedule_of(profile())] * 2), "K01.FR.34"),
        (profile(chargingProfileKind="Relative"), "K01.FR.40, FR.41"),
        (profile(chargingProfileKind="Recurring"), "recurring"),
        (with_schedule(startSchedule=None), "K01.FR.40, FR.41"),
        (with_period(startPeriod=60), "K01.FR.31"),
        (
            with_schedule(chargingSchedulePeriod=[{"startPeriod": 0, "limit": 6}] * 2),
            "K01.FR.35",
        ),
        (with_period(limit=6.35), "K01.FR.51"),
        (with_period(limit=-1), "K01.FR.51"),
        (with_period(numberPhases=3), "K01.FR.43"),
        (with_period(phaseToUse=1), "K01.FR.19, FR.20"),
        (with_schedule(duration=None, salesTariff={}), "4.1.5"),
        (profile(validTo=None), "4.1.5"),
    ],
)
def test_a_profile_that_breaks_a_rule_is_noticed(payload: dict[str, Any], rule: str) -> None:
    assert any(rule in one for one in bans().asked("SetChargingProfile", payload))


@pytest.mark.parametrize(
    "payload",
    [
        profile(),
        profile(evse=0, chargingProfilePurpose="ChargingStationMaxProfile"),
        profile(chargingProfilePurpose="TxProfile", transactionId="T"),
        with_schedule(chargingRateUnit="W", duration=360),
        with_schedule(
            chargingRateUnit="W",
            chargingSchedulePeriod=[{"startPeriod": 0, "limit": 1380, "numberPhases": 1}],
        ),
    ],
)
def test_a_profile_as_it_should_be_is_none_of_them(payload: dict[str, Any]) -> None:
    assert [*bans().asked("SetChargingProfile", payload)] == []


def test_ids_that_are_kept_for_others_are_noticed() -> None:
    judge = bans(ids_above=1000)
    assert [*judge.asked("SetChargingProfile", profile(1000))]
    assert not [*judge.asked("SetChargingProfile", profile(1001))]


@pytest.mark.parametrize(
    ("second", "rule"),
    [
        (profile(102), "K01.FR.06"),
        (profile(102, evse=0), "K01.FR.52, FR.53"),
        (profile(101, evse=2), "K01.FR.05"),
        (profile(102, evse=2), None),
        (profile(102, level=2), None),
        (profile(101), None),
    ],
)
def test_two_profiles_in_one_place_are_noticed(second: dict[str, Any], rule: str | None) -> None:
    judge = bans()
    first = profile()
    assert not [*judge.asked("SetChargingProfile", first)]
    judge.answered("SetChargingProfile", first, ACCEPTED)
    found = [*judge.asked("SetChargingProfile", second)]
    assert (rule is None) is (found == [])
    assert rule is None or rule in found[0]


def test_what_ended_was_refused_or_was_cleared_is_in_nobodys_way() -> None:
    judge = bans()
    for first, answer in (
        (profile(validTo="2027-01-15T07:59:59Z"), ACCEPTED),
        (profile(), {"status": "Rejected"}),
        (profile(), None),
    ):
        judge.answered("SetChargingProfile", first, answer)
        assert not [*judge.asked("SetChargingProfile", profile(102))]
    for clears in (
        {"chargingProfileId": 101},
        {"chargingProfileCriteria": {"evseId": 1, "stackLevel": 1}},
    ):
        judge.answered("SetChargingProfile", profile(), ACCEPTED)
        assert [*judge.asked("SetChargingProfile", profile(102))]
        judge.answered("ClearChargingProfile", clears, ACCEPTED)
        assert not [*judge.asked("SetChargingProfile", profile(102))]


VARIABLE = {"component": {"name": "TxCtrlr"}, "variable": {"name": "TxStartPoint"}}


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        (
            "ClearChargingProfile",
            {
                "chargingProfileCriteria": {
                    "chargingProfilePurpose": "ChargingStationExternalConstraints"
                }
            },
        ),
        (
            "GetChargingProfiles",
            {"requestId": 1, "chargingProfile": {"chargingProfileId": [1], "stackLevel": 1}},
        ),
        ("GetCompositeSchedule", {"evseId": 1, "duration": 0}),
        ("GetVariables", {"getVariableData": [VARIABLE, {**VARIABLE, "attributeType": "Actual"}]}),
        ("SetVariables", {"setVariableData": [{**VARIABLE, "attributeValue": "1"}] * 2}),
        (
            "RequestStartTransaction",
            {
                "remoteStartId": 1,
                "idToken": {"idToken": "C", "type": "Central"},
                "chargingProfile": profile()["chargingProfile"],
            },
        ),
        ("SendLocalList", {"versionNumber": 1, "localAuthorizationList": []}),
    ],
)
def test_other_questions_that_break_a_rule_are_noticed(
    action: str, payload: dict[str, Any]
) -> None:
    assert [*bans().asked(action, payload)]


def test_an_answer_that_says_nothing_of_something_is_noticed() -> None:
    assert [*bans().told("TransactionEvent", {"idTokenInfo": {}})]
    assert not [*bans().told("TransactionEvent", {})]


def test_what_nobody_can_read_is_noticed_and_stops_nobody() -> None:
    assert [*bans().asked("SetChargingProfile", {"evseId": 1})]


async def test_a_station_tells_of_a_breach_though_it_takes_the_profile(
    central: Central201, connected: MakeStation
) -> None:
    """Replays, faults and the soak fail by what it tells."""
    charger: SimulatedStation = await connected()
    assert charger.violations == []
    answer = await central.tell("SetChargingProfile", with_period(numberPhases=3))
    assert answer == ACCEPTED
    (told,) = charger.violations
    assert "K01.FR.43" in told
