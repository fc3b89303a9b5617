"""What is known of charger models: the files, their schema, and who is who."""

from pathlib import Path
import re
from typing import Any, NamedTuple

import pytest
import yaml

from custom_components.ev_load_manager.csms import models
from custom_components.ev_load_manager.csms.models import (
    Certainty,
    ChargingProfileWay,
    Confidence,
    ConfigurationKeyWay,
    Kind,
    ProfileCatalogue,
    ProfileError,
    Purpose,
    Scope,
    Unit,
    load_catalogue,
    read_file,
    read_profile,
)

CATALOGUE = load_catalogue()
FILES = sorted(Path(models.__file__).parent.glob("*.yaml"))


class Said(NamedTuple):
    """What a charger said of itself."""

    vendor: str = ""
    model: str = ""


# The files


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_follows_the_schema(path: Path) -> None:
    profile = read_file(path)
    assert profile.id == path.stem
    assert re.fullmatch(r"[a-z0-9_]+", profile.id)
    assert profile.minimum >= 6
    if profile.id != "generic":
        assert profile.models
    # What is applied unasked has a source that anyone can look up.
    if profile.confidence is not Confidence.LOW:
        assert profile.sources
    if profile.ways == ():
        assert profile.dlm is False


def test_there_are_all_the_known_models() -> None:
    assert len(FILES) == len(CATALOGUE.profiles) == 42


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sighting_of_a_model_leads_to_its_profile(path: Path) -> None:
    profile = CATALOGUE.profiles[path.stem]
    for seen in profile.recognition.seen:
        vendor, slash, model = seen.partition(" / ")
        if not slash:
            continue
        match = CATALOGUE.match(Said(vendor, model.partition(" (")[0]))
        assert profile in (match.profile, match.suggested), seen


@pytest.mark.parametrize(
    ("profile_id", "dlm", "alm"),
    [
        ("alfen_eve_ng9", True, True),
        ("circontrol", True, False),
        ("ctek_chargestorm", True, False),
        ("ecotap", True, False),
        ("bender_cc_family", True, False),
        ("evbox_g3_g4_elvi", True, True),
        ("innogy_compleo_ebox", True, False),
        ("tritium_veefil", True, False),
    ],
)
def test_the_models_of_the_thesis_carry_its_flags(profile_id: str, dlm: bool, alm: bool) -> None:
    profile = CATALOGUE.profiles[profile_id]
    assert (profile.dlm, profile.alm) == (dlm, alm)


# The schema

GOOD: dict[str, Any] = {
    "vendor": "Vendor",
    "control": [{"way": "set_charging_profile", "kind": "Relative", "stack_level": 1}],
}


def test_a_way_is_read_with_its_defaults() -> None:
    (way,) = read_profile("made_up", GOOD).ways or ()
    assert way == ChargingProfileWay(
        purpose=Purpose.TX_DEFAULT,
        kind=Kind.RELATIVE,
        unit=Unit.AMPERES,
        stack_level=1,
        scope=Scope.CONNECTOR,
        confidence=Confidence.LOW,
    )


def test_a_model_may_be_known_for_the_user_name_that_it_sends() -> None:
    assert read_profile("made_up", GOOD).user_name is None
    assert read_profile("made_up", {**GOOD, "user_name": "*"}).user_name == "*"


def test_no_known_way_is_another_thing_than_no_way() -> None:
    assert read_profile("made_up", {"vendor": "V"}).ways is None
    assert read_profile("made_up", {"vendor": "V", "control": []}).ways == ()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"vendor": None}, "made_up: needs vendor"),
        ({"vendor": 7}, "made_up.vendor: 7 must be text"),
        ({"vender": "V"}, "made_up: unknown vender"),
        ({"match": {"modle": "x"}}, "made_up.match: unknown modle"),
        ({"match": {"vendor": "("}}, r"made_up.match.vendor: '\(' is no pattern"),
        ({"match": ["x"]}, "made_up.match: must be a mapping"),
        ({"match": {"keys": "x"}}, "made_up.match.keys: 'x' must be a list"),
        ({"models": [1]}, "made_up.models: 1 must be text"),
        ({"confidence": "sure"}, "made_up.confidence: 'sure' is none of high, medium, low"),
        ({"control": [{"way": "pray"}]}, r"made_up.control\[0\].way: 'pray' is no way"),
        ({"control": [{}]}, r"made_up.control\[0\]: needs way"),
        (
            {"control": [{"way": "set_charging_profile", "stack_level": -1}]},
            "stack_level: -1 must be a whole number from 0",
        ),
        ({"control": [{"way": "change_configuration"}]}, "needs either key or keys"),
        (
            {"control": [{"way": "change_configuration", "keys": {"one": "K"}}]},
            "'one' must name a key",
        ),
        ({"control": [{"way": "data_transfer"}]}, "needs vendor_id"),
        ({"current": {"minimum": -6}}, "minimum: -6 must be a number above 0"),
        ({"current": {"steps": [6, True]}}, "steps: True must be a number above 0"),
        ({"pause": {"zero": "yes"}}, "zero: 'yes' must be true or false"),
        ({"metering": {"only_these": True}}, "only_these needs measurands"),
        ({"metering": {"interval": 2.5}}, "interval: 2.5 must be a whole number"),
        ({"set_keys": {"Key": True}}, "made_up.set_keys: 'Key': True must be text"),
        ({"fail_safe": {}}, "made_up.fail_safe: needs key"),
        ({"suits": {"dlm": 1}}, "made_up.suits.dlm: 1 must be true or false"),
    ],
)
def test_a_wrong_file_is_told_with_the_field(change: dict[str, Any], error: str) -> None:
    with pytest.raises(ProfileError, match=error):
        read_profile("made_up", {**GOOD, **change})


def test_a_file_that_is_no_yaml_is_told_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("vendor: [", encoding="utf-8")
    with pytest.raises(ProfileError, match="broken: not YAML"):
        read_file(path)
    path.write_text("- a list", encoding="utf-8")
    with pytest.raises(ProfileError, match="broken: must be a mapping"):
        read_file(path)


def test_a_catalogue_needs_the_generic_profile() -> None:
    with pytest.raises(ProfileError, match="generic"):
        ProfileCatalogue([read_profile("made_up", GOOD)])


def test_the_files_are_read_once() -> None:
    assert load_catalogue() is CATALOGUE


def test_the_files_hold_no_values_that_yaml_turns_into_something_else() -> None:
    for path in FILES:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert all(isinstance(model, str) for model in data.get("models", ()))


# Who is who


@pytest.mark.parametrize(
    ("said", "keys", "charger_id", "profile_id", "certainty"),
    [
        (Said("Alfen BV", "NG910"), (), "", "alfen_eve_ng9", Certainty.MODEL),
        (Said("", "ACChargePoint"), (), "", "huawei_scharger", Certainty.MODEL),
        (Said("EV-BOX", "anything"), (), "", "evbox_g3_g4_elvi", Certainty.VENDOR),
        (Said("MENNEKES", "x"), (), "", "mennekes_4you", Certainty.VENDOR),
        (
            Said("MENNEKES", "x"),
            ("OperatorCurrentLimit",),
            "",
            "bender_cc_family",
            Certainty.TELL_TALE,
        ),
        (Said(), ("evb_Something",), "", "evbox_g3_g4_elvi", Certainty.TELL_TALE),
        (Said(), (), "GaroCS-48671", "garo_entity", Certainty.TELL_TALE),
        (
            Said("OEM", "X"),
            ("MaxAvailableCurrent", "PwmMinCurrentDefault"),
            "",
            "keba_p30",
            Certainty.TELL_TALE,
        ),
        (Said("OEM", "X"), ("MaxAvailableCurrent",), "", "generic", Certainty.GENERIC),
        (Said(), (), "", "generic", Certainty.GENERIC),
    ],
)
def test_a_charger_is_known_by_what_it_says_and_what_it_has(
    said: Said, keys: tuple[str, ...], charger_id: str, profile_id: str, certainty: Certainty
) -> None:
    match = CATALOGUE.match(said, keys, charger_id)
    assert (match.profile.id, match.certainty) == (profile_id, certainty)


def test_what_is_little_known_is_suggested_and_not_applied() -> None:
    match = CATALOGUE.match(Said("innogy", "eBox"))
    assert match.profile is CATALOGUE.generic
    assert match.suggested is CATALOGUE.profiles["innogy_compleo_ebox"]
    chosen = CATALOGUE.match(Said("innogy", "eBox"), chosen="innogy_compleo_ebox")
    assert (chosen.profile.id, chosen.certainty) == ("innogy_compleo_ebox", Certainty.CHOSEN)


def test_an_unknown_choice_is_as_none() -> None:
    assert CATALOGUE.match(Said("ABB", "?"), chosen="gone").certainty is Certainty.GENERIC


def test_a_new_model_of_abb_is_treated_as_carefully_as_the_known_one() -> None:
    match = CATALOGUE.match(Said("ABB", "TAC-NEW"))
    assert match.certainty is Certainty.GENERIC
    assert match.profile.metering.only_these
    assert not match.profile.metering.read_back


def test_a_key_may_have_the_connectors_number_in_it() -> None:
    way = ConfigurationKeyWay(keys={0: "Connector{connector}-MaxCurrent"})
    assert way.key(2) == "Connector2-MaxCurrent"
    assert ConfigurationKeyWay(keys={1: "A", 2: "B"}).key(3) is None


def test_a_key_that_may_mean_something_else_is_written_on_the_users_word_only() -> None:
    ecotap = Said(vendor="Ecotap", model="DUO")
    known = CATALOGUE.profiles["ecotap"].fail_safe
    assert known is not None
    assert known.confidence is Confidence.LOW

    found = CATALOGUE.match(ecotap)

    assert (found.profile.id, found.profile.fail_safe) == ("ecotap", None)
    assert CATALOGUE.again("ecotap").fail_safe is None
    assert CATALOGUE.match(ecotap, chosen="ecotap").profile.fail_safe == known
    assert CATALOGUE.again("generic", chosen="ecotap").fail_safe == known


def test_a_key_that_is_known_well_is_written_unasked() -> None:
    keba = CATALOGUE.match(Said(vendor="Keba AG", model="KC-P30-ESS400C2"))

    assert keba.profile.fail_safe is not None


def test_whoever_chooses_the_generic_profile_has_no_charger_harmed() -> None:
    abb = Said(vendor="ABB", model="CDT_TACW22::NET_WIFI")

    chosen = CATALOGUE.match(abb, chosen="generic")

    assert chosen.certainty is Certainty.CHOSEN
    assert chosen.profile.id == "generic"
    assert chosen.profile.metering.only_these


def test_a_profile_that_is_gone_is_the_generic_one() -> None:
    assert CATALOGUE.again("long_gone", chosen="gone_too").id == "generic"
