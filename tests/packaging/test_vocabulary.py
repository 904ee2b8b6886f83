"""The words of the project: what the check of banned words finds, and what it leaves alone."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CI = Path(__file__).resolve().parent.parent.parent / ".ci"
WORDS = tomllib.loads((CI / "banned_words.toml").read_text(encoding="utf-8"))["words"]


def check(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CI / "banned_words.py"), *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True)


def test_each_pattern_finds_its_sentence(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("".join(f"{word['wrong']}\n\n" for word in WORDS))
    found = check(page).stdout.splitlines()
    for line, word in enumerate(WORDS):
        prefix, right = f"{page}:{1 + 2 * line}: ", f"(use: {word['right']})"
        assert any(each.startswith(prefix) and each.endswith(right) for each in found), word["wrong"]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("code.py", '"""Read an answer."""\n', 1),
        ("code.py", 'x = 1\n"""First line.\n\nRead an answer.\n"""\n', 4),
        ("code.py", "x = 1  # the answer\n", 1),
        ("code.py", 'x = 1\nraise ValueError(f"no answer in {x} s")\n', 2),
        ("page.md", "Chunks are sent side\nby side.\n", 1),
        ("page.md", "```python\nx = 1  # the answer\n```\n", 2),
        ("api.yaml", "info:\n  description: >-\n    A page.\n    An answer.\n", 4),
        ("api.yaml", "info:  # an answer\n  version: 1\n", 1),
    ],
)
def test_prose_is_read_wherever_it_stands(name: str, text: str, line: int, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(text)
    result = check(tmp_path)
    assert result.returncode == 1
    assert result.stdout.startswith(f"{file}:{line}: ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("code.py", 'answer = {"answer": 1}\nprint(answer["answer"])\n'),
        ("page.md", "Pass `--answer` or ``an answer``. See [this](answer.md).\n\n```sh\ntool --answer\n```\n"),
        ("page.md", "The connection refused error. A name is over 60 characters.\n"),
        ("api.yaml", "answer: 1\nexample: {name: An answer}\nenum: [answer]\n"),
        ("data.json", '{"text": "an answer"}\n'),
    ],
)
def test_code_and_terms_of_the_field_are_left_alone(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    result = check(tmp_path)
    assert (result.returncode, result.stdout) == (0, "")


def test_converted_code_is_read_in_its_source_only(tmp_path: Path) -> None:
    for folder in ("_async", "_sync"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "code.py").write_text("# an answer\n")
    assert check(tmp_path).stdout.count("answer") == 1
