"""Objects by id or name."""

import pytest
from attrs import frozen

from anaplan_ext import AmbiguousNameError, NameNotFoundError
from anaplan_ext.listing.names import MAX_SUGGESTIONS, find


@frozen
class Entry:
    id: str
    name: str | None


ENTRIES = [
    Entry("1", "Sales"),
    Entry("2", "sales"),
    Entry("3", "1"),
    Entry("4", None),
    Entry("5", "Straße"),
    Entry("6", "Twice"),
    Entry("7", "Twice"),
    Entry("8", "Sales by region"),
    Entry("9", "Sales by month"),
]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("Sales", "1"),
        ("sales", "2"),
        ("1", "1"),
        ("STRASSE", "5"),
        ("straße ", "5"),
        ("4", "4"),
        ("SALES BY MONTH", "9"),
    ],
)
def test_an_id_counts_before_a_name_and_an_exact_name_before_others(wanted: str, expected: str) -> None:
    assert find("list", wanted, ENTRIES).id == expected


@pytest.mark.parametrize(("wanted", "ids"), [("Twice", ["6", "7"]), ("SALES", ["1", "2"]), ("twice", ["6", "7"])])
def test_several_matches_are_an_error_with_their_ids(wanted: str, ids: list[str]) -> None:
    with pytest.raises(AmbiguousNameError, match=f"called '{wanted}'.*; use an id") as raised:
        find("list", wanted, ENTRIES)
    assert [match[1] for match in raised.value.matches] == ids


@pytest.mark.parametrize(
    ("wanted", "suggested"), [("Slaes by month", "9"), ("region", "8"), ("SALE", "1"), ("xyz", None), (" ", None)]
)
def test_no_match_is_an_error_with_similar_names(wanted: str, suggested: str | None) -> None:
    with pytest.raises(NameNotFoundError, match="no list") as raised:
        find("list", wanted, ENTRIES)
    ids = [match[1] for match in raised.value.suggestions]
    assert len(ids) <= MAX_SUGGESTIONS
    assert suggested in ids if suggested else not ids
    assert ("did you mean" in str(raised.value)) is bool(ids)
