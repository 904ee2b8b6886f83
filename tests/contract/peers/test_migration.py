"""The page on migration: every method of anaplan-sdk is mapped, and both columns of its tables run."""

import json
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from anaplan_client.cloudworks import models as cloudworks_models
from anaplan_ext import Client, to_request
from anaplan_ext.cli.options import OPTIONS
from anaplan_ext.cli.tree import HELPS, get_group
from anaplan_ext.cloudworks import schedules
from anaplan_ext.cloudworks.definitions import step
from anaplan_ext.emulator import Emulator
from anaplan_ext.emulator.state.tenant import Workspace
from anaplan_ext.users import field

from ..integrations import CONNECTION, FLOW, INTEGRATION, NOTIFICATION, RUN
from .test_peers import PYTHON

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/migration.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `((?:list\()?(?:client|target)\..*?)` \| `(.*?)` \| (.*?) ?\|$", PAGE, re.MULTILINE)
SECOND, THIRD, OLD = (f"{'f' * 31}{number}" for number in range(3))
IDS = {
    "file_id": 113000000000,
    "import_id": 112000000000,
    "export_id": 116000000000,
    "action_id": 117000000000,
    "process_id": 118000000000,
    "run_id": RUN,
    "integration_id": INTEGRATION,
    "second_integration_id": SECOND,
    "third_integration_id": THIRD,
    "old_integration_id": OLD,
    "connection_id": CONNECTION,
    "second_connection_id": "c" * 31 + "0",
    "notification_id": NOTIFICATION,
    "flow_id": FLOW,
    "content": "id,amount\n1,10\n",
    "date": "2026-03-01",
}


def prepare(emulator: Emulator) -> dict[str, Any]:
    """Fill the tenant, and return the names of the expressions."""
    from ...ext.conformance.world import build_history, build_tenant

    emulator.observer = None  # the other client sends what the specifications do not have
    build_tenant(emulator)
    model = emulator.model(emulator.development_model_id)
    model.add_module("Sales", applies_to=["Airports"], line_items=["Units"])
    view_id = model.add_view("Sales", "By airport", rows=["Airports"], columns=["Line items"])
    build_history(emulator)
    for name in (THIRD, OLD):
        emulator.cloudworks.integrations[name] = evolve(emulator.cloudworks.integrations[SECOND], id=name, runs=[])
    emulator.cloudworks.integrations[INTEGRATION].runs[0].dumps[""] = b"x"
    state = emulator.cloudworks
    first, second = (state.integrations[name] for name in (INTEGRATION, SECOND))
    steps = [{"type": "Integration", "referrer": each.id, "isSkipped": False} for each in (first, second)]
    state.flows[FLOW].body = state.flows[FLOW].body | {"steps": [step | {"exceptionBehavior": []} for step in steps]}
    other = evolve(model, id="D0E5A4B3C2D14F60A7B8C9D0E1F2A399", name="Old", is_open=False)
    emulator.tenant.workspaces.append(Workspace(id="8a8b8c8d9e0000000000000000000b09", name="Old", models=[]))
    emulator.tenant.workspaces[0].models.append(other)
    with Client(**emulator.client_arguments) as client:
        names: dict[str, Any] = dict(IDS)
        lists = {one.name: one.id for one in client.transactional.list_lists()}
        names["list_id"], names["numbered_list_id"] = int(lists["Airports"] or 0), int(lists["Carriers"] or 0)
        (module,) = [one for one in client.transactional.list_modules() if one.name == "Sales"]
        (item,) = client.transactional.list_line_items(module.id)
        names |= {"module_id": int(module.id), "line_item_id": int(item.id), "view_id": int(view_id)}
        names["cells"] = [
            {
                "lineItemName": "Units",
                "dimensions": [{"dimensionName": "Airports", "itemName": "Newark"}],
                "value": 1,
            }
        ]
        names["task_id"] = client.list_tasks(IDS["import_id"])[0].id
        source = client.alm.create_revision("For both", "To sync")
        model.add_list("Since then")
        production = client.with_model(emulator.production_model_id)
        latest = production.alm.get_latest_revision()
        assert latest is not None
        user = client.whoami()
        calendar = client.transactional.get_model_calendar()
        names |= {"source_revision_id": source.id, "target_revision_id": latest.id, "user_id": user.id}
        names["year"] = getattr(calendar, "fiscal_year", None) and calendar.fiscal_year.year
    names |= {
        "workspace_id": emulator.workspace_id,
        "model_id": emulator.development_model_id,
        "target_model_id": emulator.production_model_id,
        "other_model_id": other.id,
    }
    return names


def for_sdk(names: dict[str, Any]) -> dict[str, Any]:
    """What only anaplan-sdk takes: bodies as dictionaries."""
    place = {"workspaceId": names["workspace_id"], "modelId": names["model_id"]}
    user = {"userName": "eve@example.com", "externalId": "E1", "name": {"givenName": "Eve", "familyName": "Doe"}}
    referrers = [names["integration_id"], names["second_integration_id"]]
    steps = [
        {"type": "Integration", "referrer": referrer, "isSkipped": False, "exceptionBehavior": [], "dependsOn": before}
        for referrer, before in zip(referrers, ([], referrers[:1]), strict=True)
    ]
    return {
        "new_connection": {
            "type": "AmazonS3",
            "body": {
                "name": "More files",
                "accessKeyId": "key",
                "secretAccessKey": "secret",
                "bucketName": "more-files",
            },
        },
        "changed_connection": {
            "name": "Other files",
            "accessKeyId": "key",
            "secretAccessKey": "secret",
            "bucketName": "files",
        },
        "changed_integration": {
            "name": "Load others",
            "version": "2.0",
            "processId": names["process_id"],
            "nuxVisible": False,
            **place,
        },
        "new_integration": {
            "name": "Load more",
            "version": "2.0",
            "processId": names["process_id"],
            "nuxVisible": False,
            **place,
        },
        "new_schedule": {
            "name": "Daily",
            "type": "daily",
            "time": "06:30",
            "daysOfWeek": [1, 2],
            "startDate": "2026-01-01",
            "endDate": "2030-01-01",
            "timezone": "Europe/London",
        },
        "new_notification": {
            "integrationIds": [names["integration_id"]],
            "channels": ["email"],
            "notifications": {"config": [{"type": "success", "users": [names["user_id"]]}]},
        },
        "new_flow": {"name": "Weekly", "version": "2.0", "type": "IntegrationFlow", "steps": steps},
        "new_user": user,
        "whole_user": user | {"id": names["user_id"], "userName": "ada@example.com", "active": True},
    }


def for_us(names: dict[str, Any], client: Client) -> dict[str, Any]:
    """What only this library takes: models and helpers."""
    from datetime import UTC, datetime

    bucket = cloudworks_models.AmazonS3Body(
        name="More files", access_key_id="key", secret_access_key="secret", bucket_name="more-files"
    )
    span: Any = {"start": date(2026, 1, 1), "end": date(2030, 1, 1), "timezone": "Europe/London"}
    return {
        "client": client,
        "target": client.with_model(names["target_model_id"]),
        "bucket": bucket,
        "changed_bucket": evolve(bucket, name="Other files"),
        "schedule": schedules.daily("Daily", "06:30", **span),
        "ConnectionChanges": cloudworks_models.ConnectionChanges,
        "step": step,
        "field": field,
        "to_request": to_request,
        "week_ago": datetime.now(UTC) - timedelta(days=7),
    }


def is_run(row: tuple[str, str, str]) -> bool:
    return "not run" not in row[2]


def test_the_right_column_runs_here(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = prepare(emulator)
    failed: dict[str, str] = {}
    with Client(**emulator.client_arguments) as client:
        names |= for_us(names, client)
        for _, expression, remark in ROWS:
            if remark.endswith("; not run"):
                continue
            try:
                value = eval(expression, names)
            except Exception as error:
                failed[expression] = f"{type(error).__name__}: {error}"
                continue
            ids = [names[key] for key in ("source_revision_id", "model_id", "target_revision_id")]
            if "create_comparison_report" in expression:
                names["report_task"] = value
            if "create_comparison_summary" in expression:
                names["summary_task"] = names["target"].alm.create_comparison_summary(*ids, wait_for_completion=False)
    assert failed == {}


@pytest.mark.contract
@pytest.mark.skipif(not PYTHON.exists(), reason="needs anaplan-sdk in build/peers")
def test_the_left_column_runs_with_anaplan_sdk_and_has_all_of_its_methods(emulator: Emulator) -> None:
    names = prepare(emulator)
    names |= for_sdk(names)
    expressions = [left for left, right, remark in ROWS if is_run((left, right, remark))]
    place = (emulator.url, names["workspace_id"], names["model_id"], emulator.user_email, emulator.password)
    done = subprocess.run(
        [PYTHON, Path(__file__).with_name("sdk_table.py"), *place],
        input=json.dumps({"names": names, "expressions": expressions}),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    failed = {expression: error for expression, error in found["results"].items() if error is not None}
    # A row with † says that the call fails there.
    marked = {left for left, _, remark in ROWS if "†" in remark}
    assert {name: error for name, error in failed.items() if name not in marked} == {}
    assert marked - failed.keys() == set()
    mapped = {re.sub(r"^list\(", "", left).partition("(")[0].replace("target.", "client.") for left, _, _ in ROWS}
    assert set(found["methods"]) - mapped == set()
    assert mapped - set(found["methods"]) == set()
    assert [name for name in found["classes"] if not re.search(rf"\b{name}\b", PAGE)] == []


def test_the_options_on_the_right_of_anaplan_connect_exist() -> None:
    table = PAGE.partition("## From Anaplan Connect")[2]
    rows = re.findall(r"^\| (.*?) \| (.*?) \|", table, re.MULTILINE)[2:]
    commands = [command for name in HELPS for command in get_group(name).commands]
    flags = {flag for option in OPTIONS for flag in option.flags}
    flags |= {flag for command in commands for argument in command.arguments for flag in argument.flags}
    variables = {option.variable for option in OPTIONS}
    paths = {command.path for command in commands}
    assert len(rows) >= 28
    for _, right in rows:
        for word in re.findall(r"`(.*?)`", right):
            if word.startswith("--") or re.fullmatch("-[a-z]", word):
                assert word in flags, word
            elif word.startswith("ANAPLAN_"):
                assert word in variables | {
                    *("ANAPLAN_USER", "ANAPLAN_PASSWORD", "ANAPLAN_CERTIFICATE"),
                    *("ANAPLAN_PRIVATE_KEY", "ANAPLAN_PRIVATE_KEY_PASSWORD"),
                }, word
            elif word.startswith("anaplan "):
                named = word.removeprefix("anaplan ").partition(" SOURCE")[0].partition(" anaplan://")[0]
                assert named in paths or named in HELPS, word
            elif re.fullmatch("[a-z]+ list", word):
                assert word in paths, word
