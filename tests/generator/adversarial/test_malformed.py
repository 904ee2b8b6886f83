"""Malformed specifications: each is right, or is rejected with its place. None ends the generator."""

from pathlib import Path

import pytest

from generator.lint import rules
from generator.spec import document
from generator.spec.document import InvalidSpecificationError, Problem

from .malformed import SPOILED, WHOLE

GOOD = (Path(__file__).parent.parent / "anaplan_good.yaml").read_text("utf-8")
CASES = [
    *((text, rule) for text, rule in WHOLE.items()),
    *(
        (GOOD.replace("3.0.3", item.version).replace(item.old, item.template.replace("@", text)), rule)
        for item in SPOILED
        for text, rule in item.texts.items()
    ),
]
NAMES = [*WHOLE, *(text for item in SPOILED for text in item.texts)]


def check(content: bytes, folder: Path) -> list[Problem]:
    path = folder / "anaplan_good.yaml"
    path.write_bytes(content)
    try:
        return rules.check(document.load(path, folder))
    except InvalidSpecificationError as error:
        return error.problems


def test_every_piece_is_there() -> None:
    assert [item.old for item in SPOILED if item.old not in GOOD] == []


@pytest.mark.parametrize(("text", "rule"), CASES, ids=[name[:60] for name in NAMES])
def test_what_is_malformed_is_rejected_with_its_place(text: str, rule: str, tmp_path: Path) -> None:
    problems = check(text.encode("utf-8", "surrogatepass"), tmp_path)
    assert {problem.rule for problem in problems} == set(rule.split()), problems
    assert all("\n" not in str(problem) for problem in problems)
    lines = text.count("\n") + 1
    # What is missing at the top has no line of its own.
    assert all(1 < problem.line <= lines for problem in problems) or text in WHOLE, problems


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("\n", "\r"), ("# A small", "\ufeff# A small")], ids=repr)
def test_line_ends_and_a_byte_order_mark_do_not_matter(change: tuple[str, str], tmp_path: Path) -> None:
    assert check(GOOD.replace(*change).encode(), tmp_path) == []


@pytest.mark.parametrize(("content", "line"), [(b"a: 1\nb: \xff\n", 2), ("a: 1\n".encode("utf-16"), 1)])
def test_what_is_not_utf_8_is_rejected_with_its_line(content: bytes, line: int, tmp_path: Path) -> None:
    (problem,) = check(content, tmp_path)
    assert (problem.rule, problem.line) == ("yaml", line)
