"""The walk reaches every list and object of CloudWorks by ids of its own responses."""

from anaplan_ext import Client
from anaplan_ext.drift import DriftRecorder
from anaplan_ext.drift.walk import list_operations, walk
from anaplan_ext.emulator import Emulator

from ...contract.integrations import add_history, add_integration


def test_the_walk_reads_everything_of_cloudworks_and_finds_no_drift(emulator: Emulator) -> None:
    add_integration(emulator, b"id,name,amount\n1,one,10\n")
    add_history(emulator)
    recorder = DriftRecorder()
    model_operations = frozenset(
        operation.name for operation in list_operations() if not operation.name.startswith("cloudworks.")
    )
    with Client(**emulator.client_arguments, observer=recorder) as client:
        outcomes = list(walk(client.send, max_per_kind=2, skip=model_operations))
    assert {outcome.operation.partition(".")[2] for outcome in outcomes} == {
        *("list_connections", "list_integrations", "get_integration", "list_runs", "get_run", "get_run_errors"),
        *("get_notification", "list_flows", "get_flow"),
    }
    assert {outcome.rejection for outcome in outcomes} == {None}
    assert recorder.report().findings == ()
