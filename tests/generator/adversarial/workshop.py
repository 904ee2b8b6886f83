"""Generate from many specifications at once, and ask Python what came of them."""

import copy
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from ruamel.yaml import YAML

from generator import pipeline, verify
from generator.lint import rules
from generator.render.package import render
from generator.spec import document
from generator.spec.document import InvalidSpecificationError, Problem, Spec
from generator.spec.portable import simplify

HERE = Path(__file__).parent
ROOT = HERE.parent.parent.parent
SURROGATES = re.compile("[\x7f-\x9f\ud800-\udfff]")
# Evaluates expressions about packages in a process of its own, which imports what was generated.
ASK = r"""
import ast, importlib, inspect, json, pathlib, sys, warnings

def document(api):
    return json.loads(pathlib.Path(api.__file__).with_name("openapi.json").read_text("utf-8"))

def fields_of(model):
    tree = ast.parse(inspect.getsource(inspect.getmodule(model)))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    pairs = [pair for pair in zip(body, body[1:]) if isinstance(pair[0], ast.AnnAssign)]
    return {field.target.id: text.value.value for field, text in pairs if isinstance(text, ast.Expr)}

def raises(error, call):
    try:
        call()
    except error:
        return True
    return False

def warns(category, call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [warning.category for warning in caught] == [category]

answers = []
def ask(name, text, expression):
    try:
        api = importlib.import_module("anaplan_client." + name)
        for module in (api, api.models):
            for public in dir(module):
                getattr(module, public)
        said = lambda told: " ".join(text.split()) in " ".join((told or "").split())
        return str(bool(eval(expression, {**globals(), "api": api, "text": text, "said": said})))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

for name, text, expressions in json.load(open(sys.argv[1])):
    answers.append([ask(name, text, expression) for expression in expressions])
json.dump(answers, open(sys.argv[2], "w"))
"""


def load_good() -> dict[str, Any]:
    """The small specification, with more fields that have texts."""
    good: dict[str, Any] = YAML(typ="safe", pure=True).load((HERE.parent / "anaplan_good.yaml").read_text("utf-8"))
    listed = good["paths"]["/boxes"]["get"]
    listed["responses"]["403"] = {"description": "Not allowed.", "x-anaplan-hint": "Ask."}
    listed["parameters"][1]["x-python-name"] = "sort"
    kind = {"name": "kind", "in": "query", "required": True, "description": "Which."}
    listed["parameters"].append({**kind, "schema": {"type": "string", "enum": ["wooden"]}})
    label = {"type": "string", "description": "What is written on it.", "x-python-name": "label"}
    schemas = good["components"]["schemas"]
    schemas["Box"]["properties"]["label"] = label
    # Each spelling is declared, too.
    spelled = {"label": {**label, "x-anaplan-spellings": ["Label"]}, "Label": {**label, "x-python-name": "other"}}
    schemas["BoxesResponse"]["properties"] |= spelled
    schemas["Color"]["enum"].append("GREEN")
    schemas["BoxRequest"]["properties"]["label"] = label
    return good


@cache
def read_good() -> Spec:
    """The small specification, in lines."""
    return document.parse(json.dumps(load_good(), indent=1), "")


def place(specification: dict[str, Any], name: str, file: str) -> Spec:
    """A changed small specification, in which a part has the line of the small one, or of what is around it there."""
    node = copy.deepcopy(specification)
    return evolve(read_good(), name=name, file=file, source=node, node=simplify(node))


@frozen
class Case:
    """A specification, and what should come of it: the rule that it breaks, or expressions that are true."""

    id: str
    specification: dict[str, Any]
    rule: str = ""
    results: tuple[str, ...] = ("True",)
    text: str = ""
    name: str = ""
    is_read: bool = True
    """Whether it is read from a file, which takes most of the time of what a rule refuses."""


@frozen
class Outcome:
    """What came of a specification: problems, or the answers to its expressions."""

    problems: list[Problem]
    answers: list[str]


class Workshop:
    """A folder with a package for each case that no rule refuses."""

    def __init__(self, folder: Path, cases: list[Case], *, types: bool) -> None:
        self._folder = folder
        asked: list[str] = []
        self.outcomes: dict[str, Outcome] = {}
        questions: list[tuple[str, str, tuple[str, ...]]] = []
        for number, case in enumerate(cases):
            name = case.name or f"case{number}"
            problems = self._generate(name, case)
            self.outcomes[case.id] = Outcome(problems, [])
            if not problems:
                questions.append((name, case.text, case.results))
                asked.append(case.id)
        folders = [Path("anaplan_client") / name for name, _, _ in questions]
        for problem in verify.find_syntax_errors(folder, folder, folders):
            raise AssertionError(problem)
        pipeline.format_code(ROOT, folder)
        (folder / "anaplan_client" / "__init__.py").write_text('"""Cases."""\n', "utf-8")
        (folder / "anaplan_client" / "core").symlink_to(ROOT / "anaplan_client" / "core")
        for identity, answers in zip(asked, self._ask(questions), strict=True):
            self.outcomes[identity] = Outcome([], answers)
        self.types = verify.check_types(folder, ["anaplan_client"]) if types else ""

    def _generate(self, name: str, case: Case) -> list[Problem]:
        file = f"openapi/anaplan_{name}.yaml"
        try:
            spec = self._load(file, case.specification) if case.is_read else place(case.specification, name, file)
            if problems := rules.check(spec):
                return problems
            target = self._folder / "anaplan_client" / spec.name
            target.parent.mkdir(exist_ok=True)
            render(spec, target)
        except InvalidSpecificationError as error:
            return error.problems
        except Exception as error:  # every case is judged, whatever one of them does
            return [Problem(file, 0, "traceback", repr(error))]
        (target / "openapi.json").write_text(json.dumps(spec.node), "utf-8")
        return []

    def _load(self, file: str, specification: dict[str, Any]) -> Spec:
        # JSON is YAML, and can spell half a character.
        text = json.dumps(specification, indent=1, ensure_ascii=False)
        text = SURROGATES.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
        path = self._folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return document.load(path, self._folder)

    def _ask(self, questions: list[tuple[str, str, tuple[str, ...]]]) -> list[list[str]]:
        asked, answered = self._folder / "asked.json", self._folder / "answered.json"
        asked.write_text(json.dumps(questions), "utf-8")
        environment = {**os.environ, "PYTHONPATH": str(self._folder)}
        subprocess.run(
            [sys.executable, "-c", ASK, str(asked), str(answered)], env=environment, cwd=self._folder, check=True
        )
        answers: list[list[str]] = json.loads(answered.read_text("utf-8"))
        return answers


def judge(case: Case, outcome: Outcome) -> None:
    """Holds that a specification is refused with file, line and the expected rule, or is right."""
    if case.rule:
        assert outcome.problems, "was not refused"
        assert set(case.rule.split()) == {problem.rule for problem in outcome.problems}, outcome.problems
        assert all(problem.file.startswith("openapi/anaplan_") and problem.line >= 1 for problem in outcome.problems)
        # What is missing, or the name of a file, has no line of its own.
        assert case.rule in ("api-name", "openapi") or all(problem.line > 1 for problem in outcome.problems)
        assert "\n" not in "".join(map(str, outcome.problems)), "a problem is one line"
    else:
        assert outcome.problems == []
        told = dict(zip(case.results, outcome.answers, strict=True))
        wrong = {result: answer for result, answer in told.items() if answer != "True"}
        assert not wrong, wrong
