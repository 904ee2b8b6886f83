"""What the generator relies on in openapi-python-client. A version that differs fails here, and says in what.

The templates read these of it, and no other: the names and modules of classes, the properties of a model with their
names and whether they are required, the values of an enum, and the operations by tag. All but that is the
specification's.
"""

from pathlib import Path

import pytest

from generator.render.engine import Engine, pascal_case, snake_case, to_argument_name, to_member_name
from generator.render.package import build_engine_document
from generator.spec import document
from generator.spec.document import InvalidSpecificationError, Spec
from generator.spec.split_operations import iter_functions

GOOD = (Path(__file__).parent.parent / "anaplan_good.yaml").read_text("utf-8")
FILE = "openapi/anaplan_good.yaml"


def parse(*changes: tuple[str, str]) -> Spec:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return document.parse(text, FILE)


def start(spec: Spec, target: Path) -> Engine:
    return Engine(spec, build_engine_document(spec), target)


@pytest.mark.parametrize(
    ("name", "pascal", "snake", "argument"),
    [
        ("boxId", "BoxId", "box_id", "box_id"),
        ("BoxID", "BoxID", "box_id", "box_id"),
        ("HTTPError", "HTTPError", "http_error", "http_error"),
        ("sort by", "SortBy", "sort_by", "sort_by"),
        ("a.b-c", "ABC", "a_b_c", "a_b_c"),
        ("filter[x]", "Filterx", "filterx", "filterx"),
        ("class", "Class", "class", "class_"),
        ("list", "List", "list", "list_"),
        ("id", "Id", "id", "id"),
    ],
)
def test_a_name_becomes_one_of_python(name: str, pascal: str, snake: str, argument: str) -> None:
    assert (pascal_case(name), snake_case(name), to_argument_name(name)) == (pascal, snake, argument)


@pytest.mark.parametrize(("value", "member"), [("RED", "red"), ("dark blue", "dark_blue"), ("2", "value_0")])
def test_a_value_becomes_a_member(value: str, member: str) -> None:
    assert to_member_name(value, 0) == member


def test_an_operation_has_its_path_and_its_arguments(tmp_path: Path) -> None:
    spec = parse(("- name: sort\n", "- name: 'sort\"by'\n"))
    operations = {operation.id: operation for operation in iter_functions(spec)}
    endpoints = start(spec, tmp_path / "good").endpoints(operations)
    assert endpoints.keys() == operations.keys()
    listed = endpoints["list_boxes"]
    assert listed.path == "/boxes"
    # A quote in a name arrives as it is.
    assert [(item.name, item.required) for item in listed.query_arguments] == [("limit", False), ('sort"by', False)]
    upload = endpoints["upload_content"]
    assert upload.path == "/boxes/{box_id}/content"
    assert [(item.name, item.python_name) for item in upload.path_arguments] == [("boxId", "box_id")]


def test_a_class_has_its_module(tmp_path: Path) -> None:
    modules = start(parse(), tmp_path / "good").modules
    assert modules == {
        "Box": "box",
        "BoxRequest": "box_request",
        "BoxesResponse": "boxes_response",
        "Color": "color",
    }


@pytest.mark.parametrize(
    ("values", "rule"), [("[RED, red]", "engine"), ("[é, e]", ""), ("['a b', a_b]", "engine")], ids=repr
)
def test_members_of_one_name_are_problems(values: str, rule: str, tmp_path: Path) -> None:
    spec = parse(("[RED, BLUE]", values))
    try:
        start(spec, tmp_path / "good")
        found = ""
    except InvalidSpecificationError as error:
        found = error.problems[0].rule
    assert found == rule


def test_what_the_engine_cannot_parse_is_a_problem(tmp_path: Path) -> None:
    spec = parse()
    with pytest.raises(InvalidSpecificationError) as raised:
        Engine(spec, {"openapi": "3.0.3"}, tmp_path / "good")
    (problem,) = raised.value.problems
    assert (problem.file, problem.rule) == (FILE, "engine")
