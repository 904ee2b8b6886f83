"""The commands of CloudWorks."""

import json

import pytest

from anaplan_client.cloudworks import models
from anaplan_ext import Client
from anaplan_ext.cloudworks.definitions import import_job, step
from anaplan_ext.emulator import Emulator

from .conftest import GOOD, MIXED, Run

BUCKET = models.AmazonS3Body(name="Files", access_key_id="id", secret_access_key="canary-key", bucket_name="files")


@pytest.fixture
def integrations(emulator: Emulator) -> None:
    """Two integrations that load a file, and a flow of both."""
    with Client(**emulator.client_arguments, status_poll_delay=0) as client:
        connection = client.cloudworks.create_connection(BUCKET)
        job = import_job(connection, "flights.csv", "112000000000", "113000000000")
        one = client.cloudworks.create_integration("Nightly flights", jobs=[job])
        two = client.cloudworks.create_integration("Weekly flights", jobs=[job])
        client.cloudworks.create_flow("Both", [step(one), step(two)])


def test_an_integration_is_run_and_its_runs_are_shown(anaplan: Run, emulator: Emulator, integrations: None) -> None:
    emulator.cloudworks.bucket("files")["flights.csv"] = GOOD.encode()
    assert "Nightly flights" in anaplan("cloudworks", "integrations", "list").out
    ran = anaplan("cloudworks", "run", "nightly flights", "-o", "json")
    # CloudWorks does not count the rows of a success.
    assert (ran.code, json.loads(ran.out)[0]["loaded"]) == (0, None), ran.err
    (run,) = json.loads(anaplan("cloudworks", "runs", "list", "Nightly flights", "-o", "json").out)
    assert run["success"] is True
    assert json.loads(anaplan("cloudworks", "runs", "get", run["id"], "-o", "json").out)["id"] == run["id"]
    assert "yes" in anaplan("cloudworks", "integrations", "get", "Nightly flights").out
    assert json.loads(anaplan("cloudworks", "integrations", "failed", "--since", "24h", "-o", "json").out) == []


def test_a_run_with_rejected_rows_has_the_code_of_a_load(anaplan: Run, emulator: Emulator, integrations: None) -> None:
    emulator.cloudworks.bucket("files")["flights.csv"] = MIXED.encode()
    ran = anaplan("cloudworks", "run", "Nightly flights", "--debug")
    assert ran.code == 3
    assert "canary" not in ran.out + ran.err
    (failed,) = json.loads(anaplan("cloudworks", "integrations", "failed", "-o", "json").out)
    assert (failed["name"], failed["outcome"]) == ("Nightly flights", "partial")
    (run,) = json.loads(anaplan("cloudworks", "runs", "list", "Nightly flights", "-o", "json").out)
    assert "canary-value" in anaplan("cloudworks", "runs", "dump", run["id"]).out
    # What the error says to type next works.
    last = next(line for line in ran.err.splitlines() if "anaplan cloudworks" in line)
    assert last == f"  what went wrong: anaplan cloudworks runs errors {run['id']}"
    assert anaplan(*last.partition("anaplan ")[2].split()).code == 0
    flow = anaplan("cloudworks", "flows", "run", "Both")
    assert (flow.code, flow.err.splitlines()[-1].startswith("  see its runs: anaplan cloudworks")) == (3, True)
    assert anaplan(*flow.err.splitlines()[-1].partition("anaplan ")[2].split()).code == 0


def test_flows_and_connections_are_listed_without_secrets(anaplan: Run, emulator: Emulator, integrations: None) -> None:
    emulator.cloudworks.bucket("files")["flights.csv"] = GOOD.encode()
    ran = anaplan("cloudworks", "connections", "list", "--debug")
    assert "Files" in ran.out
    assert "canary" not in ran.out + ran.err
    assert anaplan("cloudworks", "flows", "run", "Both").code == 0
    assert json.loads(anaplan("cloudworks", "flows", "list", "-o", "json").out)[0]["success"] is True
    assert anaplan("cloudworks", "run", "Nobody").code == 5
    for words in (("run", "Nightly flights"), ("cancel", "Nightly flights"), ("flows", "run", "Both")):
        assert anaplan("cloudworks", *words, "--dry-run").code == 0
    assert anaplan("cloudworks", "integrations", "failed", "--since", "soon").code == 2
