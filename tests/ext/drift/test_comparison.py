"""What the comparison says of the constructs of the small API: other JSON, arrays, unions, and free-form objects."""

import json
from pathlib import Path
from typing import Any

import pytest

from anaplan_client.core import Observed, Request
from anaplan_client.core.codec import decode
from anaplan_ext.drift.comparison import compare
from anaplan_ext.drift.documents import build_document

GOLDEN = Path(__file__).parents[2] / "generator/render/mini/golden/openapi.json"
MINI = build_document("mini", json.loads(GOLDEN.read_text(encoding="utf-8")))
OTHER = "application/vnd.mini+json"


def differences(operation: str, value: object, media: str = "application/json") -> set[tuple[str, str]]:
    request: Request[Any] = Request(
        operation=f"mini.{operation}",
        method="GET",
        host="api",
        path="/",
        effect="safe",
        role="none",
        decode=decode.parse_json,
        accept=media,
    )
    observed = Observed(request, 200, {"content-type": media}, json.dumps(value).encode())
    return {(found.kind, found.where) for found in compare(MINI, observed)}


CASES: list[tuple[str, object, str, set[tuple[str, str]]]] = [
    ("list_shapes", [{"extra": {"a": 1}, "anyValue": [1, None]}], OTHER, set()),
    ("list_shapes", [{"news": 1}], OTHER, {("unknown field", "/[]/news")}),
    ("list_shapes", {}, OTHER, {("type", "")}),
    ("list_shapes", [{"shape": {"type": "circle", "radius": "x"}}], OTHER, {("type", "/[]/shape/radius")}),
    ("draw_shape", {"type": "circle", "radius": 1}, "application/json", set()),
    ("draw_shape", {"type": "circle", "radius": 1, "new": 1}, "application/json", {("unknown field", "/new")}),
    ("draw_shape", "circle", "application/json", {("type", "")}),
    ("draw_shape", {"type": "circle"}, "application/json", {("missing field", "/radius")}),
    ("draw_shape", {"type": "hexagon", "side": 1}, "application/json", set()),
    ("change_shapes", {"any": [1]}, "application/json", set()),
    ("rename_shapes", {"box": "x"}, "application/json", {("type", "/{}")}),
    ("search_shapes", ["a", 1], "application/json", {("type", "/[]")}),
]


@pytest.mark.parametrize(("operation", "value", "media", "expected"), CASES)
def test_a_construct_is_compared(operation: str, value: object, media: str, expected: set[tuple[str, str]]) -> None:
    assert differences(operation, value, media) == expected
