"""Every method rejects invalid ids and arguments before any request; ids of unknown forms are opaque."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from anaplan_ext import AsyncClient, Client
from anaplan_ext.arguments.checks import day_text
from anaplan_ext.arguments.ids import EXPECTED, FAMILIES, id_text

from ...core.support import answering, answers

WORKSPACE, MODEL = "8a8b8c8d8e8f1a2b3c4d5e6f78901234", "A1B2C3D4E5F6A1B2C3D4E5F6A1B2C3D4"
REVISION = "1B9A346A6CE14318925862FE85080068"
GOOD: dict[str, Any] = {
    "action_id": "112000000001",
    "cells": [{"lineItemId": "206000000000", "value": 1}],
    "codes": ["a"],
    "content": "id\n",
    "day": "2026-01-31",
    "dimensions": {"Products": "product"},
    "dimension_id": "101000000001",
    "export_id": "116000000001",
    "file_id": "113000000001",
    "frame": object(),  # no method gets as far as to read it
    "import_id": "112000000001",
    "items": [{"code": "a"}],
    "line_item_id": "206000000001",
    "list_id": "101000000001",
    "model_id": MODEL,
    "model_ids": [MODEL],
    "module_id": "102000000001",
    "name": "Release",
    "object_id": "112000000001",
    "path": "export.csv",
    "process_id": "118000000001",
    "revision_id": REVISION,
    "source_model_id": MODEL,
    "source_revision_id": REVISION,
    "target_revision_id": REVISION,
    "task_id": "A" * 32,
    "user_id": WORKSPACE,
    "values": ["Units"],
    "version_id": "107000000001",
    "view_id": "102000000001",
    "workspace_id": WORKSPACE,
    "year": "FY26",
}
ACTIONS = {"export_and_download": "116000000001", "get_optimizer_log": "117000000001"}
NO_IDS: list[Any] = [
    *("", " ", "x\n", "\nx", "x\r\n", " x", "x\t", "a\x00b", "a\x1fb", "x\u2028", "a\ud800", ".", ".."),
    *(True, 1.5, b"x", ["x"], Decimal(112000000001), float("nan")),
]
# These take another client or any request, or no id.
OTHERS = {"from_existing", "send", "stream", "close", "aclose", "alm", "transactional"}


def methods() -> Iterator[tuple[str, str, inspect.Parameter]]:
    """Yield every argument of every method that is an id, with the prefix and the name of the method."""
    with Client(WORKSPACE, MODEL, token="t", base_url="https://api.test") as client:
        faces = {"": client, "alm.": client.alm, "transactional.": client.transactional}
    for prefix, face in faces.items():
        for name, method in inspect.getmembers(type(face), inspect.isfunction):
            if name.startswith("_") or name in OTHERS:
                continue
            for parameter in inspect.signature(method).parameters.values():
                if parameter.name.endswith("_id"):
                    yield prefix, name, parameter


ALL = list(methods())


async def call(client: Any, prefix: str, name: str, changed: dict[str, Any]) -> None:
    """Call a method with valid arguments and some changed ones, and consume its result."""
    face = {"": lambda: client, "alm.": lambda: client.alm, "transactional.": lambda: client.transactional}[prefix]()
    method: Callable[..., Any] = getattr(face, name)
    values = {**GOOD, "action_id": ACTIONS.get(name, GOOD["action_id"])}
    parameters = inspect.signature(method).parameters.values()
    required = {item.name: values[item.name] for item in parameters if item.default is item.empty}
    if name == "lookup_dimension_items":
        required["names"] = ["South"]
    if name in ("wait_for_task", "cancel_task"):
        required["task_id"] = values["task_id"]
    if name == "sync_models":  # in its other form, it gets objects
        required = {item: values[item] for item in ("source_revision_id", "source_model_id", "target_revision_id")}
    result = method(**required | changed)
    if isinstance(result, AsyncIterator):
        async for _ in result:
            pass
    elif inspect.isawaitable(result):
        await result
    elif isinstance(result, Iterator):
        for _ in result:
            pass


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(("prefix", "name", "parameter"), ALL, ids=[f"{p}{n}-{item.name}" for p, n, item in ALL])
async def test_every_method_rejects_an_invalid_id_before_any_request(
    prefix: str, name: str, parameter: inspect.Parameter, kind: Any
) -> None:
    wrong = [*NO_IDS, None] if parameter.default is parameter.empty else NO_IDS
    if name in ("wait_for_task", "cancel_task"):  # without a task id, the other argument is a handle
        wrong = NO_IDS
    with answering(answers(500)) as seen:
        client = kind(WORKSPACE, MODEL, token="t", base_url="https://api.test", retry_count=0)
        for value in wrong:
            with pytest.raises((TypeError, ValueError), match=parameter.name):
                await call(client, prefix, name, {parameter.name: value})
        await (client.aclose() if kind is AsyncClient else nothing())
    assert seen == []


async def nothing() -> None:
    """Do nothing."""


OF_KNOWN_KIND = [(p, n, item) for p, n, item in ALL if item.name in EXPECTED or item.name == "action_id"]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("prefix", "name", "parameter"), OF_KNOWN_KIND, ids=[f"{p}{n}-{item.name}" for p, n, item in OF_KNOWN_KIND]
)
async def test_every_method_rejects_the_id_of_another_kind_before_any_request(
    prefix: str, name: str, parameter: inspect.Parameter, kind: Any
) -> None:
    expected = {
        "upload_and_import": ("112", "118"),
        "export_and_download": ("116",),
        "get_optimizer_log": ("117",),
        "get_failure_dump": ("112", "118"),
        "upload_file": ("113",),
        "upload_file_stream": ("113",),
    }.get(name, ("112", "116", "117", "118") if parameter.name == "action_id" else EXPECTED.get(parameter.name, ()))
    if name == "upload_and_import" and parameter.name == "file_id":
        expected = ("113",)
    with answering(answers(500)) as seen:
        client = kind(WORKSPACE, MODEL, token="t", base_url="https://api.test", retry_count=0)
        for family in FAMILIES.keys() - set(expected):
            for value in (f"{family}000000001", int(f"{family}000000001")):
                with pytest.raises(ValueError, match=parameter.name):
                    await call(client, prefix, name, {parameter.name: value})
        await (client.aclose() if kind is AsyncClient else nothing())
    assert seen == []


CASED = [(p, n, item) for p, n, item in ALL if item.name in ("model_id", "source_model_id", "workspace_id", "user_id")]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(("prefix", "name", "parameter"), CASED, ids=[f"{p}{n}-{item.name}" for p, n, item in CASED])
async def test_an_id_in_the_wrong_case_is_rejected_with_the_right_one(
    prefix: str, name: str, parameter: inspect.Parameter, kind: Any
) -> None:
    right = MODEL if "model" in parameter.name else WORKSPACE
    with answering(answers(500)) as seen:
        client = kind(WORKSPACE, MODEL, token="t", base_url="https://api.test", retry_count=0)
        for value in (right.swapcase(), right[:10] + right[10:].swapcase()):
            with pytest.raises(ValueError, match=f"^{parameter.name} must be in .* case-sensitive .*; use '{right}'"):
                await call(client, prefix, name, {parameter.name: value})
        await (client.aclose() if kind is AsyncClient else nothing())
    assert seen == []


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_the_ids_of_a_client_are_checked_when_it_is_made(kind: Any) -> None:
    for name, right in (("model_id", MODEL), ("workspace_id", WORKSPACE)):
        for value in (*NO_IDS, right.swapcase()):
            with pytest.raises((TypeError, ValueError), match=f"^{name} must be"):
                kind(token="t", **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("list_id", "101999999999"),
        ("dimension_id", "20000000003"),
        ("dimension_id", "20000000020"),
        ("dimension_id", 101999999999),
        ("view_id", "301000000001"),
        ("view_id", "2060000000012"),
        ("view_id", "206000000001"),
        ("list_id", "112"),
        ("list_id", "1120000000001"),
        ("list_id", "a b"),
        ("model_id", "m"),
        ("model_id", "0" * 32),
        ("model_id", "Z" * 31 + "z"),
        ("workspace_id", "A" * 31),
        ("task_id", "a" * 32),
        ("revision_id", "a" * 32),
        ("file_id", "116000000001"),
        ("user_id", "me"),
    ],
)
def test_an_id_of_an_unknown_form_is_opaque(name: str, value: str | int) -> None:
    assert id_text(name, value) == str(value)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
async def test_an_invalid_entry_of_a_list_is_rejected_with_its_index(kind: Any) -> None:
    cases: list[tuple[str, str, dict[str, Any], str]] = [
        ("", "delete_models", {"model_ids": [MODEL, MODEL.lower()]}, r"^model_ids\[1\] must be in upper case"),
        ("", "delete_models", {"model_ids": [MODEL, None]}, r"^model_ids\[1\] must be a string"),
        ("", "delete_models", {"model_ids": MODEL}, "^model_ids must be a list"),
        ("", "delete_models", {"model_ids": None}, "^model_ids must be a list"),
        ("transactional.", "lookup_dimension_items", {"codes": ["a", "b\ud800"]}, r"^codes\[1\] must be text"),
        ("transactional.", "lookup_dimension_items", {"names": ["a", None]}, r"^names\[1\] must be text"),
        ("transactional.", "lookup_dimension_items", {"names": "South"}, "^names must be a list"),
        ("transactional.", "lookup_dimension_items", {"codes": [1]}, r"^codes\[0\] must be a string"),
        ("transactional.", "get_view_data", {"pages": [("101000000001", "x\n")]}, r"^pages\[0\] must be an id"),
        ("transactional.", "get_view_data", {"pages": ["ab"]}, r"^pages\[0\] must be a pair"),
        ("transactional.", "get_view_data", {"pages": [("101000000001", 1), (1,)]}, r"^pages\[1\] must be a pair"),
        ("alm.", "create_revision", {"name": None}, "^name must be text"),
        ("alm.", "create_revision", {"name": "a\ud800"}, "^name must be text that UTF-8 can encode"),
        ("alm.", "create_revision", {"description": "a\ud800"}, "^description must be text that UTF-8 can encode"),
        ("transactional.", "set_current_fiscal_year", {"year": None}, "^year must be text"),
        ("transactional.", "set_current_fiscal_year", {"year": 2026}, "^year must be a string"),
        ("", "list_workspaces", {"search": "a\ud800"}, "^s must be text that UTF-8 can encode"),
    ]
    with answering(answers(500)) as seen:
        client = kind(WORKSPACE, MODEL, token="t", base_url="https://api.test", retry_count=0)
        for prefix, name, changed, message in cases:
            with pytest.raises((TypeError, ValueError), match=message):
                await call(client, prefix, name, changed)
        await (client.aclose() if kind is AsyncClient else nothing())
    assert seen == []


# Times

TIMED = [
    *(("", name) for name in ("run_action", "wait_for_task", "upload_and_import", "export_and_download")),
    *(("alm.", name) for name in ("sync_models", "create_comparison_report", "create_comparison_summary")),
    *(("transactional.", f"get_{name}_stream") for name in ("view_data", "list_items")),
    *(("transactional.", f"iter_{name}_rows") for name in ("view", "list")),
]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(("prefix", "name"), TIMED, ids=[name for _, name in TIMED])
async def test_an_invalid_timeout_is_rejected_before_any_request(prefix: str, name: str, kind: Any) -> None:
    with answering(answers(500)) as seen:
        client = kind(WORKSPACE, MODEL, token="t", base_url="https://api.test", retry_count=0)
        for value in (float("nan"), float("inf"), -1, "30", True):
            with pytest.raises((TypeError, ValueError), match=r"^timeout must be "):
                await call(client, prefix, name, {"timeout": value})
        await (client.aclose() if kind is AsyncClient else nothing())
    assert seen == []


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("name", ["timeout", "status_poll_delay", "upload_chunk_size"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), -1])
def test_an_invalid_number_is_rejected_by_the_constructor(kind: Any, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        kind(token="t", **{name: value})


# What is written

SURROGATE = "a\ud800"
ENTRIES: list[tuple[str, Any]] = [
    *(("items", {field: SURROGATE}) for field in ("name", "code")),
    ("items", {"name": "a", "parent": SURROGATE}),
    ("items", {"name": "a", "properties": {"Region": SURROGATE}}),
    ("items", {"name": "a", "properties": {SURROGATE: "x"}}),
    ("items", {"name": "a", "subsets": {SURROGATE: True}}),
    ("items", {"name": "a", "properties": {"Price": float("nan")}}),
    ("items", {"name": float("nan")}),
    ("items", {"name": "a", "subsets": {"x": float("inf")}}),
    *(("cells", {"lineItemName": "x", "value": value}) for value in (float("nan"), float("-inf"), SURROGATE)),
    ("cells", {"lineItemName": SURROGATE, "value": 1}),
    ("cells", {"lineItemName": "x", "value": 1, "dimensions": [{"dimensionName": "d", "itemName": SURROGATE}]}),
    ("cells", {"lineItemName": "x", "value": 1, "dimensions": [{"dimensionName": "d", "itemId": float("nan")}]}),
]
WRITES = {"items": ["insert_list_items", "update_list_items", "delete_list_items"], "cells": ["update_module_data"]}
LAZILY: dict[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple, "iterator": iter}


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("lazily", LAZILY.values(), ids=LAZILY)
@pytest.mark.parametrize(("argument", "entry"), ENTRIES, ids=range(len(ENTRIES)))
async def test_an_invalid_item_or_cell_is_rejected_with_its_index_before_any_request(
    argument: str, entry: Any, lazily: Callable[[list[Any]], Any], kind: Any
) -> None:
    good = GOOD[argument][0]
    with answering(answers(500)) as seen:
        client = kind(WORKSPACE, MODEL, token="t", base_url="https://api.test", retry_count=0)
        for name in WRITES[argument]:
            changed = {argument: lazily([good, good, entry])}
            with pytest.raises(ValueError, match=rf"^{argument}\[2\]: ") as raised:
                await call(client, "transactional.", name, changed)
            assert SURROGATE not in str(raised.value)
        await (client.aclose() if kind is AsyncClient else nothing())
    assert seen == []


def kind_of(entries: object) -> str:
    return type(entries).__name__


class Frame:
    """Like a frame, which iterates over the names of its columns."""

    def __iter__(self) -> Iterator[str]:
        return iter(["name"])

    def to_dict(self, orient: str) -> list[dict[str, str]]:
        raise AssertionError


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("entries", [None, 5, "name", b"name", {"name": "a"}, {"name"}, Frame(), object()], ids=kind_of)
async def test_an_argument_without_entries_is_rejected_by_name(entries: Any, kind: Any) -> None:
    with answering(answers(500)) as seen:
        client = kind(WORKSPACE, MODEL, token="t", base_url="https://api.test", retry_count=0)
        for argument, names in WRITES.items():
            for name in names:
                with pytest.raises(TypeError, match=f"^{argument} must be an iterable of dictionaries or models"):
                    await call(client, "transactional.", name, {argument: entries})
        await (client.aclose() if kind is AsyncClient else nothing())
    assert seen == []


# Days

MOMENT = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("name", ["set_current_period", "set_version_switchover"])
@pytest.mark.parametrize(
    ("day", "error"),
    [
        *(
            (value, TypeError)
            for value in (None, MOMENT, MOMENT.replace(tzinfo=None), 20260131, 1.0, True, b"2026-01-31")
        ),
        *((value, ValueError) for value in ("31.01.2026", "2026-1-31", "2026-02-30", "20260131", "2026-W05-6", " ")),
        *((value, ValueError) for value in ("2026-01-31\n", "2026-01-31T00:00:00", "today", "a\ud800", "٢٠٢٦-01-31")),
    ],
    ids=ascii,
)
async def test_an_invalid_day_is_rejected_before_any_request(
    day: Any, error: type[Exception], name: str, kind: Any
) -> None:
    with answering(answers(500)) as seen:
        client = kind(WORKSPACE, MODEL, token="t", base_url="https://api.test", retry_count=0)
        with pytest.raises(error, match=r"^day must be a d"):
            await call(client, "transactional.", name, {"day": day})
        await (client.aclose() if kind is AsyncClient else nothing())
    assert seen == []


@pytest.mark.parametrize(("day", "text"), [(date(2026, 1, 31), "2026-01-31"), ("2024-02-29", "2024-02-29"), ("", "")])
def test_a_day_is_written_as_anaplan_reads_it(day: date | str, text: str) -> None:
    assert day_text("day", day) == text
