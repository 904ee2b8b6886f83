"""What is built at its first use is built once, whatever the number of threads that use it first.

    .venv/bin/python -m pytest tests/core/test_first_use.py --exhaustive

takes 300 fresh processes of eight threads each; without the option there are three.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from anaplan_client.core.codec import decode
from anaplan_ext.emulator import Emulator

from .specification import Specification, specifications

ROOT = Path(__file__).resolve().parent.parent.parent


def sample(specification: Specification, schema: dict[str, Any], depth: int = 0) -> object:
    """A value of a schema with all its fields."""
    schema = specification.resolve(schema)
    if "enum" in schema:
        return schema["enum"][0]
    if "oneOf" in schema:
        return sample(specification, schema["oneOf"][0], depth)
    match schema.get("format") or schema.get("type"):
        case "object" if "properties" in schema:
            fields = schema["properties"].items() if depth < 6 else ()
            return {name: sample(specification, node, depth + 1) for name, node in fields}
        case "object":
            return {}
        case "array":
            return [sample(specification, schema["items"], depth + 1)]
        case "integer" | "number" | "epoch-milliseconds":
            return 1
        case "boolean":
            return True
        case "date":
            return "2026-01-02"
        case "date-time":
            return "2026-01-02T03:04:05.000+0000"
    return "1"


def long_listings() -> Iterator[bytes]:
    """A long response of each kind that has a list of objects: its API, its model, its body."""
    for specification in specifications().values():
        models = {
            operation.answer_schema["$ref"].rpartition("/")[2]
            for operation in specification.operations()
            if operation.answer_schema and "$ref" in operation.answer_schema
        }
        for model in sorted(models):
            page: Any = sample(specification, specification.schemas[model])
            listings = [name for name in page if isinstance(page[name], list) and isinstance(page[name][0], dict)]
            for name in listings:
                page[name] *= decode.FAST_DECODE_MIN_BYTES // len(json.dumps(page[name])) + 1
            if listings:
                yield b"\t".join([specification.name.encode(), model.encode(), json.dumps(page).encode()])


def fresh_processes(count: int, *arguments: str) -> list[subprocess.CompletedProcess[str]]:
    command = [sys.executable, "-m", "tests.core.first_use", *arguments]

    def run(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, range(count)))


@pytest.fixture
def processes(exhaustive: bool) -> int:
    return 300 if exhaustive else 3


def test_the_first_response_of_every_listing_is_decoded_in_many_threads(processes: int, tmp_path: Path) -> None:
    lines = list(long_listings())
    assert len(lines) > 25
    responses = tmp_path / "responses"
    responses.write_bytes(b"\n".join(lines))
    for ended in fresh_processes(processes, "responses", str(responses)):
        assert (ended.returncode, ended.stdout.strip()) == (0, str(len(lines))), ended.stderr


def test_every_name_is_asked_for_first_in_many_threads(processes: int) -> None:
    for ended in fresh_processes(processes, "names"):
        assert ended.returncode == 0, ended.stderr


def test_the_first_requests_of_a_process_are_made_in_many_threads(processes: int, emulator: Emulator) -> None:
    tenant = (emulator.workspace_id, emulator.development_model_id)
    for ended in fresh_processes(processes, "clients", *tenant, emulator.user_email, emulator.password, emulator.url):
        assert ended.returncode == 0, ended.stderr
