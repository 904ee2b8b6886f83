"""`anaplan conformance`: check what is believed of Anaplan on a tenant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Group, Result, Rows, pick

if TYPE_CHECKING:
    from ..context import Context

COLUMNS = (
    Column("id", "Operation, variant of the request, and a number."),
    Column("verdict", "holds, contradicted or untested."),
    Column("trust", "How far the belief is to be trusted: seen, documented or assumed."),
    Column("statement", "What is believed."),
    Column("seen", "What was there instead, or why it is untested."),
    Column("source", "Where the belief is from."),
    Column("responses", "Number of responses that were judged.", "integer"),
)


def _check(context: Context) -> Result:
    from anaplan_client.core import AnaplanError

    from ...conformance import check_conformance

    options = context.options
    number = options.max_per_kind or "2"
    if not number.isdecimal():
        raise ValueError(f"--max-per-kind must be a whole number (got {number!r})")
    report = check_conformance(context.client, apis=options.api or (), max_per_kind=int(number), record=options.record)
    if options.report is not None:
        path = Path(options.report)
        path.write_text(report.to_json() if path.suffix == ".json" else str(report), encoding="utf-8")
    context.note(report.summary)
    shown = report.results if options.all else report.contradicted
    count = len(report.contradicted)
    failure = (
        AnaplanError(f"{count} {'belief is' if count == 1 else 'beliefs are'} contradicted; please report this")
        if count
        else None
    )
    return Rows((pick(result, COLUMNS) for result in shown), failure)


GROUP = Group(
    "conformance",
    (
        Command(
            "conformance",
            "Check what this program believes of Anaplan, and print the beliefs that your tenant contradicts.",
            _check,
            (
                Argument(("--read-only",), "Say that only GET requests are sent. There is no other way.", is_flag=True),
                Argument(("--api",), "Check only this API, such as alm. Repeatable.", "API", repeats=True),
                Argument(("--max-per-kind",), "Maximum number of ids of each kind per response (2).", "NUMBER"),
                Argument(("--report",), "Write the report to this file: .json, or text.", "FILE"),
                Argument(("--record",), "Write responses without their values into this folder.", "FOLDER"),
                Argument(("--all",), "Print every belief, also those that hold.", is_flag=True),
            ),
            COLUMNS,
            (
                "anaplan conformance --read-only --report conformance.json",
                "anaplan conformance --read-only --api integration --api alm --all -o csv",
            ),
            details="The report has statuses, types and names of fields, and no value of your data.",
        ),
    ),
)
