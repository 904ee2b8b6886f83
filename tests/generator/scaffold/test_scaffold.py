"""`new-api` and `add-operation`: what they write keeps the rules at once, and what they cannot write is refused."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.__main__ import main
from generator.lint import rules
from generator.scaffold import yaml_edit
from generator.scaffold.drafts import Draft, ScaffoldError, add_operation, new_api
from generator.scaffold.samples import Schemas, UnclearSampleError, singularize
from generator.spec import document

from ..conftest import GOOD, OPENAPI

SERVER = "https://api.anaplan.com/2/0"
Node = dict[str, Any]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "openapi").mkdir()
    (tmp_path / "openapi/anaplan_good.yaml").write_text(GOOD.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("server", "host"),
    [
        (SERVER, "api"),
        ("https://auth.anaplan.com", "auth"),
        ("https://eu3.auth.anaplan.com/", "auth"),
        ("https://audit.anaplan.com/audit/api/1", "audit"),
        ("https://api.cloudworks.anaplan.com/2/0", "cloudworks"),
        ("https://us1a.app.anaplan.com", "app"),
    ],
)
def test_a_new_api_keeps_the_rules_and_knows_its_host(server: str, host: str, root: Path) -> None:
    path = new_api(root, "boxes", server)
    spec = document.load(path, root)
    assert rules.check(spec) == []
    assert spec.name == "boxes"
    assert spec.node["servers"] == [{"url": server.rstrip("/"), "x-anaplan-host": host}]


@pytest.mark.parametrize(
    ("name", "server", "message"),
    [
        ("Boxes", SERVER, "name must be a new package name, such as boxes (got Boxes)"),
        ("2boxes", SERVER, "name must be a new package name, such as boxes (got 2boxes)"),
        ("core", SERVER, "name must be a new package name, such as boxes (got core)"),
        ("good", SERVER, "openapi/anaplan_good.yaml exists"),
        (
            "boxes",
            "http://api.anaplan.com",
            "server must be an https URL, such as https://api.anaplan.com/2/0 (got http://api.anaplan.com)",
        ),
        (
            "boxes",
            "api.anaplan.com",
            "server must be an https URL, such as https://api.anaplan.com/2/0 (got api.anaplan.com)",
        ),
        ("boxes", "https://example.com", "the host of https://example.com is unknown; pass --host, one of api, auth"),
    ],
)
def test_an_api_that_cannot_be_started_is_refused(
    name: str, server: str, message: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "anaplan_client/core").mkdir(parents=True)
    before = sorted((root / "openapi").iterdir())
    assert main(["new-api", name, "--server", server, "--root", str(root)]) == 2
    assert capsys.readouterr().err.startswith(message)
    assert sorted((root / "openapi").iterdir()) == before


def test_a_host_can_be_named(root: Path) -> None:
    arguments = ["--server", "https://au1a.api2.anaplan.com/2/0", "--host", "api", "--root", str(root)]
    assert main(["new-api", "boxes", *arguments]) == 0
    assert document.load(root / "openapi/anaplan_boxes.yaml", root).node["servers"][0]["x-anaplan-host"] == "api"


LIDS = '{"lids": [{"id": "L"}, {"color": "RED"}]}'
DRAFTS = [
    Draft(api="boxes", method="get", path="/lids/{lidId}", id="get_lid", response='{"lid": {"lidId": "L"}}'),
    Draft(api="boxes", method="get", path="/lids", id="list_lids", response=LIDS),
    Draft(api="boxes", method="get", path="/lids/{lidId}/image", id="download_image", response="binary"),
    Draft(api="boxes", method="put", path="/lids/{lidId}/image", id="upload_image", body="binary"),
    Draft(api="boxes", method="post", path="/lids", id="create_lid", body='{"name": "a"}', response='{"id": "L"}'),
    Draft(api="boxes", method="patch", path="/lids/{lidId}", id="change_lid", body='{"name": "a", "size": 2}'),
    Draft(api="boxes", method="delete", path="/lids/{lidId}", id="delete_lid", role="none", tag="ends", summary="End."),
    Draft(api="boxes", method="post", path="/sync", id="start_sync", effect="idempotent", query=["all:boolean", "s"]),
    Draft(api="boxes", method="get", path="/pages", id="list_pages", query=["limit:integer"], response='{"page": 1}'),
]


@pytest.mark.parametrize(("api", "drafts"), [("boxes", DRAFTS), ("good", DRAFTS), ("alm", DRAFTS[:2])])
def test_operations_of_every_kind_keep_the_rules_and_what_is_there(api: str, drafts: list[Draft], root: Path) -> None:
    shutil.copy(OPENAPI / "anaplan_alm.yaml", root / "openapi")
    if api == "boxes":
        new_api(root, "boxes", SERVER)
    path = root / f"openapi/anaplan_{api}.yaml"
    before = path.read_text(encoding="utf-8").splitlines()
    for draft in drafts:
        assert add_operation(root, evolve(draft, api=api))[0] == path
    spec = document.load(path, root)
    assert rules.check(spec) == []
    assert {draft.id for draft in drafts} <= {operation.id for operation in spec.operations()}
    after = iter(path.read_text(encoding="utf-8").splitlines())
    # Every line and comment is there, in its order; only what was empty made room.
    assert [line for line in before if line not in ("tags: []", "paths: {}") and line not in after] == []


def test_an_operation_is_generated_and_reads_its_sample(root: Path, tmp_path: Path) -> None:
    new_api(root, "boxes", SERVER)
    sample = {"lid": {"lidId": "L", "date": "2026-01-31", "seen": 1571088565713, "ratio": 0.5, "open": True}}
    draft = Draft(api="boxes", method="get", path="/lids/{lidId}", id="get_lid", response=json.dumps(sample))
    path, line = add_operation(root, draft)
    assert path.read_text(encoding="utf-8").splitlines()[line - 1] == "    get:"
    schema = document.load(path, root).schemas["Lid"]
    assert {
        name: (node["type"], node.get("format"), node.get("x-python-name"))
        for name, node in schema["properties"].items()
    } == {
        "lidId": ("string", None, "id"),
        "date": ("string", "date", "lid_date"),
        "seen": ("integer", "epoch-milliseconds", None),
        "ratio": ("number", None, None),
        "open": ("boolean", None, None),
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"api": "lids"}, "api must be one of good (got lids)"),
        ({"id": "list_boxes"}, "list_boxes, or GET /lids, exists already"),
        ({"api": "integration", "id": "download_view_data"}, "download_view_data, or GET /lids, exists already"),
        ({"path": "/boxes"}, "get_lids, or GET /boxes, exists already"),
        ({"answer": "{"}, "not JSON: "),
        ({"answer": "[]"}, "a sample must be a JSON object or binary"),
        ({"answer": '{"a": null}'}, "LidsResponse.a must have a value in the sample (got null)"),
        ({"answer": '{"a": ["\\u001f"]}'}, r"a sample must have no control or half character (got '\x1f' in 'a.0')"),
        (
            {"answer": '{"a\\ud800": 1}'},
            r"a sample must have no control or half character (got 'a\ud800' in 'a\ud800')",
        ),
        ({"answer": '{"hl8p": {"a": 1}}'}, "no class can be called after hl8p"),
        ({"answer": '{"a": []}'}, "LidsResponse.a must have an entry in the sample (got [])"),
        (
            {"query": ["limit:int"]},
            "query must be a name and one of string, integer, number, boolean, such as limit:integer (got limit:int)",
        ),
        ({"answer": "@nowhere.json"}, "nowhere.json: cannot be read: "),
    ],
)
def test_an_operation_that_cannot_be_started_is_refused(
    changes: dict[str, Any], message: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"api": "good", "path": "/lids", "id": "get_lids", "answer": '{"a": "b"}', "query": [], **changes}
    options = [f"--id={given['id']}", f"--response={given['answer']}", *(f"--query={name}" for name in given["query"])]
    if given["api"] == "integration":  # one of its operations is two functions
        shutil.copy(OPENAPI / "anaplan_integration.yaml", root / "openapi")
    before = (root / "openapi/anaplan_good.yaml").read_bytes()
    assert main(["add-operation", given["api"], "GET", given["path"], *options, "--root", str(root)]) == 2
    assert capsys.readouterr().err.startswith(message)
    assert (root / "openapi/anaplan_good.yaml").read_bytes() == before


def test_an_operation_that_would_break_a_rule_is_told_and_not_written(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / "openapi/anaplan_good.yaml").read_bytes()
    assert main(["add-operation", "good", "GET", "/lids", "--id=getLids", "--root", str(root)]) == 2
    assert "[operation-id]" in capsys.readouterr().err
    assert (root / "openapi/anaplan_good.yaml").read_bytes() == before


def test_a_path_parameter_that_the_api_has_is_used_again(root: Path) -> None:
    draft = Draft(api="good", method="get", path="/boxes/{boxId}/lids/{lidId}", id="get_lid", response='{"a": "b"}')
    path, _ = add_operation(root, draft)
    box, lid = document.load(path, root).node["paths"][draft.path]["get"]["parameters"]
    assert box == {"$ref": "#/components/parameters/BoxId"}
    assert lid["name"] == "lidId"


def test_a_sample_may_be_in_a_file(root: Path, tmp_path: Path) -> None:
    (tmp_path / "lid.json").write_text('{"lid": {"id": "L"}}', encoding="utf-8")
    command = ["add-operation", "good", "get", "/lid", "--id=get_lid", f"--response=@{tmp_path / 'lid.json'}"]
    assert main([*command, "--root", str(root)]) == 0
    assert "Lid" in document.load(root / "openapi/anaplan_good.yaml", root).schemas


def test_what_is_written_in_one_line_is_not_taken_apart() -> None:
    with pytest.raises(ValueError, match="line 2: a must have a line for each of its parts"):
        yaml_edit.add_entry("# Head.\na: {b: {c: 1}}\n", ("a", "d"), {"e": 1})


@pytest.mark.parametrize(
    ("text", "path", "result"),
    [
        ("a:\n  b: {c: 1}\n\n# Next.\nz: 1\n", ("a",), "a:\n  b: {c: 1}\n  d: {e: 1}\n\n# Next.\nz: 1\n"),
        ("a: {}\nz: 1\n", ("a",), "a:\n  d: {e: 1}\nz: 1\n"),
        ("z: 1\n", ("a", "b"), "z: 1\na:\n  b:\n    d: {e: 1}\n"),
        ("a: # Here.\n  b:\n    - 1\n", ("a",), "a: # Here.\n  b:\n    - 1\n  d: {e: 1}\n"),
        ("a:\n- 1\nz: 1\n", (), "a:\n- 1\nz: 1\nd: {e: 1}\n"),
    ],
)
def test_an_entry_is_put_behind_the_others(text: str, path: tuple[str, ...], result: str) -> None:
    assert yaml_edit.add_entry(text, (*path, "d"), {"e": 1}) == result


@pytest.mark.parametrize("path", sorted(OPENAPI.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_other_byte_of_a_specification_stays(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    first, *_, last = document.parse(text, "").node["paths"]
    for place in [
        ("new",),
        ("paths", "/new"),
        ("components", "schemas", "New"),
        ("paths", first, "new"),
        ("paths", last, "new"),
    ]:
        extended = yaml_edit.add_entry(text, place, {"e": 1})
        added = "  " * (len(place) - 1) + f"{place[-1]}: {{e: 1}}\n"
        gap = "\n" if place == ("paths", "/new") else ""
        assert extended.replace(gap + added, "", 1) == text
    assert yaml_edit.add_item(text, "tags", {"e": 1}).replace("  - {e: 1}\n", "", 1) == text


@pytest.mark.parametrize(
    ("word", "single"),
    [
        ("boxes", "box"),
        ("entries", "entry"),
        ("models", "model"),
        ("status", "status"),
        ("class", "class"),
        ("dishes", "dish"),
    ],
)
def test_one_of_several(word: str, single: str) -> None:
    assert singularize(word) == single


def test_a_schema_with_the_fields_is_used_again() -> None:
    known: dict[str, Node] = {"Lid": {"type": "object", "properties": {"id": {}, "name": {}}}}
    schemas = Schemas(known, closed=False)
    assert schemas.of("lid", {"id": "L"}) == {"$ref": "#/components/schemas/Lid"}
    assert schemas.new == {}
    # One with others gets a name of its own.
    assert schemas.of("lid", {"color": "RED"}, "Box") == {"$ref": "#/components/schemas/BoxLid"}
    assert list(schemas.new) == ["BoxLid"]
    with pytest.raises(UnclearSampleError, match="schema lid exists already with other fields"):
        schemas.of("lid", {"size": 1}, "Box")


NAMES = st.from_regex(r"[a-z][a-zA-Z0-9]{0,8}", fullmatch=True)
LEAVES = st.none() | st.booleans() | st.integers(-5, 2 * 10**12) | st.floats(-5, 5) | st.text(max_size=12)
LEAVES |= st.sampled_from(
    ["2026-01-31", "2026-01-31T10:00:00Z", "yes", "null", "012", "a: b", "#", "{", "'", '"', "- x", "a\x85b", "\u2028"]
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=9
)
SAMPLES = st.dictionaries(NAMES, VALUES, max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=SAMPLES, body=SAMPLES)
def test_any_sample_gives_a_specification_that_keeps_the_rules_or_is_refused(
    answer: Node, body: Node, root: Path
) -> None:
    path = root / "openapi/anaplan_boxes.yaml"
    path.unlink(missing_ok=True)
    new_api(root, "boxes", SERVER)
    draft = Draft(
        api="boxes", method="post", path="/lids", id="make_lid", response=json.dumps(answer), body=json.dumps(body)
    )
    before = path.read_bytes()
    try:
        add_operation(root, draft)
    except ScaffoldError:
        assert path.read_bytes() == before
        return
    spec = document.load(path, root)
    assert rules.check(spec) == []
    (operation,) = spec.operations()
    (content,) = operation.node["responses"]["200"]["content"].values()
    assert content["example"] == answer
