"""Read the specifications with the linters and generators of others: `python -m … FOLDER`.

FOLDER has `node_modules`, and gets the output. Fails for an error, for a warning that `expected_warnings.toml` does not
explain, for an explained one that no longer comes, and for generated code that lacks a schema or rejects an example.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from .examples import read_examples, write_typescript
from .output import explain, find_warnings

HERE = Path(__file__).resolve().parent
OPENAPI = HERE.parent.parent.parent / "openapi"
APIS = ("alm", "authentication", "integration")
LANGUAGES = ("java", "csharp", "go", "python")
"""The languages of openapi-generator."""
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
        "openapi-typescript": [str(node / "openapi-typescript"), spec, "-o", str(out / "types.ts")],
        # With its type, each example is an object that admits no other field.
        "typescript": [str(node / "tsc"), "--noEmit", "--strict", str(out / "examples.ts")],
        **{
            f"openapi-generator {language}": [*generate, "-g", language, "-o", str(out / language)]
            for language in LANGUAGES
        },
        "datamodel-code-generator": [
            *(str(python / "datamodel-codegen"), "--input", spec, "--input-file-type", "openapi"),
            # Otherwise it does not read whether an entry of an array may be null.
            *("--output-model-type", "pydantic_v2.BaseModel", "--strict-nullable"),
            *("--output", str(out / "data_models.py")),
        ],
        "openapi-python-client": [
            *(str(python / "openapi-python-client"), "generate", "--path", spec, "--overwrite"),
            *("--config", str(HERE / "openapi_python_client.yaml"), "--output-path", str(out / "client")),
        ],
    }


def decode_examples(api: str, out: Path) -> Iterator[str]:
    """Decode every example with the generated Python code, and yield what fails."""
    client = next(path.parent for path in (out / "client").glob("*/client.py"))
    for kind, path, module in (
        ("datamodel-code-generator", out, "data_models"),
        ("openapi-python-client", out / "client", f"{client.name}.models"),
        ("openapi-generator", out / "python", "openapi_client.models"),
    ):
        arguments = ["-m", f"{__package__}.decode_examples", str(OPENAPI / f"anaplan_{api}.yaml"), kind, module]
        environment = {**os.environ, "PYTHONPATH": str(path)}
        command = [sys.executable, "-W", "error::SyntaxWarning", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            yield f"the code of {kind} rejects examples:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


def check_output(api: str, out: Path) -> Iterator[str]:
    """Yield what the generated code lacks."""
    text = (OPENAPI / f"anaplan_{api}.yaml").read_text(encoding="utf-8").partition("\n  schemas:\n")[2]
    schemas = re.findall(r"^    (\w+):$", text, re.MULTILINE)
    for language in LANGUAGES:
        files = [path for path in (out / language).rglob("*") if "docs" not in path.parts and "test" not in path.parts]
        # Where a name is reserved, and in Go always, the file has a prefix.
        names = {path.stem.lower().replace("_", "") for path in files}
        names |= {name.removeprefix("model") for name in names}
        lacking = [name for name in schemas if name.lower() not in names]
        if lacking:
            yield f"the code in {language} lacks {', '.join(lacking)}"
    if api == "alm":
        for language, (pattern, wide) in WIDE.items():
            found = [path.read_text(encoding="utf-8") for path in (out / language).glob(pattern)]
            if not any(wide in code for code in found):
                yield f"the code in {language} must have {wide!r}"
    yield from decode_examples(api, out)


def main(folder: Path) -> int:
    """Run every tool, print what is wrong, and return the exit status."""
    expected = tomllib.loads((HERE / "expected_warnings.toml").read_text(encoding="utf-8"))["expected"]
    # The tools find the formatter that is installed next to them.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path}
    came: set[int] = set()
    problems: list[str] = []
    shutil.rmtree(folder / "out", ignore_errors=True)
    for api in APIS:
        examples = folder / "out" / api / "examples.ts"
        examples.parent.mkdir(parents=True, exist_ok=True)
        examples.write_text(write_typescript(read_examples(OPENAPI / f"anaplan_{api}.yaml")), encoding="utf-8")
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
