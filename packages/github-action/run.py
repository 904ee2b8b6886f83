"""Run a command of `anaplan` with the inputs of the action, and tell GitHub how it ended.

The inputs come as variables: `INPUT_MAX_REJECTED` is `max-rejected`. The sign-in is in the environment, never an input.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

POSITIONAL = {
    "load": "files",
    "run": "action",
    "export": "export",
    **{f"alm {name}": "plan" for name in ("show", "approve", "apply")},
    **{f"alm {name}": "" for name in ("status", "plan", "changelog", "history")},
}
"""The commands, and the input that has what they take without an option."""
VALUES = (
    *("process", "import", "encoding", "fail-on", "max-rejected", "rejects-dir", "locale", "to", "format"),
    *("file", "stage", "source", "revision", "out", "by", "comment", "since", "parallel", "require-approvals"),
    *("model", "workspace", "region", "timeout"),
)
LISTS = ("map", "target", "approve-risk", "report")
"""Inputs with a value in each line."""
FLAGS = (
    *("allow-empty", "stop-on-error", "offline", "stepwise", "resume", "ignore-window", "exit-code"),
    *("dry-run", "yes"),
)
IMPORT_PREFIX = "112"
"""How the ids of imports begin. Other actions have no rows."""
COUNTS = ("loaded", "ignored", "rejected")
MAX_SUMMARY_BYTES = 900_000
"""GitHub rejects a summary of more than a mebibyte."""


class UsageError(Exception):
    """An input cannot be used. Nothing was sent."""


def main(environment: Mapping[str, str]) -> int:
    """Run the command, and return its exit code, or 0 if it is one of those that are accepted."""
    command = " ".join(environment.get("INPUT_COMMAND", "").split())
    folder = Path(tempfile.mkdtemp(dir=environment.get("RUNNER_TEMP")))
    report = folder / "report.md"
    try:
        arguments = [*make_arguments(command, environment), *make_report(command, report)]
        accepted = {int(code) for code in environment.get("INPUT_ACCEPTED_EXIT_CODES", "0").split()}
    except (UsageError, ValueError) as error:
        print(f"::error title=anaplan::{escape(str(error))}")
        return 2
    given = POSITIONAL[command]
    code, text, message = run(
        arguments, read_lines(environment, given) if given == "files" else [read(environment, given)]
    )
    (folder / "result.json").write_text(text, encoding="utf-8")
    result = read_result(text)
    if not message and code not in accepted:
        message = f"exit code {code}"
    if message:
        print(f"::{'warning' if code in accepted else 'error'} title=anaplan {command}::{escape(message)}")
    write_outputs(environment, {"exit-code": code, "result": folder / "result.json", **count(result)})
    body = report.read_text(encoding="utf-8") if report.exists() else "\n".join(make_table(result))
    write_summary(environment, command, code, message, body)
    return 0 if code in accepted else code


def make_arguments(command: str, environment: Mapping[str, str]) -> list[str]:
    """Return the command and its options. The command line itself rejects an option that the command does not have."""
    if command not in POSITIONAL:
        raise UsageError(f"command must be one of {', '.join(POSITIONAL)} (got {command!r})")
    if command == "export" and not read(environment, "to"):
        raise UsageError("to must name the file to write")
    arguments = [*command.split(), "--output=json", "--no-progress"]
    arguments += [f"--{name}={read(environment, name)}" for name in VALUES if read(environment, name)]
    arguments += [f"--{name}={line}" for name in LISTS for line in read_lines(environment, name)]
    for name in FLAGS:
        if (value := read(environment, name) or "false") not in ("true", "false"):
            raise UsageError(f"{name} must be true or false (got {value!r})")
        if value == "true":
            arguments.append(f"--{name}")
    return arguments


def make_report(command: str, report: Path) -> list[str]:
    """Return the option that writes a report for reviewers, which is the summary of a plan."""
    return [f"--report=markdown:{report}"] if command in ("alm plan", "alm show") else []


def read(environment: Mapping[str, str], name: str) -> str:
    """Return an input; the empty text if it is not set."""
    return environment.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip() if name else ""


def read_lines(environment: Mapping[str, str], name: str) -> list[str]:
    """Return the lines of an input."""
    return [line.strip() for line in read(environment, name).splitlines() if line.strip()]


def run(arguments: list[str], positional: list[str]) -> tuple[int, str, str]:
    """Return the exit code, the result as JSON, and the message of an error. Notes and annotations go to the log."""
    # -P: nothing in the folder of the job is imported.
    command = [sys.executable, "-P", "-m", "anaplan_ext.cli", *arguments]
    message = ""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        with subprocess.Popen(
            [*command, "--", *positional] if any(positional) else command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if line.startswith('{"error":'):
                    message = json.loads(line)["error"]["message"]
                else:
                    print(line, end="", flush=True)
        output.seek(0)
        text = output.read()
    print(text, end="", flush=True)
    return process.returncode, text, message


def read_result(text: str) -> list[dict[str, Any]]:
    """Return the rows of a result; none if the command printed none."""
    try:
        result = json.loads(text)
    except ValueError:
        return []
    rows = result if isinstance(result, list) else [result]
    return [row for row in rows if isinstance(row, dict)]


def count(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return the sums of what happened to the rows of the imports. What Anaplan did not count is left out."""
    imports = [row for row in rows if str(row.get("id", "")).startswith(IMPORT_PREFIX)]
    known: dict[str, int] = {}
    for name in COUNTS:
        values = [value for row in imports if isinstance(value := row.get(name), int)]
        if values and len(values) == len(imports):
            known[name] = sum(values)
    return known


def make_table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a Markdown table of the plain values."""
    names = [name for name in (rows[0] if rows else ()) if not isinstance(rows[0][name], (list, dict))]
    if names:
        yield f"| {' | '.join(names)} |"
        yield f"|{'---|' * len(names)}"
    for row in rows:
        cells = ("" if row.get(name) is None else str(row[name]) for name in names)
        yield f"| {' | '.join(map(escape_cell, cells))} |"


def escape_cell(text: str) -> str:
    """Return a name of Anaplan as plain text of a table: it is neither Markdown nor HTML."""
    for character in "\\`*_[]<>|&!#~":
        text = text.replace(character, f"&#{ord(character)};" if character in "<>&|" else f"\\{character}")
    return " ".join(text.split())


def escape(text: str) -> str:
    """Return the text of an annotation."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def write_outputs(environment: Mapping[str, str], outputs: Mapping[str, object]) -> None:
    """Append to the file of the step's outputs."""
    if path := environment.get("GITHUB_OUTPUT"):
        with open(path, "a", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in outputs.items())


def write_summary(environment: Mapping[str, str], command: str, code: int, message: str, body: str) -> None:
    """Append to the summary of the step."""
    if path := environment.get("GITHUB_STEP_SUMMARY"):
        failed = f"**Exit code {code}:** {escape_cell(message)}\n\n" if message else ""
        text = f"### anaplan {command}\n\n{failed}{body}\n\n".encode()
        with open(path, "ab") as file:
            file.write(text[:MAX_SUMMARY_BYTES])


if __name__ == "__main__":
    sys.exit(main(os.environ))
