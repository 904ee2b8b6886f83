"""What integrations and flows are defined by, and how runs end: pure decisions."""

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from anaplan_client.cloudworks import models
from anaplan_ext.cloudworks import definitions, runs
from anaplan_ext.cloudworks.definitions import chain, check_integration, export_job, import_job, request_of, step
from anaplan_ext.cloudworks.reports import find_failed_integrations

WHEN = datetime(2026, 3, 2, tzinfo=UTC)
STORES: list[Any] = [
    models.AmazonS3Connection(id="c"),
    models.GoogleBigQueryConnection(id="c"),
    models.AzureBlobConnection(id="c"),
]


@pytest.mark.parametrize("connection", STORES, ids=lambda connection: connection.type)
def test_jobs_are_made_for_each_kind_of_storage(connection: Any) -> None:
    load = import_job(connection, "flights", "112000000000", "113000000000").to_dict()
    path = "table" if connection.type == "GoogleBigQuery" else "file"
    outside = {"type": connection.type, "connectionId": "c", path: "flights"}
    assert load == {
        "type": f"{connection.type}ToAnaplan",
        "sources": [outside],
        "targets": [{"type": "Anaplan", "actionId": "112000000000", "fileId": "113000000000"}],
    }
    export = export_job(connection, "flights", 116000000000, overwrite=False).to_dict()
    assert export["targets"] == [{**outside, "overwrite": False}]
    for bad in ({"path": " "}, {"import_id": "116000000000"}, {"file_id": "112000000000"}):
        arguments = {"path": "p", "import_id": "112000000000", "file_id": "113000000000", **bad}
        with pytest.raises(ValueError, match=next(iter(bad))):
            import_job(connection, **arguments)
    if path == "file":
        with pytest.raises(ValueError, match="mapping must be omitted"):
            export_job(connection, "p", "116000000000", mapping={"a": "b"})
    else:
        mapped = import_job(connection, "p", "112000000000", "113000000000", mapping={"a": "b"}).to_dict()
        assert mapped["mapping"] == [{"sourceName": "a", "targetName": "b"}]


RECEIVED: dict[str, Any] = {
    "integrationId": "i",
    "name": "n",
    "workspaceId": "w",
    "modelId": "m",
    "processId": "",
    "version": "2.0",
    "jobs": [
        {
            "type": "AmazonS3ToAnaplan",
            "sources": [
                {
                    "type": "AmazonS3",
                    "connectionId": "c",
                    "file": "f",
                    "connectionName": "x",
                    "bucketName": None,
                    "new": 1,
                }
            ],
            "targets": [{"type": "Anaplan", "actionId": "112000000000", "fileId": "113000000000", "new": 1}],
            "mapping": [],
        }
    ],
}


@pytest.mark.parametrize(
    ("text", "is_id"), [("0" * 32, True), ("f" * 32, True), ("F" * 32, False), ("f" * 31, False), ("load", False)]
)
def test_an_id_has_32_hexadecimal_digits_in_lower_case(text: str, is_id: bool) -> None:
    assert definitions.is_id(text) is is_id


def test_what_only_responses_have_is_not_sent_back() -> None:
    request = request_of(models.Integration.from_dict(RECEIVED))
    check_integration(request)
    assert request.to_dict() == {
        "name": "n",
        "version": "2.0",
        "workspaceId": "w",
        "modelId": "m",
        "jobs": [
            {
                "type": "AmazonS3ToAnaplan",
                "sources": [{"type": "AmazonS3", "connectionId": "c", "file": "f"}],
                "targets": [{"type": "Anaplan", "actionId": "112000000000", "fileId": "113000000000"}],
            }
        ],
    }


def test_an_integration_with_storage_that_came_later_is_not_written() -> None:
    later = {**RECEIVED, "jobs": [{"type": "BoxToAnaplan", "sources": [{"type": "Box"}], "targets": []}]}
    with pytest.raises(ValueError, match="jobs must be of a known kind of storage to be written"):
        request_of(models.Integration.from_dict(later))
    with pytest.raises(ValueError, match="integration must have a model_id"):
        request_of(models.Integration(id="i", name="n", workspace_id="w"))


@pytest.mark.parametrize("end", [{"file": None}, {"connection_id": None}, {"file": ""}])
def test_a_job_needs_everything_of_its_ends(end: dict[str, Any]) -> None:
    job = import_job(STORES[0], "f", "112000000000", "113000000000")
    (source,) = job.sources or []
    request = models.IntegrationRequest(name="n", workspace_id="w", model_id="m", jobs=[job])
    check_integration(request)
    with pytest.raises(ValueError, match=rf"jobs\[0\] must have {next(iter(end))}"):
        check_integration(evolve(request, jobs=[evolve(job, sources=[evolve(source, **end)])]))


@pytest.mark.parametrize(
    ("changes", "is_changed"),
    [
        ({}, False),
        ({"latestRun": {"message": "Running"}, "schedule": {"type": "daily"}}, False),
        ({"name": "other"}, True),
        ({"processId": "118000000000"}, True),
        ({"jobs": []}, True),
        ({"nuxVisible": True}, True),
        ({"modificationDate": "2026-03-02T00:00:01Z"}, True),
    ],
)
def test_a_change_of_the_definition_is_seen(changes: dict[str, Any], is_changed: bool) -> None:
    read = models.Integration.from_dict(RECEIVED)
    assert definitions.is_changed(read, models.Integration.from_dict({**RECEIVED, **changes})) is is_changed


# Flows


def test_each_step_depends_on_the_one_before() -> None:
    steps = chain([step("a", on_failure="continue"), step("b", enabled=False), step(models.Integration(id="c"))])
    assert [item.depends_on for item in steps] == [None, ["a"], ["b"]]
    assert [item.is_skipped for item in steps] == [False, True, False]
    first = [(rule.type, rule.strategy) for rule in steps[0].exception_behavior]
    assert first == [("failure", "continue"), ("partial_success", "continue")]
    with pytest.raises(ValueError, match="on_failure must be 'stop' or 'continue'"):
        step("a", on_failure="retry")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([], "at least 2 enabled steps .got 0"),
        ([step("a")], "at least 2 enabled steps .got 1"),
        ([step("a"), step("b", enabled=False)], "at least 2 enabled steps .got 1"),
        ([step(f"{number}") for number in range(101)], "at most 100 steps .got 101"),
        ([step("a"), step("b"), step("a")], "each integration once .got a twice"),
    ],
)
def test_a_flow_that_does_not_work_is_rejected(steps: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        chain(steps)


# Runs


@pytest.mark.parametrize(
    ("fields", "finished", "outcome"),
    [
        ({"message": "Running"}, False, None),
        ({"message": "Queued", "success": False}, False, None),
        ({"message": "Running", "success": False, "end_date": WHEN}, False, None),
        ({"message": "in progress..."}, False, None),
        ({}, False, None),
        ({"message": "Failed", "success": False}, False, None),
        ({"success": True, "message": "Success"}, True, "success"),
        ({"end_date": WHEN, "success": True}, True, "success"),
        ({"end_date": WHEN, "success": True, "execution_error_code": 38}, True, "partial"),
        ({"end_date": WHEN, "success": False, "execution_error_code": 38}, True, "partial"),
        ({"end_date": WHEN, "success": True, "execution_error_code": 12}, True, "failure"),
        ({"end_date": WHEN, "success": False, "message": "Running the import failed"}, True, "failure"),
        ({"end_date": WHEN, "success": False, "message": "Run was canceled"}, True, "cancelled"),
        ({"end_date": WHEN, "success": None}, True, "failure"),
        ({"execution_error_code": 35}, True, "failure"),
    ],
)
def test_a_success_is_proven_and_a_run_in_progress_is_not_finished(
    fields: dict[str, Any], finished: bool, outcome: str | None
) -> None:
    run = models.Run(id="r", **fields)
    assert runs.is_finished(run) is finished
    if finished:
        assert runs.outcome_of(run) == outcome


ERROR = {
    "actionId": "112000000000",
    "actionName": "Load",
    "failureDumpGenerated": True,
    "errorMessage": [{"localMessageText": "Bad", "occurrences": 2, "type": "t", "values": [None]}],
}


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (None, 0),
        ({}, 0),
        ([], 0),
        ("x", 0),
        ({"errorMessages": None}, 0),
        ({"errorMessages": "x"}, 0),
        ({"errorMessages": [ERROR, 7]}, 1),
        ([{"errorMessages": [ERROR]}, {"errorMessages": [ERROR]}], 2),
    ],
)
def test_errors_are_read_from_each_form(value: object, count: int) -> None:
    errors = runs.read_errors(value)
    assert len(errors) == count
    for error in errors:
        assert (error.action_id, error.name, error.dump_available) == ("112000000000", "Load", True)
        assert [(detail.local_message_text, detail.occurrences) for detail in error.details] == [("Bad", 2)]


def test_an_error_of_another_form_has_no_message_but_is_one() -> None:
    (error,) = runs.read_errors({"errorMessages": [{"errorMessage": [{"occurrences": "many"}], "actionId": 7}]})
    assert (error.action_id, error.dump_available) == ("", False)
    assert [detail.local_message_text for detail in error.details] == ["Anaplan gives no reason"]
    report = runs.build_run_report(models.Run(id="r", integration_id="i"), [error], None)
    assert pickle.loads(pickle.dumps(report)) == report


# Reports


def test_failed_integrations_are_the_latest_first_and_only_since_then() -> None:
    def integration(name: str, **run: Any) -> models.Integration:
        return models.Integration(id=name, name=name, latest_run=models.LatestRun(**run) if run else None)

    day = WHEN.replace(day=1)
    failed = {"success": False, "message": "no", "end_date": WHEN}
    entries = [
        integration("never"),
        integration("empty", message=None),
        integration("good", success=True, start_date=WHEN, end_date=WHEN),
        integration("running", message="Running", start_date=WHEN),
        integration("early", start_date=day, **failed),
        integration("late", start_date=WHEN, **failed),
        integration("undated", **failed),
    ]
    assert [entry.integration.id for entry in find_failed_integrations(entries)] == ["late", "early", "undated"]
    (late,) = find_failed_integrations(entries, WHEN)
    assert str(late) == "late: failure at 2026-03-02 00:00 UTC: no"
    with pytest.raises(ValueError, match="since must have a time zone"):
        find_failed_integrations(entries, datetime(2026, 3, 2))
