"""Read the specifications with the linters and generators of others: `python check.py FOLDER`.

FOLDER has `node_modules`, and gets the output. Fails for an error, for a warning that `expected_warnings.toml` does not
explain, for an explained one that no longer comes, and for generated code that lacks a schema or cannot be used.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
OPENAPI = HERE.parent.parent.parent / "openapi"
APIS = ("administration", "alm", "audit", "authentication", "exception_users", "integration", "scim")
LANGUAGES = {
    "java": [],
    "csharp": [],
    "go": [],
    # Its code imports `typing.List` by name, and does not know that a class may be called so, too.
    "python": ["--model-name-prefix", "Anaplan"],
}
"""The languages of openapi-generator, with the options that each needs."""
WARNING = re.compile(r"\b(warn(ing)?|error|exception)s?\b", re.IGNORECASE)
HARMLESS = re.compile(
    r"\] INFO |Node\.js \d+ support is ending|[Nn]o errors|No results with a severity of 'error' found|"
    r"FutureWarning: Default formatters will change|warn_deprecated\("
)
# Where each language has 64 bits for milliseconds: a file, and what it has.
WIDE = {
    "java": ("**/model/SyncTask.java", "private Long creationTime"),
    "csharp": ("**/Model/SyncTask.cs", "long? CreationTime"),
    "go": ("model_sync_task.go", "CreationTime *int64"),
}


def build_commands(api: str, folder: Path) -> dict[str, list[str]]:
    """Return the command of each tool for an API."""
    spec, node, python = str(OPENAPI / f"anaplan_{api}.yaml"), folder / "node_modules/.bin", Path(sys.executable).parent
    out = folder / "out" / api
    generate = [str(python / "openapi-generator-cli"), "generate", "-i", spec]
    typescript = out / "types.ts"
    return {
        "redocly": [str(node / "redocly"), "lint", "--config", str(HERE / "redocly.yaml"), "--format", "stylish", spec],
        "spectral": [
            str(node / "spectral"),
            "lint",
            "-r",
            str(HERE / "spectral.yaml"),
            "-F",
            "hint",
            "-f",
            "text",
            spec,
        ],
        "openapi-typescript": [str(node / "openapi-typescript"), spec, "-o", str(typescript)],
        "typescript": [str(node / "tsc"), "--noEmit", "--strict", str(typescript)],
        **{
            f"openapi-generator {language}": [*generate, "-g", language, "-o", str(out / language), *options]
            for language, options in LANGUAGES.items()
        },
        "datamodel-code-generator": [
            *(str(python / "datamodel-codegen"), "--input", spec, "--input-file-type", "openapi"),
            *("--output-model-type", "pydantic_v2.BaseModel", "--output", str(out / "data_models.py")),
        ],
        "openapi-python-client": [
            *(str(python / "openapi-python-client"), "generate", "--path", spec, "--overwrite"),
            *("--config", str(HERE / "openapi_python_client.yaml"), "--output-path", str(out / "client")),
        ],
    }


def find_warnings(output: str) -> list[str]:
    """Return the lines of a tool's output that warn."""
    return [line.strip() for line in output.splitlines() if WARNING.search(line) and not HARMLESS.search(line)]


def import_generated(out: Path) -> Iterator[str]:
    """Import the generated Python code, and yield what fails."""
    client = next(path.parent for path in (out / "client").glob("*/client.py"))
    for path, name in (
        (out, "data_models"),
        (out / "client", f"{client.name}.models"),
        (out / "python", "openapi_client.models"),
    ):
        done = subprocess.run(
            [sys.executable, "-W", "error::SyntaxWarning", "-c", f"import {name}"],
            env={**os.environ, "PYTHONPATH": str(path)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            yield f"{name} cannot be imported: {done.stderr}"


def check_output(api: str, out: Path) -> Iterator[str]:
    """Yield what the generated code lacks."""
    text = (OPENAPI / f"anaplan_{api}.yaml").read_text(encoding="utf-8").partition("\n  schemas:\n")[2]
    schemas = re.findall(r"^    (\w+):$", text, re.MULTILINE)
    for language in LANGUAGES:
        files = [path for path in (out / language).rglob("*") if "docs" not in path.parts and "test" not in path.parts]
        # Where a name is reserved, and in Go always, the file has a prefix.
        names = {path.stem.lower().replace("_", "") for path in files}
        names |= {name.removeprefix("model").removeprefix("anaplan") for name in names}
        lacking = [name for name in schemas if name.lower() not in names]
        if lacking:
            yield f"the code in {language} lacks {', '.join(lacking)}"
    if api == "alm":
        for language, (pattern, wide) in WIDE.items():
            found = [path.read_text(encoding="utf-8") for path in (out / language).glob(pattern)]
            if not any(wide in code for code in found):
                yield f"the code in {language} must have {wide!r}"
    yield from import_generated(out)


def explain(tool: str, warnings: list[str], expected: list[dict[str, str]]) -> tuple[list[str], set[int]]:
    """Return the warnings of a tool without a reason, and which of the expected ones came."""
    came = {
        line: {
            index for index, entry in enumerate(expected) if entry["tool"] == tool and re.search(entry["text"], line)
        }
        for line in warnings
    }
    return [line for line, indexes in came.items() if not indexes], set().union(*came.values())


def main(folder: Path) -> int:
    """Run every tool, print what is wrong, and return the exit status."""
    expected = tomllib.loads((HERE / "expected_warnings.toml").read_text(encoding="utf-8"))["expected"]
    # The tools find the formatter that is installed next to them.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path}
    came: set[int] = set()
    problems: list[str] = []
    for api in APIS:
        for tool, command in build_commands(api, folder).items():
            print(f"{api}: {tool}", flush=True)
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
            output = done.stdout + done.stderr
            if done.returncode:
                problems.append(f"{api}: {tool} failed with {done.returncode}:\n{output[-3000:]}")
            unexplained, indexes = explain(tool, find_warnings(output), expected)
            problems += [f"{api}: {tool} warns: {line}" for line in unexplained]
            came |= indexes
        problems += [f"{api}: {problem}" for problem in check_output(api, folder / "out" / api)]
    gone = [entry for index, entry in enumerate(expected) if index not in came]
    problems += [f"expected_warnings.toml: {entry['tool']} warns no longer of {entry['text']!r}" for entry in gone]
    print("\n".join(problems) or "every tool reads the specifications without a warning of ours")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
