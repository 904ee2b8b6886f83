"""Promotions: find the targets, plan, approve, and apply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

from ..alm.approval import check_approvals
from ..alm.changes import Change, find_risks
from ..alm.plan import Plan
from ..alm.promotion_errors import PromotionError
from ..alm.promotion_file import Promotion, Stage
from ..alm.status import PromotionStatus
from .command import Done, One, Raw, Result, Row, Rows, pick
from .exit_codes import CHANGES_PENDING, PARTLY_APPLIED
from .summaries import parse_targets

if TYPE_CHECKING:
    from .. import Client
    from ..alm.apply import TargetResult
    from .context import Context

DEFAULT_FILE = "promotion.toml"
_REPORTS: Mapping[str, Callable[[Plan], str]] = {"html": Plan.to_html, "markdown": Plan.to_markdown}
_GRAPHS: Mapping[str, Callable[[PromotionStatus], str]] = {
    "svg": PromotionStatus.to_svg,
    "mermaid": PromotionStatus.to_mermaid,
}


@frozen
class _Place:
    """A model, with the names that patterns are compared with."""

    model_id: str
    name: str
    workspace: str | None


class Selection(NamedTuple):
    """The source of a promotion, and the targets by their stages."""

    source: Client
    targets: Mapping[str, list[str]]
    """Ids of the targets by the name of the stage; an empty name without a file."""


def select(context: Context) -> Selection:
    """Return the source and the targets that the options and the file name. One request lists the models."""
    options = context.options
    promotion = _read_file(options.file)
    if options.target and options.stage:
        raise ValueError("--target and --stage exclude each other")
    stages = [] if options.target or promotion is None else list(promotion.stages.values())
    if options.stage:
        if promotion is None:
            raise ValueError(f"--stage needs a file with stages, such as {DEFAULT_FILE}")
        stages = [promotion.stage(options.stage)]
    if not (stages or options.target):
        raise ValueError(f"a target is required; pass --target, or write {DEFAULT_FILE}")
    stages = stages or [Stage(name="", targets=tuple(options.target))]
    source = _find_source(context, promotion)
    places = [
        _Place(model.id, model.name or "", model.current_workspace_name) for model in context.client.list_models()
    ]
    return Selection(source, {stage.name: stage.select(places, source.model_id or "") for stage in stages})


def find_status(context: Context) -> Result:
    """Return which revision each target is on."""
    graphs = parse_targets(context.options.graph, "--graph", tuple(_GRAPHS))
    selection = select(context)
    targets = [target for ids in selection.targets.values() for target in ids]
    found = selection.source.alm.status(list(dict.fromkeys(targets)))
    for form, path in graphs:
        path.write_text(_GRAPHS[form](found), encoding="utf-8")
    status = {target.model.model_id: target for target in found}
    rows: list[Row] = []
    for stage, ids in selection.targets.items():
        for target in (status[target_id] for target_id in ids):
            revision, model = target.revision, target.model
            rows.append(
                {
                    "stage": stage or None,
                    "model": model.name,
                    "state": model.state,
                    "revision": None if revision is None else revision.name,
                    "behind": target.behind,
                    "problem": target.reason,
                    "applied_on": None if revision is None else revision.applied_on,
                    "applied_by": None if revision is None else revision.applied_by,
                    "workspace": model.workspace,
                    "workspace_percent": None if model.room is None else model.room.percent,
                    "model_id": model.model_id,
                }
            )
    is_pending = any(row["behind"] or row["problem"] for row in rows)
    return Rows(rows, exit_code=CHANGES_PENDING if context.options.exit_code and is_pending else 0)


def make_plan(context: Context) -> Result:
    """Plan a promotion, save it, and return it. The exit code says whether there is something to do."""
    options = context.options
    reports = _find_reports(context)
    selection = select(context)
    targets = list(dict.fromkeys(target for ids in selection.targets.values() for target in ids))
    revision = options.revision or _latest(selection.source)
    plan: Plan = selection.source.alm.plan(revision, targets, timeout=context.timeout)
    if options.out:
        plan.save(options.out)
    return show_plan(context, plan, reports, CHANGES_PENDING if plan.has_changes else 0)


def show_saved_plan(context: Context) -> Result:
    """Return a plan that was saved."""
    reports = _find_reports(context)
    return show_plan(context, Plan.load(context.options.plan), reports)


def _find_reports(context: Context) -> list[tuple[str, Path]]:
    """Return format and path of each report. Raise for what cannot be written."""
    reports = parse_targets(context.options.report, "--report", tuple(_REPORTS))
    if any(form == "html" for form, _ in reports) and find_spec("jinja2") is None:
        raise ImportError("--report html needs an extra: pip install 'anaplan-client[reports]'")
    return reports


def show_plan(context: Context, plan: Plan, reports: Sequence[tuple[str, Path]], exit_code: int = 0) -> Result:
    """Return a plan: as text for people, or as its document. Reports on it are written to their files."""
    from .plan_text import DEFAULT_MAX_CHANGES, write_plan

    for form, path in reports:
        path.write_text(_REPORTS[form](plan), encoding="utf-8")
    approvals = plan.approvals()
    if context.options.output in (None, "table"):
        limit = context.options.limit
        text = write_plan(plan, approvals, DEFAULT_MAX_CHANGES if limit is None else int(limit))
        return Raw([text.encode("utf-8", "replace")], exit_code=exit_code)
    lines = [{"approver": one.approver, "at": one.at, "comment": one.comment} for one in approvals]
    return One({**plan.to_dict(), "sha256": plan.sha256, "approvals": lines}, exit_code=exit_code)


def approve(context: Context) -> Result:
    """Approve a plan as the user who signs in, or as somebody else who says so."""
    options = context.options
    plan = Plan.load(options.plan)
    approver = options.by or context.client.whoami().email or ""
    if options.dry_run:
        return Done(f"would approve {options.plan} as {approver}")
    approval = plan.approve(approver, options.comment or "")
    return One(
        {
            "approver": approval.approver,
            "at": approval.at,
            "comment": approval.comment,
            "plan_sha256": approval.plan_sha256,
        }
    )


def apply(context: Context) -> Result:
    """Apply a plan with the settings of its stage, and return the result of each target."""
    options = context.options
    plan = Plan.load(options.plan)
    stage = _stage_of(context, plan)
    required = _number("--require-approvals", options.require_approvals, stage.approvals)
    if options.dry_run:
        return Done(f"would synchronize {', '.join(target.model.name for target in plan.targets if target.can_sync)}")
    check_approvals(plan.approvals(), required)  # before the question
    context.confirm(f"Apply {options.plan} to {sum(target.can_sync for target in plan.targets)} models?")
    context.next_steps = {"continue": f"alm apply {options.plan} --resume"}
    results: list[TargetResult] = []
    failure: PromotionError | None = None
    try:
        for result in context.client.with_model(plan.source.model_id).alm.apply(
            plan,
            parallel=_number("--parallel", options.parallel, stage.parallel),
            stop_on_error=options.stop_on_error or stage.stop_on_error,
            offline=options.offline or stage.offline,
            stepwise=options.stepwise or stage.stepwise,
            resume=options.resume,
            approve_risks=options.approve_risk,
            require_approvals=required,
            timeout=context.timeout,
            on_progress=lambda step: context.note(str(step)) if context.has_progress else None,
        ):
            results.append(result)
    except PromotionError as error:
        failure = error
    is_partial = any(result.outcome == "blocked" for result in results)
    return Rows([_row(result) for result in results], failure, exit_code=PARTLY_APPLIED if is_partial else 0)


def _row(result: TargetResult) -> Row:
    fields = result.to_dict()
    return {**fields, "id": fields["model_id"]}


def _stage_of(context: Context, plan: Plan) -> Stage:
    """Return the stage of the options, which the plan must be made for and whose window must be open."""
    from ..transport import clock

    options = context.options
    if not options.stage:
        return Stage(name="", targets=("*",))
    promotion = _read_file(options.file)
    if promotion is None:
        raise ValueError(f"--stage needs a file with stages, such as {DEFAULT_FILE}")
    stage = promotion.stage(options.stage)
    others = [target.model.name for target in plan.targets if not stage.has(target.model)]
    if others:
        raise ValueError(f"{options.plan} must be a plan for stage {stage.name} (it has {', '.join(others)})")
    if stage.window is not None and not stage.window.is_open(clock.utc_now()) and not options.ignore_window:
        raise ValueError(f"stage {stage.name} is applied {stage.window}; wait for that, or pass --ignore-window")
    return stage


def _read_file(path: str | None) -> Promotion | None:
    """Return what the file says: the named one, or `promotion.toml` if it is there."""
    file = Path(path or DEFAULT_FILE)
    if path is None and not file.exists():
        return None
    return Promotion.parse(file.read_text(encoding="utf-8"), str(file))


def _find_source(context: Context, promotion: Promotion | None) -> Client:
    from . import places

    options = context.options
    named = options.source or (promotion.source if promotion else None)
    return context.model if named is None else places.find_model(context.client, options.workspace, named)


def _latest(source: Client) -> str:
    latest = source.alm.get_latest_revision()
    if latest is None:
        raise ValueError(f"model {source.model_id} has no revision; create one with `anaplan alm revisions create`")
    return latest.id


def _number(name: str, text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isdecimal():
        raise ValueError(f"{name} must be a whole number (got {text!r})")
    return max(int(text), default) if name == "--require-approvals" else int(text)


def read_changelog(context: Context) -> Result:
    """Return what each revision changed. A revision without a change has a row, too."""
    log = context.model.alm.changelog(context.options.since, context.options.revision, timeout=context.timeout)
    rows: list[Row] = []
    for entry in log:
        revision: Row = {
            "revision": entry.revision.name,
            "created_on": entry.revision.created_on,
            "created_by": entry.revision.created_by,
            "description": entry.revision.description,
        }
        rows += [{**revision, **_change_row(change)} for change in entry.changes] or [revision]
    return Rows(rows)


def _change_row(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind,
        "action": change.action,
        "module": change.module or None,
        "name": change.name,
        "old": dict(change.old) or None,
        "new": dict(change.new) or None,
        "detail": change.detail or None,
        "risks": list(find_risks(change)),
    }


def read_history(context: Context) -> Result:
    """Return how the model got its revisions."""
    from .groups.promotions import HISTORY_COLUMNS

    entries = context.model.alm.history()
    return Rows(pick(entry.revision, HISTORY_COLUMNS) | {"method": entry.method} for entry in entries)
