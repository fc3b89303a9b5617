"""How slots are named, and what older versions called them."""

import pytest

from custom_components.ev_load_manager.csms.limits.slots import (
    place_of,
    stored_name,
    stored_profile,
)


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("profile/101", "default/1"),
        ("profile/202", "session/2"),
        ("profile/300", "charger/0"),
        ("profile/401", "standing/1"),
        (412, "standing/12"),
        ("default/1", "default/1"),
        ("key/MaxCurrent", "key/MaxCurrent"),
        ("?", "?"),
    ],
)
def test_what_was_stored_by_number_is_found_by_name(stored: object, name: str) -> None:
    assert stored_name(stored) == name


@pytest.mark.parametrize("stored", ["", "profile/", "profile/7", "profile/901", "key/x", None, 1.5])
def test_what_is_no_profile_of_ours_is_not_taken_for_one(stored: object) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        stored_profile(stored)


def test_profiles_are_cleared_in_the_order_of_their_numbers() -> None:
    names = ["standing/1", "charger/0", "session/2", "default/10", "default/2"]
    assert sorted(names, key=place_of) == [
        "default/2",
        "default/10",
        "session/2",
        "charger/0",
        "standing/1",
    ]
