"""Every command, once: its JSON is as its schema says, and no secret and no value of a rejected row is printed."""

import io
import json
import shlex
from pathlib import Path

import keyring
import pytest

from anaplan_client.cloudworks import models
from anaplan_ext import Client
from anaplan_ext.cloudworks.definitions import import_job, step
from anaplan_ext.emulator import Emulator

from .conftest import GOOD, MIXED, Run
from .keyrings import InMemoryKeyring
from .test_tree import COMMANDS

CANARY = "canary-value"
MISSING = "6B86B273FF34FCE19D6B804EFF5A3F57"
# In this order, in one tenant: what a later command shows is what an earlier one has changed. `{…}` is what a command
# before has printed, or what the tenant was set up with.
LINES = """
auth login -p kept --user ada@example.com --password-stdin --region ''
auth status
auth logout -p kept
config set model 'Planning Prod' -p kept
config get model -p kept
config unset model -p kept
config list -p kept
config profiles
config path
config check
workspaces list --sizes
workspaces get Planning
workspaces admins Planning
workspaces visitors Planning
models list --sizes
models get 'Planning Dev'
models offline 'Planning Prod'
models online 'Planning Prod'
models close 'Planning Prod'
models open 'Planning Prod'
files list
files get flights.csv
cp mixed.csv anaplan://flights.csv
actions list
actions get 'Load flights'
imports list
imports get 'Load flights'
exports list
exports get 'Export flights'
processes list
processes get 'Reload flights'
3 load flights.csv=mixed.csv --process 'Reload flights' --rejects-dir rejects --summary json:run.json
3 run 'Load flights'
export 'Export flights' -O out.jsonl
tasks list 'Load flights'
tasks get 'Load flights' {task}
3 tasks wait 'Load flights' {task}
1 tasks cancel 'Load flights' {task}
tasks dump 'Load flights' {task} -O rejects
files rm flights.csv --yes
lists list
lists get Airports
lists items Airports --all
lists add Airports -f added.csv
lists update Airports -f updated.csv
lists delete Airports -f deleted.csv --yes
lists reset-index Carriers
modules list
modules views Flights
modules line-items Flights
views list
views get Flights
views read Flights -O view.csv
cells write Sales -f cells.csv
alm revisions list
alm revisions get 'Initial model'
alm revisions where 'Initial model'
alm syncable --source 'Planning Dev' -m 'Planning Prod'
alm diff --source 'Planning Dev' -m 'Planning Prod'
alm revisions create 'Release 12'
alm status --source 'Planning Dev' --target 'Planning Prod'
10 alm plan --source 'Planning Dev' --target 'Planning Prod' --revision 'Aircraft types' --out release.plan
alm show release.plan
alm approve release.plan
alm apply release.plan --require-approvals 1 --yes
alm changelog --since 'Initial model'
alm history
alm sync --source 'Planning Dev' -m 'Planning Prod' --yes
audit events
users list
users create eve@example.com --given-name Eve --family-name Adams
users get eve@example.com
users update eve@example.com --family-name Byron
users deactivate eve@example.com --yes
users activate eve@example.com
users inactive --since 90d
users access sam@example.com
access report -w Planning
access who 'Planning Prod'
exceptions add sam@example.com -w Planning
exceptions list -w Planning
exceptions remove sam@example.com -w Planning
cloudworks connections list
cloudworks integrations list
cloudworks integrations get 'Nightly flights'
3 cloudworks run 'Nightly flights'
cloudworks integrations failed
cloudworks runs list 'Nightly flights'
cloudworks runs get {run}
cloudworks runs errors {run}
cloudworks schedules set 'Nightly flights' --cron '30 6 * * 1-5' --start 2026-12-01 --end 2027-11-30 --zone UTC
cloudworks schedules list
cloudworks schedules disable 'Nightly flights'
cloudworks schedules enable 'Nightly flights'
cloudworks schedules delete 'Nightly flights' --yes
cloudworks notifications set 'Nightly flights' --on-failure {user} --channel email
cloudworks notifications get 'Nightly flights'
cloudworks notifications delete 'Nightly flights'
cloudworks flows list
cloudworks flows get Both
3 cloudworks flows run Both
cloudworks flows cancel Both
cloudworks flows delete Both --yes
1 cloudworks cancel 'Nightly flights'
cloudworks integrations delete 'Weekly flights' --yes
cloudworks connections delete {connection} --yes
api GET /2/0/users/me
drift walk --max-per-kind 1 --skip integration.get_view_data
help exit-codes
completion bash
11 models delete 'Planning Dev' -w Planning --yes
"""
# These print a secret or the values of rejected rows on request; one serves until Ctrl-C. `conformance` has its own
# tests, since it sends wrong requests on purpose.
ASKED = {"auth token", "tasks dump", "cloudworks runs dump", "emulator start", "conformance"}
FILES = {
    "added.csv": "name,code\nDenver,DEN\n",
    "updated.csv": "code,parent\nDEN,\n",
    "deleted.csv": "code\nDEN\n",
    "cells.csv": "lineItem,Products,value\nUnits,Apples,7\n",
}


@pytest.fixture
def known(emulator: Emulator, environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A tenant in which every command has something to do."""
    environment["XDG_CONFIG_HOME"] = str(tmp_path)
    user = emulator.tenant.users[0]
    user.password = environment["ANAPLAN_PASSWORD"] = "canary-password"
    user.tenant_auditor = user.tenant_security_administrator = True
    emulator.tenant.workspaces[0].single_sign_on = True
    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", items=["Apples"])
    model.add_module("Sales", applies_to=["Products"], line_items=["Units"])
    emulator.cloudworks.bucket("files")["flights.csv"] = MIXED.encode()
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    body = models.AmazonS3Body(name="Files", access_key_id="id", secret_access_key="canary-key", bucket_name="files")
    with Client(**emulator.client_arguments, status_poll_delay=0) as client:
        connection = client.cloudworks.create_connection(body)
        job = import_job(connection, "flights.csv", "112000000000", "113000000000")
        one, two = (
            client.cloudworks.create_integration(f"{name} flights", jobs=[job]) for name in ("Nightly", "Weekly")
        )
        client.cloudworks.create_flow("Both", [step(one), step(two)])
    return {"connection": connection.id, "user": user.id}


def test_every_command_is_here() -> None:
    words = [line.lstrip("0123456789 ") for line in LINES.strip().splitlines()]
    tested = {command.path for command in COMMANDS if any(f"{line} ".startswith(f"{command.path} ") for line in words)}
    assert {command.path for command in COMMANDS} - tested == ASKED - {"tasks dump"}


def test_every_command_prints_its_json_and_no_secret(
    anaplan: Run, emulator: Emulator, known: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The fixture `anaplan` checks the JSON."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{emulator.password}\n"))
    before = keyring.get_keyring()
    keyring.set_keyring(InMemoryKeyring())
    printed: dict[str, str] = {}
    try:
        for line in LINES.strip().splitlines():
            code, _, words = line.partition(" ") if line[0].isdigit() else ("0", "", line)
            ran = anaplan(*shlex.split(words.format(**known)), "-o", "json", "--debug", "--log-format", "json")
            assert ran.code == int(code), (line, ran.out, ran.err)
            printed[line] = ran.out + ran.err
            if words.startswith(("tasks list", "cloudworks runs list")):
                known["task" if words.startswith("tasks") else "run"] = json.loads(ran.out)[0]["id"]
    finally:
        keyring.set_keyring(before)
    secrets = [CANARY, "canary-key", emulator.password, *issued_tokens(emulator)]
    assert len(secrets) > 10
    assert [(line, secret) for line, text in printed.items() for secret in secrets if secret in text] == []
    # What was asked for is there.
    assert CANARY in (tmp_path / "rejects" / "112000000000.csv").read_text()
    assert CANARY not in (tmp_path / "run.json").read_text()


def issued_tokens(emulator: Emulator) -> set[str]:
    """Return every token that a request was signed with."""
    headers = (dict(exchange.request_headers).get("authorization", "") for exchange in emulator.exchanges)
    return {value.partition(" ")[2] for value in headers if value}


def test_what_was_asked_for_is_printed(anaplan: Run, emulator: Emulator, tmp_path: Path) -> None:
    ran = anaplan("auth", "token", "--debug")
    token = ran.out.strip()
    assert ran.code == 0
    assert token not in ran.err
    for words in (("-o", "id"), ("-o", "csv", "--columns", "token", "--no-headers")):
        assert len(anaplan("auth", "token", *words).out.splitlines()) == 1
    for name in ("ANAPLAN_TOKEN",):
        ran = anaplan("models", "list", ANAPLAN_USER="", ANAPLAN_PASSWORD="", **{name: token})
        assert "Planning Dev" in ran.out
    assert json.loads(anaplan("auth", "token", "-o", "json").out)["authorization"].startswith("AnaplanAuthToken ")
    (tmp_path / "flights.csv").write_text(GOOD)
