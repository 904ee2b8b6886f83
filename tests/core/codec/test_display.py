"""What people see of a model: its representation, its summary, its table in a notebook, and columns for a frame."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given

from anaplan_client.alm.models import Revision, RevisionsResponse, SyncResult, SyncTask, TaskState
from anaplan_client.authentication.models import TokenInfo, TokenResponse
from anaplan_client.core.codec.columns import to_columns
from anaplan_client.core.codec.display import represent, summarize, write_html
from anaplan_client.integration.models import (
    ActiveState,
    CategoryValue,
    ListItem,
    Model,
    ModelsResponse,
    Reference,
    ViewData,
)

from ..specification import Specification
from ..support import per_model
from .test_models import IDS, SCHEMAS

MOMENT = datetime(2021, 3, 10, 11, 31, 8, tzinfo=UTC)
TASK = SyncTask(id="A1", task_state=TaskState.COMPLETE, creation_time=MOMENT, result=SyncResult(successful=True))
SECRET = "canary-5ea1"
TEXTS: list[Callable[[Any], str]] = [
    repr,
    str,
    represent,
    summarize,
    write_html,
    "{}".format,
    lambda model: repr([model]),
]


def test_an_enumeration_is_shown_as_its_text() -> None:
    assert repr(TaskState.COMPLETE) == "'COMPLETE'"
    assert repr([TaskState("NEW")]) == "['NEW']"
    assert str(TaskState.COMPLETE) == "COMPLETE"


def test_the_representation_is_complete_and_has_moments_in_iso_form() -> None:
    assert repr(TASK) == (
        "SyncTask(id='A1', task_state='COMPLETE', creation_time=2021-03-10T11:31:08+00:00, current_step=None, "
        "result=SyncResult(successful=True, error=None, target_revision_id=None, source_revision_id=None))"
    )
    item = ListItem(id="1", properties={"a": "x", "b": None}, subsets={})
    assert "properties={'a': 'x', 'b': None}, subsets={}" in repr(item)
    assert repr(ViewData(rows=[])) == "ViewData(pages=None, column_coordinates=None, rows=[])"


@pytest.mark.parametrize(
    ("model", "text"),
    [
        (TASK, "SyncTask(id='A1', task_state='COMPLETE', creation_time=2021-03-10T11:31:08+00:00, …)"),
        (Revision(id="A1", name="First"), "Revision(id='A1', name='First')"),
        (Revision(id="A1", name="x" * 500), f"Revision(id='A1', name='{'x' * 38}…)"),
        (Revision(id="A" * 32, name="a\nb"), f"Revision(id='{'A' * 32}', name='a\\nb')"),
        (ModelsResponse(models=[]), "ModelsResponse(models=<0 entries>)"),
        (RevisionsResponse(revisions=[Revision(id="1", name="x")]), "RevisionsResponse(revisions=<1 entry>)"),
        (ViewData(rows=[], pages=["x"] * 5000), "ViewData(pages=<5,000 entries>, rows=<0 entries>)"),
        (
            SyncTask(id="1", task_state=TaskState("NEW"), result=SyncResult()),
            "SyncTask(id='1', task_state='NEW', result=SyncResult(…))",
        ),
        (Reference(), "Reference()"),
    ],
)
def test_the_summary_is_the_first_fields_in_one_line(model: object, text: str) -> None:
    assert str(model) == text


@pytest.mark.parametrize(("specification", "name"), SCHEMAS, ids=IDS)
def test_every_model_has_a_short_line_and_a_table(specification: Specification, name: str) -> None:
    cls = getattr(specification.models, name)

    @per_model()
    @given(specification.values({"$ref": f"#/components/schemas/{name}"}))
    def check(value: dict[str, Any]) -> None:
        model = cls.from_dict(value)
        line = str(model)
        assert line.startswith(f"{name}(")
        assert line.isprintable()
        assert len(line) <= 100
        assert repr(model).startswith(f"{name}(")
        assert len(read_table(model._repr_html_())) == len(shown_names(model))

    check()


SECRETS = {
    *("token_value", "refresh_token", "access_token", "id_token"),
    *("device_code", "user_code", "verification_uri_complete"),
    *("access_key_id", "secret_access_key", "sas_token", "client_secret"),
}


def shown_names(model: Any) -> list[str]:
    hidden = {"additional_properties", "received_names", "ip_address", "session_id", *SECRETS}
    return [item.name for item in model.__attrs_attrs__ if item.name not in hidden]


def read_table(html: str) -> list[tuple[str, str]]:
    """Return the rows of a table that has nothing else in it."""
    cells: list[str] = []
    open_tags: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            assert tag in ("table", "caption", "tr", "th", "td")
            assert not attrs
            open_tags.append(tag)
            if tag in ("th", "td"):
                cells.append("")

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

        def handle_data(self, data: str) -> None:
            if open_tags[-1] in ("th", "td"):
                cells[-1] += data

    Parser().feed(html)
    assert not open_tags
    return list(zip(cells[::2], cells[1::2], strict=True))


def test_the_table_has_every_field_with_its_value_as_text() -> None:
    values = [CategoryValue(id=str(index)) for index in range(12)]
    name = '<script>alert("&")</script>'
    model = Model(id="1", name=name, active_state=ActiveState.LOCKED, last_modified=MOMENT, category_values=values)
    rows = dict(read_table(model._repr_html_()))
    assert name not in model._repr_html_()
    assert (rows["name"], rows["active_state"]) == (name, "LOCKED")
    assert (rows["last_modified"], rows["memory_usage"]) == ("2021-03-10T11:31:08+00:00", "")
    assert rows["category_values"].startswith("CategoryValue(id='0'), CategoryValue(id='1'), ")
    assert rows["category_values"].endswith("CategoryValue(id='9'), <12 entries>")


def test_the_table_of_much_is_small() -> None:
    data = ViewData.from_dict({"pages": ["x" * 100_000], "columnCoordinates": [["a"] * 1000] * 1000, "rows": []})
    assert len(data._repr_html_()) < 5000
    assert len(ListItem(id="1", properties={str(index): "x" * 999 for index in range(99)})._repr_html_()) < 5000


@pytest.mark.parametrize("show", TEXTS)
def test_no_text_shows_a_secret_or_what_is_undocumented(show: Callable[[Any], str]) -> None:
    token = {"expiresAt": 1, "tokenId": "T1", "tokenValue": SECRET, "refreshToken": SECRET, "new": SECRET}
    response = TokenResponse.from_dict({"tokenInfo": token, "new": SECRET})
    for model in (response, response.token_info):
        assert SECRET not in show(model)
    assert "T1" in show(response.token_info)


def test_no_log_line_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    info = TokenInfo(token_value=SECRET, expires_at=MOMENT)
    logging.getLogger("some").warning("%s %r", info, info)
    assert "TokenInfo(expires_at=" in caplog.text
    assert SECRET not in caplog.text


# Columns


MODELS = [
    Model(id="1", name="a", active_state=ActiveState.LOCKED, memory_usage=1.5, last_modified=MOMENT),
    Model(id="2", name="b", category_values=[CategoryValue(id="c")], model_transaction_running=True),
]


def test_columns_have_the_documented_fields_of_all_models() -> None:
    columns = to_columns(MODELS)
    assert list(columns) == shown_names(MODELS[0])
    assert columns["id"] == ["1", "2"]
    assert columns["active_state"] == ["LOCKED", None]
    assert type(columns["active_state"][0]) is str
    assert columns["last_modified"] == [MOMENT, None]
    assert columns["category_values"] == [None, '[{"id": "c"}]']
    assert to_columns(iter(MODELS)) == columns
    assert to_columns([]) == {}


def test_nested_models_and_maps_have_a_column_for_each_of_their_fields() -> None:
    items = [ListItem(id="1", properties={"x": "1"}), ListItem(id="2", properties={"y": None, "z": "3"}, subsets={})]
    columns = to_columns([*items, TASK])
    assert [columns[f"properties.{key}"] for key in "xyz"] == [["1", None, None], [None] * 3, [None, "3", None]]
    assert columns["result.successful"] == [None, None, True]
    assert "subsets" not in columns
    assert "result" not in columns
    assert to_columns(items[:1])["subsets"] == [None]


def test_lists_of_models_are_text_in_all_rows_or_in_none() -> None:
    one, other = Model(id="1", name="a", category_values=[]), MODELS[1]
    assert to_columns([one, other])["category_values"] == ["[]", '[{"id": "c"}]']
    assert to_columns([one])["category_values"] == [[]]
    data = ViewData.from_dict({"columnCoordinates": [["a"], ["b"]], "rows": [{"cells": ["1", None]}]})
    columns = to_columns([data])
    assert columns["column_coordinates"] == [[["a"], ["b"]]]
    assert columns["rows"] == ['[{"cells": ["1", null]}]']


def test_columns_of_several_classes_are_those_of_all_and_without_secrets() -> None:
    columns = to_columns([TASK, TokenInfo(token_value=SECRET, expires_at=MOMENT)])
    assert (columns["id"], columns["expires_at"]) == (["A1", None], [None, MOMENT])
    assert SECRET not in repr(columns)


def test_polars_makes_a_frame_of_models() -> None:
    polars = pytest.importorskip("polars", reason="NOT TESTED: polars is not installed")
    frame = polars.DataFrame(to_columns(MODELS))
    assert frame["id"].to_list() == ["1", "2"]
    assert frame.schema["active_state"] == polars.String
    assert frame.schema["last_modified"] == polars.Datetime("us", "UTC")
    assert frame["last_modified"].to_list() == [MOMENT, None]
    assert polars.DataFrame([model.to_dict() for model in MODELS])["activeState"].to_list() == ["LOCKED", None]


def test_polars_loses_nothing_that_comes_late_or_in_some_models_only() -> None:
    polars = pytest.importorskip("polars", reason="NOT TESTED: polars is not installed")
    values = [CategoryValue(id="1"), CategoryValue(id="2", attribute="late")]
    items: list[Any] = [ListItem(id=str(index), properties={"a": "1"}) for index in range(500)]
    items += [ListItem(id="x", code="late", properties={"b": "late"}), Model(id="1", name="y", category_values=values)]
    frame = polars.DataFrame(to_columns(items))
    assert frame["code"][500] == frame["properties.b"][500] == "late"
    assert json.loads(frame["category_values"][501]) == [{"id": "1"}, {"id": "2", "attribute": "late"}]


def test_pandas_makes_a_frame_of_models() -> None:
    pandas = pytest.importorskip("pandas", reason="NOT TESTED: pandas is not installed")
    frame = pandas.DataFrame(to_columns(MODELS))
    assert frame["id"].tolist() == ["1", "2"]
    assert str(frame["last_modified"].dtype).startswith("datetime64[")
    assert frame["last_modified"][0] == MOMENT
    assert pandas.DataFrame([model.to_dict() for model in MODELS])["name"].tolist() == ["a", "b"]


def test_dates_and_time_spans_stay_what_they_are_in_columns() -> None:
    revision = Revision(id="1", name="x", additional_properties={"a": 1})
    object.__setattr__(revision, "created_by", date(2021, 3, 10))
    object.__setattr__(revision, "applied_by", timedelta(seconds=1))
    columns = to_columns([revision])
    assert (columns["created_by"], columns["applied_by"]) == ([date(2021, 3, 10)], [timedelta(seconds=1)])
    assert "created_by=2021-03-10" in repr(revision)
    assert "applied_by=0:00:01" in repr(revision)
