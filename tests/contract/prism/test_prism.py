"""One pass of all operations through Prism: what others read in the specifications is what client and emulator do.

It needs node, and Prism in `build/prism`, where `nox -s prism` puts it before it runs this.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from attrs import evolve

from anaplan_client import audit, authentication, integration, oauth
from anaplan_client.cloudworks.models import AmazonS3Body, ConnectionChanges
from anaplan_client.core import Observed
from anaplan_client.integration import models
from anaplan_ext import AnaplanActionError, Client, PartialRunError, ServerError, StatusError
from anaplan_ext.administration.user_rows import read_user_rows
from anaplan_ext.cloudworks.definitions import import_job, step
from anaplan_ext.cloudworks.schedules import from_cron
from anaplan_ext.drift.walk import walk
from anaplan_ext.emulator import Action, Emulator, Fault, Limits, Model, Process
from anaplan_ext.emulator.state.oauth import DEVICE_CLIENT_ID
from anaplan_ext.users import field
from anaplan_ext.users.changes import to_request

from ...core.specification import operations
from .proxy import NODE, PRISM, VIOLATIONS, prism

pytestmark = pytest.mark.skipif(not NODE or not PRISM.is_dir(), reason="needs node, and Prism in build/prism")

FILE, IMPORT, EXPORT, ACTION, PROCESS = "113000000000", "112000000000", "116000000000", "117000000000", "118000000000"
OPTIMIZER, OPTIMIZE = "117000000001", "118000000001"
DAY = date(2026, 1, 1)
FORECAST, TIME = "107000000002", "20000000003"
BEYOND = {
    # Prism reads every body as text, which no compressed one survives: these go to the emulator directly.
    "integration.upload_file_chunk",
    # Prism follows the redirect, which is for a browser.
    "oauth.start_authorization",
    # Live tenants no longer serve it.
    "cloudworks.list_model_integrations",
}


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Emulator, str]]:
    with (
        Emulator(limits=Limits(view_cells=12)) as emulator,
        prism(emulator.url, tmp_path_factory.mktemp("prism")) as url,
    ):
        build(emulator)
        yield emulator, url


@pytest.fixture
def emulator(proxied: tuple[Emulator, str]) -> Emulator:
    return proxied[0]


@pytest.fixture
def seen() -> list[Observed]:
    return []


@pytest.fixture
def client(proxied: tuple[Emulator, str], seen: list[Observed]) -> Iterator[Client]:
    emulator, url = proxied
    with Client(
        workspace_id=emulator.workspace_id,
        model_id=emulator.development_model_id,
        user_email=emulator.user_email,
        password=emulator.password,
        base_url=url,
        retry_count=0,
        observer=seen.append,
    ) as client:
        yield client


def build(emulator: Emulator) -> None:
    model = emulator.model(emulator.development_model_id)
    model.add_list("Products", properties={"Color": "TEXT"})
    model.add_list("Empty")
    model.add_module("Sales", applies_to=["Products", "Time"], line_items=["Units"])
    model.items_of("Products").add("Apples", "A")
    model.actions.append(Action(id=OPTIMIZER, name="Best mix", module="Flights", action_type="OPTIMIZER"))
    model.processes.append(Process(id=OPTIMIZE, name="Optimize", action_ids=[OPTIMIZER]))
    emulator.tenant.workspaces[0].models.append(Model(id="D0" * 16, name="Old plan", files=[]))


def test_every_operation_passes(client: Client, emulator: Emulator, seen: list[Observed]) -> None:
    tokens(client)
    loads(client, emulator)
    tasks(client, emulator)
    lists(client, emulator)
    views(client, emulator)
    calendar(client, emulator)
    lifecycle(client, emulator)
    for _ in walk(client.send, max_per_kind=3):
        pass
    storage(client, emulator)
    people(client, emulator)
    events(client, emulator)
    sign_in(client, emulator)
    administration(client, emulator)
    assert [
        (one.request.operation, one.status, one.headers[VIOLATIONS]) for one in seen if VIOLATIONS in one.headers
    ] == []
    assert {repr(operation) for operation in operations()} - {one.request.operation for one in seen} == BEYOND


def test_a_wrong_answer_is_noticed(client: Client, emulator: Emulator) -> None:
    emulator.inject(Fault(path="/users/me$", kind="changed", change=lambda body: {**body, "user": {"id": 7}}))
    with pytest.raises(ServerError) as caught:
        client.send(integration.get_current_user())
    assert "user.id must be string" in str(caught.value.context.body)


def test_a_wrong_request_is_noticed(client: Client, emulator: Emulator) -> None:
    with pytest.raises(StatusError) as caught:
        client.send(evolve(integration.list_files(emulator.development_model_id), params={"limit": "few"}))
    assert "query parameter limit must be integer" in str(caught.value.context.body)


def storage(client: Client, emulator: Emulator) -> None:
    """Send the operations of CloudWorks. Nobody serves the list of the integrations of a model any more."""
    emulator.cloudworks.bucket("files")["flights.csv"] = b"id,amount\n1,10\n2,ten\n"
    face = client.cloudworks
    body = AmazonS3Body(name="Files", access_key_id="id", secret_access_key="key", bucket_name="files")
    connection = face.replace_connection(face.create_connection(body), body, overwrite=True)
    connection = face.update_connection(connection, ConnectionChanges(name="Bucket"), overwrite=True)
    job = import_job(connection, "flights.csv", IMPORT, FILE)
    load = face.create_integration("Load", jobs=[job])
    process = face.create_integration("Process", jobs=[job], process_id=PROCESS)
    for integration_to_run in (face.update_integration(load, name="Load flights"), process):
        with pytest.raises(PartialRunError) as caught:
            face.run(integration_to_run)
        assert list(caught.value.dumps) == [IMPORT]
    face.list_runs(load)
    face.start_run(load)
    face.cancel_run(load)
    schedule = from_cron("0 6 * * *", name="s", start=DAY, end=DAY.replace(year=2036), timezone="Etc/UTC")
    for _ in range(2):
        face.set_schedule(load, schedule, overwrite=True)
    face.disable_schedule(load)
    face.delete_schedule(load)
    user_id = emulator.tenant.users[0].id
    face.get_notification(load)
    face.set_notification(load, {"success": [user_id]})
    face.delete_notification(load)
    face.set_notification(load, {"success": [user_id]})
    flow = face.create_flow("Flow", [step(load), step(process)])
    face.update_flow(flow, name="Nightly")
    face.run_flow("Nightly", allow_partial=True)
    face.delete_flow(flow)
    face.delete_integration(load)
    face.delete_connection(connection)


def people(client: Client, emulator: Emulator) -> None:
    """Send the operations on users: SCIM, their file, and exceptions from single sign-on."""
    users = client.users
    eve = users.create("eve@example.com", "Eve", "Doe", workspaces=[emulator.workspace_id])
    assert eve.id is not None
    body = evolve(to_request(users.get(eve.id)), external_id="E-7")
    assert users.replace(eve.id, body).external_id == "E-7"
    assert users.update(eve.id, given_name="Eva", remove_workspaces=[emulator.workspace_id]).name.given_name == "Eva"
    assert [user.id for user in users.list(field("userName") == "eve@example.com")] == [eve.id]
    assert users.list_resource_types()
    assert users.list_schemas()
    assert users.get_service_provider_config().patch
    rows = read_user_rows(client.administration.export_users())
    assert client.administration.import_users(rows).is_complete
    emulator.tenant.workspaces[0].single_sign_on = True
    client.exception_users.add(eve.id, emulator.workspace_id)
    assert client.exception_users.list(workspace_id=emulator.workspace_id)
    client.exception_users.remove(eve.id, emulator.workspace_id)


def events(client: Client, emulator: Emulator) -> None:
    start = datetime.fromtimestamp(int(emulator.now()) - 3600, UTC)
    assert list(client.audit.iter_events(start))
    assert list(client.audit.iter_events(start, search=True))
    assert b"CEF:" in client.send(audit.download_events(interval_in_hours=1))
    search = audit.models.SearchRequest(date_from=start)
    assert b"CEF:" in client.send(audit.download_searched_events(body=search))


def sign_in(client: Client, emulator: Emulator) -> None:
    """Send the operations of OAuth."""
    code = client.send(oauth.create_device_code(body=oauth.models.DeviceCodeRequest(client_id=DEVICE_CLIENT_ID)))
    emulator.approve_device(code.user_code)
    grant = oauth.models.DeviceCodeGrant(client_id=DEVICE_CLIENT_ID, device_code=code.device_code)
    assert client.send(oauth.create_token(body=grant)).access_token


def tokens(client: Client) -> None:
    client.send(authentication.validate_token())
    client.send(authentication.refresh_token())
    client.send(authentication.delete_token())


def loads(client: Client, emulator: Emulator) -> None:
    model = emulator.development_model_id
    client.send(integration.set_file_chunk_count(model, FILE, body=models.SetChunkCountRequest(chunk_count=1)))
    client.send(integration.upload_file(model, FILE, body=b"id,amount\n1,10\n2,ten\n"))
    for action in (IMPORT, PROCESS):
        with pytest.raises(AnaplanActionError) as caught:
            client.run_action(action)
        assert list(caught.value.dumps) == [IMPORT]
        task = caught.value.task.id
        if action == IMPORT:
            client.send(integration.get_import_dump(model, IMPORT, task))
        else:
            client.send(integration.get_process_dump(model, PROCESS, task, IMPORT))
    assert client.export_and_download(EXPORT) == b"id,amount\n1,10\n"
    client.send(integration.download_file(model, EXPORT))
    with Client(
        model_id=model, user_email=emulator.user_email, password=emulator.password, base_url=emulator.url
    ) as direct:
        direct.upload_file(FILE, "id,amount\n1,10\n")
    client.send(integration.complete_file(model, FILE, body=models.CompleteFileRequest(id=FILE)))
    assert client.run_action(IMPORT).loaded == 1


def tasks(client: Client, emulator: Emulator) -> None:
    emulator.task_seconds = 3600
    for action in (IMPORT, EXPORT, ACTION, PROCESS):
        client.cancel_task(action, client.invoke_action(action))
    emulator.task_seconds = 0
    task = client.run_action(OPTIMIZE).task
    assert b"Best mix" in client.get_optimizer_log(OPTIMIZER, task.id)
    client.run_action(ACTION)
    client.delete_file(FILE)


def lists(client: Client, emulator: Emulator) -> None:
    model, transactional = emulator.development_model_id, client.transactional
    found = {one.name: one.id for one in transactional.list_lists()}
    products = found["Products"]
    assert transactional.insert_list_items(products, [{"name": "Pears", "code": "P"}, {"name": "Figs"}]).added == 2
    assert transactional.insert_list_items(products, [{"name": "Pears", "code": "P"}]).failures
    assert transactional.update_list_items(products, [{"code": "P", "properties": {"Color": "green"}}]).updated == 1
    assert transactional.delete_list_items(products, [{"name": "Figs"}]).deleted == 1
    assert [row[0] for row in transactional.iter_list_rows(products)][1:]
    assert [one.name for one in transactional.lookup_dimension_items(products, codes=["P"])] == ["Pears"]
    transactional.reset_list_index(found["Empty"])
    started = client.send(integration.start_list_read_request(model, products)).list_read_request
    request = started.id
    while (
        client.send(integration.get_list_read_request(model, products, request)).list_read_request.request_state
        != "COMPLETE"
    ):
        pass
    assert b"Pears" in client.send(integration.download_list_read_request_page(model, products, request, 0))
    client.send(integration.delete_list_read_request(model, products, request))


def views(client: Client, emulator: Emulator) -> None:
    transactional = client.transactional
    sales = next(one.id for one in transactional.list_modules() if one.name == "Sales")
    cell = {
        "lineItemName": "Units",
        "value": 7,
        "dimensions": [{"dimensionName": "Products", "itemCode": "P"}, {"dimensionName": "Time", "itemName": "Jan 26"}],
    }
    assert transactional.update_module_data(sales, [cell]).changed == 1
    assert transactional.update_module_data(sales, [{**cell, "value": "seven"}]).failures
    assert [row for row in transactional.iter_view_rows(sales) if "7" in row]
    (units,) = transactional.list_line_items(sales)
    assert transactional.get_line_item_dimension_items(units.id, TIME)


def calendar(client: Client, emulator: Emulator) -> None:
    client.transactional.set_version_switchover(FORECAST, "2026-06-01")
    client.transactional.set_current_period("2026-03-15")
    client.transactional.set_current_fiscal_year("FY27")


def lifecycle(client: Client, emulator: Emulator) -> None:
    source, target = client.alm, client.with_model(emulator.production_model_id).alm
    target.change_model_status("offline")
    target.change_model_status("online")
    revision = source.create_revision("Release 1.4", "New regions")
    latest = target.get_latest_revision()
    assert latest is not None
    pair = (revision.id, emulator.development_model_id, latest.id)
    assert target.create_comparison_summary(*pair).totals
    assert b"Products" in target.get_comparison_report(target.create_comparison_report(*pair))
    assert target.sync_models(*pair).result


def administration(client: Client, emulator: Emulator) -> None:
    old = client.with_model("D0" * 16)
    old.transactional.open_model()
    old.transactional.close_model()
    emulator.advance(61)
    assert old.delete_models(["D0" * 16]).models_deleted == 1
