"""`anaplan drift`: the differences between a tenant's responses and the specifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Group, Result, Rows, pick

if TYPE_CHECKING:
    from ..context import Context

COLUMNS = (
    Column("api", "Name of the API."),
    Column("operation", "Operation, such as get_current_user."),
    Column("kind", "What differs, such as an unknown field."),
    Column("where", "Place in the response, as a JSON Pointer."),
    Column("expected", "What the specification says."),
    Column("seen", "What came, without values."),
    Column("count", "How often it was seen.", "integer"),
    Column("spec", "Place in the specification, as a JSON Pointer."),
)
DEFAULT_MAX_PER_KIND = "3"


def _walk(context: Context) -> Result:
    from pathlib import Path

    from anaplan_client.core import AnaplanError

    from ...drift.recorder import DriftRecorder
    from ...drift.summary import describe, summarize, write_patches
    from ...drift.walk import Outcome, walk

    options = context.options
    if not options.max_per_kind.isdecimal() or int(options.max_per_kind) < 1:
        raise ValueError(f"--max-per-kind must be a whole number of at least 1 (got {options.max_per_kind!r})")
    recorder = DriftRecorder(sample_rate=1)
    client = context.make_client(recorder)
    outcomes: list[Outcome] = []
    for outcome in walk(client.send, int(options.max_per_kind), frozenset(options.skip)):
        outcomes.append(outcome)
        if context.options.verbose:
            context.note(describe(outcome))
    report = recorder.report()
    if options.patch:
        write_patches(recorder, Path(options.patch))
    context.note(summarize(outcomes))
    failure = AnaplanError(str(report).splitlines()[-1]) if report and options.fail_on_drift else None
    return Rows([pick(finding, COLUMNS) for finding in report.findings], failure)


GROUP = Group(
    "drift",
    (
        Command(
            "drift walk",
            "Send every safe GET request, and list where responses differ from the specifications.",
            _walk,
            (
                Argument(
                    ("--max-per-kind",),
                    "Maximum number of ids of each kind per response.",
                    "N",
                    default=DEFAULT_MAX_PER_KIND,
                ),
                Argument(("--skip",), "Operation to skip. Repeatable.", "OPERATION", repeats=True),
                Argument(("--patch",), "Write an OpenAPI Overlay for each API to this folder.", "DIR"),
                Argument(("--fail-on-drift",), "Exit with 1 if there is a difference.", is_flag=True),
            ),
            COLUMNS,
            (
                "anaplan drift walk -o json",
                "anaplan drift walk --fail-on-drift --skip integration.get_view_data",
            ),
            details="Nothing is changed, no file is downloaded, and no value of a response is printed.",
        ),
    ),
)
