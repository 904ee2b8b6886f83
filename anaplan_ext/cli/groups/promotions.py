"""`anaplan alm`: promotions of a revision to many models, by plans that people approve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..command import Argument, Column, Command, Result

if TYPE_CHECKING:
    from ..context import Context

STATUS_COLUMNS = (
    Column("stage", "Stage of the file."),
    Column("model", "Name of the target."),
    Column("state", "State, such as PRODUCTION."),
    Column("revision", "Its latest revision."),
    Column("behind", "Revisions of the source that it does not have.", "integer"),
    Column("problem", "Why it cannot be synchronized, such as that it has diverged."),
    Column("applied_on", "When it got its revision.", "date-time"),
    Column("applied_by", "Who applied it."),
    Column("workspace", "Name of its workspace."),
    Column("workspace_percent", "How much of the workspace is used, in percent.", "integer"),
    Column("model_id", "Id of the target."),
)
PLAN_COLUMNS = (
    Column("format_version", "Version of the document."),
    Column("expires", "How long it can be applied."),
    Column("source", "The source and the revision.", "object"),
    Column("targets", "The targets with their changes and risks.", "array"),
    Column("sha256", "SHA-256 of the plan."),
    Column("approvals", "Approvals next to its file.", "array"),
)
APPROVAL_COLUMNS = (
    Column("approver", "Who approves."),
    Column("at", "When.", "date-time"),
    Column("comment", "Comment."),
    Column("plan_sha256", "SHA-256 of the plan."),
)
RESULT_COLUMNS = (
    Column("id", "Id of the target."),
    Column("name", "Name of the target."),
    Column("outcome", "synced, already, blocked, failed or skipped."),
    Column("revision", "The revision that it is on."),
    Column("steps", "Revisions that this run applied.", "array"),
    Column("error", "Why it failed."),
    Column("broken_revision", "The revision that fails, with --stepwise."),
    Column("reason", "Why it is blocked or was skipped."),
    Column(
        "is_left_offline",
        "Whether it is still offline: its sync still runs, or it could not be brought back.",
        "boolean",
    ),
)
CHANGELOG_COLUMNS = (
    Column("revision", "Name of the revision."),
    Column("kind", "Kind of what was changed; empty for a revision without changes."),
    Column("action", "added, changed, deleted or moved."),
    Column("module", "Module or list that it belongs to."),
    Column("name", "Name of what was changed."),
    Column("risks", "What is risky about it.", "array"),
    Column("created_on", "When the revision was created.", "date-time"),
    Column("created_by", "Who created it."),
    Column("description", "Its description."),
    Column("detail", "What the report says about the change."),
    Column("old", "Values before.", "object"),
    Column("new", "Values after.", "object"),
)
HISTORY_COLUMNS = (
    Column("id", "Id of the revision."),
    Column("name", "Name."),
    Column("method", "How it was applied."),
    Column("applied_on", "When it was applied.", "date-time"),
    Column("applied_by", "Who applied it."),
    Column("created_on", "When it was created.", "date-time"),
    Column("created_by", "Who created it."),
    Column("description", "Description."),
)
FILE = Argument(("-f", "--file"), "File with source and stages; promotion.toml by default.", "FILE")
STAGE = Argument(("--stage",), "Stage of the file; all by default.", "STAGE")
TARGET = Argument(("--target",), "Name, id or pattern of a target. Repeatable.", "MODEL", repeats=True)
SOURCE = Argument(("--source",), "Source model; that of the file, or the model of -m.", "MODEL")
REPORT = Argument(
    ("--report",), "Write a report for reviewers; FORMAT is html or markdown.", "FORMAT:FILE", repeats=True
)
PLAN = Argument(("plan",), "File of the plan.", "PLAN")


def _status(context: Context) -> Result:
    from .. import promotions

    return promotions.find_status(context)


def _plan(context: Context) -> Result:
    from .. import promotions

    return promotions.make_plan(context)


def _show(context: Context) -> Result:
    from .. import promotions

    return promotions.show_saved_plan(context)


def _approve(context: Context) -> Result:
    from .. import promotions

    return promotions.approve(context)


def _apply(context: Context) -> Result:
    from .. import promotions

    return promotions.apply(context)


def _changelog(context: Context) -> Result:
    from .. import promotions

    return promotions.read_changelog(context)


def _history(context: Context) -> Result:
    from .. import promotions

    return promotions.read_history(context)


COMMANDS = (
    Command(
        "alm status",
        "List which revision each target is on, and how far it is behind.",
        _status,
        (
            FILE,
            STAGE,
            TARGET,
            SOURCE,
            Argument(("--graph",), "Draw models and revisions; FORMAT is svg or mermaid.", "FORMAT:FILE", repeats=True),
            Argument(("--exit-code",), "Exit with 10 if a target is behind or has a problem.", is_flag=True),
        ),
        STATUS_COLUMNS,
        ("anaplan alm status", "anaplan alm status --source 'Planning Dev' --target 'Prod *'"),
    ),
    Command(
        "alm plan",
        "Plan a promotion: compare each target, and change nothing.",
        _plan,
        (
            FILE,
            STAGE,
            TARGET,
            SOURCE,
            Argument(("--revision",), "Revision to apply; the latest of the source by default.", "REVISION"),
            Argument(("--out",), "Save the plan to this file.", "PLAN"),
            REPORT,
        ),
        PLAN_COLUMNS,
        (
            "anaplan alm plan --stage production --revision 2026.11.2 --out release.plan",
            "anaplan alm plan --source 'Planning Dev' --target 'Prod *'",
        ),
        details="The exit code is 0 without changes, and 10 with some.",
        is_one=True,
    ),
    Command(
        "alm show",
        "Show a plan and its approvals.",
        _show,
        (PLAN, REPORT),
        PLAN_COLUMNS,
        (
            "anaplan alm show release.plan",
            "anaplan alm show release.plan --report html:release.html",
            "anaplan alm show release.plan -o json",
        ),
        is_one=True,
    ),
    Command(
        "alm approve",
        "Approve a plan, as the user who signs in.",
        _approve,
        (
            PLAN,
            Argument(("--by",), "Name of the approver, instead of the user who signs in.", "NAME"),
            Argument(("--comment",), "Comment.", "TEXT"),
        ),
        APPROVAL_COLUMNS,
        ("anaplan alm approve release.plan --comment 'as discussed'",),
        details="An approval is a line next to the plan. It is no signature: protect the folder.",
        is_one=True,
    ),
    Command(
        "alm apply",
        "Apply a plan: synchronize its targets, each exactly once.",
        _apply,
        (
            PLAN,
            FILE,
            Argument(("--stage",), "Stage whose settings apply, such as its approvals.", "STAGE"),
            Argument(("--parallel",), "Maximum number of targets at the same time.", "N"),
            Argument(("--stop-on-error",), "Start no further target after a failure.", is_flag=True),
            Argument(("--offline",), "Take each target offline meanwhile.", is_flag=True),
            Argument(("--stepwise",), "After a failure, apply the revisions one by one.", is_flag=True),
            Argument(("--resume",), "Continue a run that was interrupted or failed.", is_flag=True),
            Argument(
                ("--approve-risk",), "Name or kind of a risk, such as 'deletes data'. Repeatable.", "RISK", repeats=True
            ),
            Argument(("--require-approvals",), "Minimum number of people who have approved.", "N"),
            Argument(("--ignore-window",), "Apply it outside of the time window of the stage.", is_flag=True),
        ),
        RESULT_COLUMNS,
        (
            "anaplan alm apply release.plan --stage production --approve-risk 'deletes data' --yes",
            "anaplan alm apply release.plan --resume --yes",
        ),
        is_write=True,
        details="A target that has moved since it was planned makes the plan stale: nothing is changed, exit code 8.",
    ),
    Command(
        "alm changelog",
        "List what each revision of the model changed, for auditors.",
        _changelog,
        (
            Argument(("--since",), "Revision before the first one.", "REVISION", is_required=True),
            Argument(("--revision",), "Last revision; the latest by default.", "REVISION"),
        ),
        CHANGELOG_COLUMNS,
        ("anaplan alm changelog --since 'Initial model' -m 'Planning Dev' -o csv",),
    ),
    Command(
        "alm history",
        "List how, when and by whom the model got its revisions.",
        _history,
        (),
        HISTORY_COLUMNS,
        ("anaplan alm history -m 'Planning Prod'",),
    ),
)
