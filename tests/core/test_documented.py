"""The table of documented operations: each has its function, and no function is an invention."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from .specification import Operation, specifications

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).resolve().parent.parent / "data" / "integration_operations.yaml").read_text(encoding="utf-8")
)
DOCUMENTED: dict[str, list[str]] = TABLE["specified"] | TABLE["documented"]
FUNCTIONS = {operation.id: operation for operation in specifications()["integration"].operations()}


def form(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def short(documented: str) -> str:
    """The form without the workspace, and without a slash at its end."""
    return re.sub(r" /workspaces/\{workspaceId\}(/models/\{modelId\}/.+?)/?$", r" \1", documented)


@pytest.mark.parametrize(("documented", "functions"), DOCUMENTED.items(), ids=DOCUMENTED)
def test_a_documented_operation_has_its_function_in_one_of_its_forms(documented: str, functions: list[str]) -> None:
    assert functions
    for name in functions:
        assert form(FUNCTIONS[name]) in (documented, short(documented))


def test_no_function_is_an_invention_and_none_is_missing_from_the_table() -> None:
    assert sorted({name for functions in DOCUMENTED.values() for name in functions}) == sorted(FUNCTIONS)


def test_of_two_forms_one_is_specified_and_the_long_one_only_where_it_is_the_only_one() -> None:
    forms = {form(operation) for operation in FUNCTIONS.values()}
    assert len({short(one) for one in forms}) == len(forms)
    for name, operation in FUNCTIONS.items():
        documented = {one for one, functions in DOCUMENTED.items() if name in functions}
        assert form(operation) == short(form(operation)) or documented == {form(operation)}


def test_what_is_left_out_has_a_reason_and_is_left_out() -> None:
    for documented, reason in TABLE["omitted"].items():
        assert reason.endswith(".")
        assert documented not in DOCUMENTED
        assert short(documented) not in {short(form(operation)) for operation in FUNCTIONS.values()}
