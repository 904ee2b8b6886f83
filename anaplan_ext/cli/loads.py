"""Loads and runs: sources, reports, limits of rejected rows, summaries."""

from __future__ import annotations

import codecs
import json
import os
import shlex
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .. import AnaplanActionError, LoadReport, TaskHandle
from .command import Done, Raw, Result, Row, Rows

if TYPE_CHECKING:
    from anaplan_client.integration.models import MappingParameter, Task

    from .. import LoadPlan, PlannedFile, TransferProgress
    from ..transfers.progress import OnTransfer
    from .context import Context

Content = Path | BinaryIO | Iterator[str]


def load(context: Context) -> Result:
    """Upload files, run what reads them, and report."""
    from . import summaries

    options = context.options
    targets = summaries.parse_targets(options.summary)
    accept = read_limit(options.max_rejected)
    files = read_sources(options.sources, options.encoding)
    if options.rejects_dir:
        Path(options.rejects_dir).mkdir(parents=True, exist_ok=True)
    runs = {"process": options.process, "import_": getattr(options, "import")}
    if options.check or options.dry_run:
        return _check(context.model.plan_load(files, **runs, allow_empty=options.allow_empty))
    if options.no_wait:
        return _start(context, files, runs)
    with _upload_progress(context) as on_upload:
        result = report_of(
            lambda: context.model.load(
                files,
                **runs,
                mapping_parameters=read_mapping(options.map),
                timeout=context.timeout,
                progress=task_progress(context, options.process or getattr(options, "import") or ""),
                on_upload=on_upload,
                on_ignored="raise" if options.fail_on == "ignored" else "allow",
                allow_empty=options.allow_empty,
                manifests=state_folder(context.environment),
            )
        )
    return _finish(context, result, accept, targets)


def report_of(run: Callable[[], LoadReport]) -> Rows:
    """Run something, and return its report as rows, also where rows were rejected."""
    try:
        report = run()
    except AnaplanActionError as error:
        if error.report is None:
            raise
        return show_report(error.report, error)
    return show_report(report)


def show_report(report: LoadReport, failure: BaseException | None = None) -> Rows:
    """Return a report as rows, one for each action, with their total where there are several."""
    rows = report_rows(report)
    return Rows(rows, failure, total=sum_up(rows) if len(rows) > 1 else None)


def sum_up(rows: Sequence[Row]) -> Row:
    """Return the sums of the rows of a report. What Anaplan counted for none of them is missing."""
    sums: dict[str, object] = {"id": "total"}
    for key in ("rows", "loaded", "ignored", "rejected"):
        counts = [row[key] for row in rows if isinstance(row[key], int)]
        sums[key] = sum(counts) if counts else None  # type: ignore[arg-type]
    return sums


def report_rows(report: LoadReport) -> list[Row]:
    """Return the rows of a report, one for each action."""
    return [
        {
            "id": action.id,
            "name": action.name,
            "successful": action.successful,
            "rows": action.rows,
            "loaded": action.loaded,
            "ignored": action.ignored,
            "rejected": action.failed,
        }
        for action in report.actions
    ]


def read_sources(sources: Sequence[str], encoding: str | None) -> dict[str, Content]:
    """Return the contents by the names of the files. `-` is standard input, and needs a name.

    An equals sign after a slash belongs to a path, such as `data/day=1/sales.csv`.
    """
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise ValueError(f"--encoding must be an encoding of text (got {encoding!r})") from None
    files: dict[str, Content] = {}
    for source in sources:
        name, equals, path = source.partition("=")
        if not equals or not name or "/" in name or os.sep in name:
            name, equals, path = Path(source).name, "", source
        if name in files:
            raise ValueError(f"{name} is given twice")
        if path == "-" and not equals:
            raise ValueError("standard input needs the name of a file: FILE=-")
        files[name] = _content(path, encoding)
    return files


def read_mapping(pairs: Sequence[str]) -> list[MappingParameter]:
    """Return the values for dimensions that a run prompts for."""
    from anaplan_client.integration.models import MappingParameter

    parameters: list[MappingParameter] = []
    for pair in pairs:
        dimension, equals, item = pair.partition("=")
        if not equals or not dimension:
            raise ValueError(f"--map must be DIMENSION=ITEM (got {pair!r})")
        parameters.append(MappingParameter(entity_type=dimension, entity_name=item))
    return parameters


def read_limit(text: str | None) -> Callable[[LoadReport], bool]:
    """Return whether a report has few enough rejected rows. The limit is a number, or a part of all rows."""
    if text is None:
        return lambda report: not report.failed
    number = text.removesuffix("%")
    try:
        limit = float(number)
    except ValueError:
        limit = -1
    if not 0 <= limit < float("inf") or (limit != int(limit) and number == text):
        raise ValueError(f"--max-rejected must be a number of rows or a part such as 0.5% (got {text!r})")
    if number == text:
        return lambda report: (report.failed or 0) <= limit
    return lambda report: 100 * (report.failed or 0) <= limit * _count_rows(report)


def state_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder for manifests of uploads."""
    base = environment.get("XDG_STATE_HOME") or environment.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "state") / "anaplan" / "uploads"


def manifest_path(context: Context, model_id: str | None, file_id: str) -> Path:
    """Return the path of the manifest of an upload, as `load` has it. Its folder is created."""
    folder = state_folder(context.environment)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{model_id}-{file_id}.json"


def task_progress(context: Context, name: str, model_id: str | None = None) -> Callable[[Task], None]:
    """Return a function that remembers the task for an interrupt, and prints each new step of it."""
    told = ""

    def show(task: Task) -> None:
        nonlocal told
        arguments = f"{shlex.quote(name)} {task.id} -m {model_id or context.model.model_id}"
        context.next_steps = {word: f"tasks {word} {arguments}" for word in ("wait", "cancel")}
        step = f"{task.task_state} {task.current_step or ''}".strip()
        if step != told and context.has_progress:
            told = step
            context.note(f"{name}  task {task.id}  {step}")

    return show


def _finish(
    context: Context, result: Rows, accept: Callable[[LoadReport], bool], targets: Sequence[tuple[str, Path]]
) -> Rows:
    from . import summaries

    error, options = result.failure, context.options
    files = dict[str, str]()
    if isinstance(error, AnaplanActionError) and error.report is not None:
        if options.rejects_dir:
            paths = error.rejected.to_csv(options.rejects_dir)
            for path in paths:
                context.note(f"rejected rows: {path}")
            files = dict(zip(error.report.dumps, map(str, paths), strict=True))
        if options.show_values:
            for rejected in error.rejected:
                context.note(f"{rejected}: {dict(rejected.values)}")
        if context.environment.get("GITHUB_ACTIONS") == "true":
            summaries.print_annotations(error, sys.stderr)
        if is_accepted(error, options.fail_on, accept):
            context.note(f"warning: {error.reason}")
            error = None
    rows = [{**row, "rejects_file": files.get(str(row["id"]))} for row in result.rows]
    for form, path in targets:
        path.write_text(summaries.write(form, rows, error), encoding="utf-8")
    return result._replace(rows=rows, failure=error)


def is_accepted(error: AnaplanActionError, fail_on: str, accept: Callable[[LoadReport], bool]) -> bool:
    """Return whether only rows are missing, and the user accepts that."""
    report = error.report
    if report is None or not report.failed or not all(action.successful for action in report.actions):
        return False
    return fail_on == "never" or accept(report)


def _count_rows(report: LoadReport) -> int:
    return (report.loaded or 0) + (report.ignored or 0) + (report.failed or 0)


def _check(plan: LoadPlan) -> Result:
    lines = [f"{file.key} -> {file.label}, read by {_readers(file)}" for file in plan.files]
    lines += [f"{key}: columns are missing: {', '.join(names)}" for key, names in plan.missing_columns.items()]
    lines.append(f"would run {plan.action_name} ({plan.action_id})")
    return Done("\n".join(lines), exit_code=1 if plan.missing_columns else 0)


def _readers(file: PlannedFile) -> str:
    return " and ".join(source.label for source in file.imports) or "an unknown import"


def _start(context: Context, files: Mapping[str, Content], runs: Mapping[str, str | None]) -> Result:
    from . import transfers

    model, options = context.model, context.options
    plan = model.plan_load(files, process=runs["process"], import_=runs["import_"], allow_empty=options.allow_empty)
    for file in plan.files:
        with transfers.progress(context, f"uploading {file.name}") as report:
            model.upload_file(
                file.id,
                files[file.key],
                progress=report,
                allow_empty=options.allow_empty,
                manifest=manifest_path(context, model.model_id, file.id),
            )
    task_id = model.invoke_action(plan.action_id, mapping_parameters=read_mapping(options.map))
    context.note(f"started; wait on: anaplan tasks wait {plan.action_id} {task_id} -m {model.model_id}")
    handle = TaskHandle(kind="action", model_id=model.model_id or "", task_id=task_id, action_id=plan.action_id)
    return Raw([f"{json.dumps(handle.to_dict())}\n".encode()])


def _content(path: str, encoding: str | None) -> Content:
    if encoding is None:
        return sys.stdin.buffer if path == "-" else Path(path)
    return _transcode(path, encoding)


def _transcode(path: str, encoding: str) -> Iterator[str]:
    with open(sys.stdin.fileno() if path == "-" else path, encoding=encoding, newline="") as file:
        while piece := file.read(1_000_000):
            yield piece


@contextmanager
def _upload_progress(context: Context) -> Generator[Callable[[PlannedFile, TransferProgress], None] | None]:
    """Yield a function that shows the upload of each file."""
    from . import transfers

    if not context.has_progress:
        yield None
        return
    shown: dict[str, OnTransfer] = {}
    with transfers.several(context) as add:

        def show(file: PlannedFile, step: TransferProgress) -> None:
            if file.id not in shown:
                shown[file.id] = add(f"uploading {file.name}")
            shown[file.id](step)

        yield show
