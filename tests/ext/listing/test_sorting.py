"""Sort orders of lists."""

from collections.abc import Mapping
from typing import get_args

import pytest

from anaplan_ext.listing import sorting
from anaplan_ext.listing.sorting import sort

ORDERS: list[tuple[object, Mapping[str, str]]] = [
    (sorting.Sort, sorting.FIELDS),
    (sorting.WorkspaceSort, sorting.WORKSPACE_FIELDS),
    (sorting.ModelSort, sorting.MODEL_FIELDS),
    (sorting.UserSort, sorting.USER_FIELDS),
    (sorting.TaskSort, sorting.TASK_FIELDS),
]


@pytest.mark.parametrize(("names", "fields"), ORDERS)
def test_every_name_of_a_type_has_a_field_and_no_other(names: object, fields: Mapping[str, str]) -> None:
    assert set(get_args(names)) == set(fields)


@pytest.mark.parametrize(
    ("sort_by", "descending", "ascending", "expected"),
    [
        ("active_state", False, "+", "+activeState"),
        ("active_state", True, "+", "-activeState"),
        ("name", False, "", "name"),
        ("name", True, "", "-name"),
        (None, False, "+", None),
        (None, True, "+", None),
    ],
)
def test_the_sign_says_the_direction(
    sort_by: str | None, descending: bool, ascending: str, expected: str | None
) -> None:
    assert sort(sorting.MODEL_FIELDS, sort_by, descending, ascending) == expected


@pytest.mark.parametrize("sort_by", ["activeState", "", "+name", "size"])
def test_what_a_list_cannot_be_sorted_by_is_rejected_with_what_it_can_be(sort_by: str) -> None:
    with pytest.raises(ValueError, match="sort_by must be one of name, active_state"):
        sort(sorting.MODEL_FIELDS, sort_by, False)
