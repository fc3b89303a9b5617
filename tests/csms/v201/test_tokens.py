"""Id tokens and what is said of them, in the words of OCPP 2.0.1."""

from datetime import UTC, datetime

from custom_components.ev_load_manager.csms.dialect import TagInfo, TagStatus
from custom_components.ev_load_manager.csms.v201.tokens import info_of


def test_a_station_hears_until_when_it_may_remember_a_card_that_ends() -> None:
    until = datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)
    assert info_of(TagInfo(TagStatus.ACCEPTED, until, "FAMILY")) == {
        "status": "Accepted",
        "cacheExpiryDateTime": "2027-01-31T22:59:59Z",
        "groupIdToken": {"idToken": "FAMILY", "type": "Central"},
    }


def test_nothing_is_said_of_an_end_that_a_card_does_not_have() -> None:
    assert info_of(TagInfo(TagStatus.ACCEPTED)) == {"status": "Accepted"}
