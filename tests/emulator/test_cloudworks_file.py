"""CloudWorks in the description of a tenant: what it serves, and the errors of invalid descriptions."""

from __future__ import annotations

import copy
import re
from datetime import date
from typing import Any

import pytest

from anaplan_ext import Client, PartialRunError, PermissionDeniedError
from anaplan_ext.emulator import Emulator, TenantError

from .test_tenant_file import TEXT, minimal, yaml

DAY = 86400.0


def tenant(**cloudworks: Any) -> dict[str, Any]:
    """A tenant with an import, an export and a process, and CloudWorks."""
    model = {
        "modules": [{"name": "X"}],
        "files": [{"name": "f.csv", "id": 113000000009}],
        "imports": [{"name": "Load", "id": 112000000009, "file": "f.csv", "module": "X"}],
        "exports": [{"name": "Save", "id": 116000000009, "module": "X"}],
        "processes": [{"name": "All", "id": 118000000009, "actions": ["Load"]}],
    }
    return minimal(**model) | {"cloudworks": cloudworks}


FILES = {"name": "Files", "bucket": "b"}
JOB = {"import": "Load", "connection": "Files", "path": "f.csv"}
LOAD = {"name": "Load it", "model": "M", "jobs": [JOB]}
ALL = {"name": "All of it", "model": "M", "process": "All"}
DAILY = {"type": "daily", "time": "06:30"}


def start(**cloudworks: Any) -> Emulator:
    return Emulator(tenant(**cloudworks))


def test_the_example_of_the_page_runs() -> None:
    with Emulator(yaml.safe_load(TEXT)) as emulator, Client(**emulator.client_arguments) as client:
        names = [integration.name for integration in client.cloudworks.list_integrations()]
        assert names == ["Load invoices", "Export plan", "Run nightly"]
        with pytest.raises(PartialRunError) as caught:
            client.cloudworks.run("Load invoices")
        assert [row.line for row in caught.value.rejected] == ["3"]
        client.cloudworks.run_flow("Night", allow_partial=True)
        assert emulator.cloudworks.bucket("sales-files")["out/plan.csv"].startswith(b"Time,Products,Units")
        assert client.cloudworks.run("Run nightly", allow_partial=True).outcome == "partial"
        assert emulator.advance(7 * DAY) is None
        scheduled = [run for run in client.cloudworks.list_runs("Load invoices") if run.trigger_source == "scheduled"]
        assert len(scheduled) == 5
        assert client.cloudworks.get_notification("Export plan") is not None


def test_ids_are_always_the_same_and_can_be_given() -> None:
    first, second = (start(connections=[FILES], integrations=[LOAD, ALL | {"id": "a" * 32}]) for _ in range(2))
    assert [*first.cloudworks.integrations] == [*second.cloudworks.integrations]
    assert re.fullmatch("[0-9a-f]{32}", next(iter(first.cloudworks.integrations)))
    assert "a" * 32 in first.cloudworks.integrations
    assert first.cloudworks is first.tenant.cloudworks


@pytest.mark.parametrize(
    ("connection", "place", "path"),
    [
        ("AmazonS3", "bucketName", "file"),
        ("AzureBlob", "containerName", "file"),
        ("GoogleBigQuery", "dataset", "table"),
    ],
)
def test_every_kind_of_storage_is_read_and_written(connection: str, place: str, path: str) -> None:
    save = {"export": "Save", "connection": "Files", "path": "o", "overwrite": True}
    emulator = start(
        buckets={"b": {"f.csv": "a,n\nx,1\n", "o": "old"}},
        connections=[FILES | {"type": connection}],
        integrations=[LOAD, {"name": "Save it", "model": "M", "jobs": [save]}],
    )
    with emulator, Client(**emulator.client_arguments) as client:
        (state,) = emulator.cloudworks.connections.values()
        assert (state.type, state.body[place]) == (connection, "b")
        assert client.cloudworks.run("Load it").outcome == "success"
        assert client.cloudworks.run("Save it").outcome == "success"
        assert emulator.cloudworks.bucket("b")["o"].splitlines()[1:] == [b"x,1"]
        (job, *_) = client.cloudworks.get_integration("Load it").jobs or []
        assert path in (job.sources or [])[0].to_dict()


def test_a_schedule_and_a_flow_say_only_what_differs() -> None:
    schedule = {"type": "monthly_relative_weekday", "time": "08:00", "day_of_week": 1, "repeat_every": -1}
    dates = {
        "start_date": date(2026, 2, 1),
        "end_date": "2026-12-31",
        "status": "Inactive",
        "timezone": "Europe/Berlin",
    }
    step = {"integration": "All of it", "enabled": True, "on_failure": "continue", "on_partial_success": "stop"}
    emulator = start(
        connections=[FILES],
        integrations=[LOAD | {"schedule": DAILY}, ALL | {"schedule": schedule | dates}],
        flows=[{"name": "Both", "steps": ["Load it", step]}],
    )
    load, other = emulator.cloudworks.integrations.values()
    assert load.schedule == {
        "name": "Load it",
        "type": "daily",
        "time": "06:30",
        "daysOfWeek": [0, 1, 2, 3, 4, 5, 6],
        "startDate": "2026-01-01",
        "endDate": "2099-12-31",
        "timezone": "Etc/UTC",
        "status": "Active",
    }
    assert (other.schedule or {}) | {"daysOfWeek": []} == {
        "name": "All of it",
        "type": "monthly_relative_weekday",
        "time": "08:00",
        "dayOfWeek": 1,
        "repeatEvery": -1,
        "daysOfWeek": [],
        "startDate": "2026-02-01",
        "endDate": "2026-12-31",
        "timezone": "Europe/Berlin",
        "status": "Inactive",
    }
    (flow,) = emulator.cloudworks.flows.values()
    strategies = [[rule["strategy"] for rule in step["exceptionBehavior"]] for step in flow.body["steps"]]
    assert strategies == [["stop", "continue"], ["continue", "stop"]]
    assert [step["dependsOn"] for step in flow.body["steps"]] == [[], [load.id]]


C = "cloudworks"
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"connectionss": []}, f"{C}.connectionss is unknown; did you mean connections?"),
    ({"buckets": []}, f"{C}.buckets must be a mapping (got [])"),
    ({"buckets": {"b": {"f": 1.5}}}, f"{C}.buckets.b.f must be a text"),
    ({"connections": [{"name": "Files"}]}, f"{C}.connections[0] must have bucket"),
    ({"connections": [FILES | {"type": "Box"}]}, f"{C}.connections[0].type must be one of AmazonS3, AzureBlob"),
    ({"connections": [FILES, FILES]}, f"{C}.connections[1] has the id of another"),
    ({"connections": [FILES, FILES | {"id": "x"}]}, f"{C}.connections[1] has the name of another: Files"),
    ({"integrations": [{"name": "I"}]}, f"{C}.integrations[0] must have model"),
    ({"integrations": [{"name": "I", "model": "M"}]}, f"{C}.integrations[0] must have jobs or a process"),
    (
        {"integrations": [ALL | {"model": "N"}]},
        f"{C}.integrations[0].model must be the name or id of a model of this tenant: M (got 'N')",
    ),
    (
        {"integrations": [ALL | {"process": "None"}]},
        f"{C}.integrations[0].process must be the name or id of a process of the model: All (got 'None')",
    ),
    ({"integrations": [ALL, ALL | {"id": "i"}]}, f"{C}.integrations[1] has the name of another: All of it"),
    (
        {"integrations": [LOAD]},
        f"{C}.integrations[0].jobs[0].connection must be the name or id of a connection: there is none (got 'Files')",
    ),
    (
        {"connections": [FILES], "integrations": [LOAD | {"jobs": [JOB | {"import": "Save"}]}]},
        f"{C}.integrations[0].jobs[0].import must be the name or id of an import of the model: Load (got 'Save')",
    ),
    (
        {"connections": [FILES], "integrations": [LOAD | {"jobs": [JOB | {"export": "Save"}]}]},
        f"{C}.integrations[0].jobs[0] must have an import or an export, and not both",
    ),
    (
        {"connections": [FILES], "integrations": [LOAD | {"jobs": [JOB | {"overwrite": True}]}]},
        f"{C}.integrations[0].jobs[0].overwrite must be left out for an import",
    ),
    (
        {"integrations": [ALL | {"schedule": {"type": "never"}}]},
        f"{C}.integrations[0].schedule.type must be one of daily, hourly",
    ),
    (
        {"integrations": [ALL | {"schedule": {"type": "daily", "time": 390}}]},
        f"{C}.integrations[0].schedule must have a valid time (got '390')",
    ),
    (
        {"integrations": [ALL | {"schedule": {"type": "monthly_specific_day", "time": "08:00"}}]},
        f"{C}.integrations[0].schedule must have a valid day_of_month (got None)",
    ),
    (
        {"integrations": [ALL | {"schedule": DAILY | {"day_of_month": 32}}]},
        f"{C}.integrations[0].schedule.day_of_month must be a day from 1 to 31 (got 32)",
    ),
    (
        {"integrations": [ALL | {"schedule": DAILY | {"days_of_week": [7]}}]},
        f"{C}.integrations[0].schedule.days_of_week[0] must be a day of the week, from 0 for Sunday to 6 (got 7)",
    ),
    (
        {"integrations": [ALL | {"schedule": DAILY | {"start_date": "soon"}}]},
        f"{C}.integrations[0].schedule.start_date must be a date",
    ),
    (
        {"integrations": [ALL | {"schedule": DAILY | {"timezone": "Mars"}}]},
        f"{C}.integrations[0].schedule must have a valid timezone (got 'Mars')",
    ),
    ({"integrations": [ALL], "flows": [{"name": "F", "steps": ["All of it"]}]}, f"{C}.flows[0].steps must have at"),
    (
        {"integrations": [ALL], "flows": [{"name": "F", "steps": ["All of it", "All of it"]}]},
        f"{C}.flows[0].steps[1] must be another integration than those before: All of it",
    ),
    (
        {"integrations": [ALL], "flows": [{"name": "F", "steps": ["Nothing"]}]},
        f"{C}.flows[0].steps[0].integration must be the name or id of an integration: All of it (got 'Nothing')",
    ),
    (
        {"integrations": [ALL], "flows": [{"name": "F", "steps": [{"integration": "All of it", "on_failure": "go"}]}]},
        f"{C}.flows[0].steps[0].on_failure must be one of continue, stop (got 'go')",
    ),
]


@pytest.mark.parametrize(("cloudworks", "text"), WRONG, ids=[text[:70] for _, text in WRONG])
def test_errors_name_the_path(cloudworks: dict[str, Any], text: str) -> None:
    with pytest.raises(TenantError) as caught:
        Emulator(copy.deepcopy(tenant(**cloudworks)))
    assert str(caught.value).startswith(text)


def test_a_user_without_the_role_is_described() -> None:
    description = tenant() | {"users": [{"email": "a@b.c", "integration_user": False}]}
    with (
        Emulator(description) as emulator,
        Client(**emulator.client_arguments) as client,
        pytest.raises(PermissionDeniedError),
    ):
        client.cloudworks.list_integrations()
