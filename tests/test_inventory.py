"""Every block of code in every page is run by a test, or there is a reason why not; the same for its two faces."""

import re
from collections import Counter
from pathlib import Path

import pytest

from generator.docs.snippets import Snippet, snippets, synchronous

from .pages import PAGES
from .test_copied_pages import BLOCKS, HOME

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("packages/*/*.md")])
GUIDES = "tests/test_docs.py::test_the_snippets_of_a_page_run"
PROGRAMS = "tests/test_copied_pages.py::test_a_program_runs_alone"
COMMANDS = "tests/test_copied_pages.py::test_commands_run_alone"
NEWCOMER = "tests/generator/scaffold/test_newcomer.py::test_the_steps_lead_to_a_typed_call"
INSTALLS = "It installs the package; tests/new_user.py does what the home page says, in an empty environment."
OUTPUT = "It is output."

Blocks = dict[tuple[str, str], tuple[int | None, str]]

FOUND: Blocks = {
    **{
        (f"docs/{page.name}", "python"): (len(snippets(page.read_text(encoding="utf-8"), page.name)), GUIDES)
        for page in PAGES
    },
    **{
        (page, "python"): (number, PROGRAMS)
        for page, number in Counter(block.page for block in BLOCKS if block.language == "python").items()
    },
    **{
        (page, "sh"): (number, COMMANDS)
        for page, number in Counter(block.page for block in BLOCKS if block.language == "sh").items()
    },
}
"""The blocks that a test finds by itself, also one that is added: page and language, number, and the test."""

LISTED: Blocks = {
    ("CONTRIBUTING.md", "sh"): (1, "It creates the environment in which the tests run, as `.ci/run` does."),
    ("README.md", "console"): (1, "tests/test_readme.py::test_the_commands_from_a_shell_run"),
    ("README.md", "python"): (4, f"tests/test_readme.py::test_a_snippet_runs {NEWCOMER}"),
    ("README.md", "sh"): (5, f"tests/test_readme.py::test_ci_runs_the_commands_of_the_readme {NEWCOMER}"),
    ("README.md", "yaml"): (
        1,
        "tests/generator/scaffold/test_newcomer.py::test_the_readme_shows_what_is_written",
    ),
    ("docs/cli-reference.md", "console"): (
        None,
        "tests/ext/cli/test_tree.py::test_an_example_is_a_right_command_line",
    ),
    ("docs/cli.md", "console"): (
        8,
        "tests/ext/cli/test_docs.py::test_every_command_of_the_page_runs_in_the_order_of_the_page",
    ),
    ("docs/cli.md", "json"): (1, OUTPUT),
    ("docs/cli.md", "toml"): (
        1,
        "tests/ext/cli/test_docs.py::test_every_command_of_the_page_runs_in_the_order_of_the_page",
    ),
    ("docs/conformance.md", "console"): (1, "It is for a real tenant; tests/ext/conformance run the command."),
    ("docs/cookbook/github-action.md", "yaml"): (
        2,
        "tests/recipes/test_github_action.py::test_the_workflows_of_the_page_run",
    ),
    ("docs/cookbook/recipes.md", "cron"): (1, "tests/test_copied_pages.py::test_the_line_for_cron_runs"),
    ("docs/cookbook/recipes.md", "yaml"): (
        1,
        "tests/test_copied_pages.py::test_the_commands_of_the_github_action_run",
    ),
    ("docs/cookbook/schedulers.md", "python"): (
        6,
        "tests/recipes/test_tools.py::test_dlt_has_each_audit_event_once_also_after_a_crash "
        "tests/recipes/test_tools.py::test_dlt_appends_only_new_events_to_files "
        "tests/recipes/test_tools.py::test_dagster_materializes_the_load_and_the_export "
        "tests/recipes/test_tools.py::test_prefect_runs_the_flow "
        "tests/recipes/test_scripts.py::test_the_cells_for_databricks_run_with_stand_ins "
        "packages/airflow-provider-anaplan/tests/test_airflow.py::test_a_dag_loads_exports_and_promotes",
    ),
    ("docs/cookbook/schedulers.md", "sh"): (
        1,
        "tests/recipes/test_scripts.py::test_the_script_for_cron_tells_what_a_person_must_read",
    ),
    ("docs/drift.md", "sh"): (1, "It is for a real tenant; tests/ext/drift/test_command.py runs the command."),
    ("docs/error-catalog.md", "text"): (
        None,
        "tests/test_error_catalog.py::test_the_page_says_what_the_code_says_and_each_example_prints_its_error",
    ),
    (HOME, "python"): (1, PROGRAMS),
    (HOME, "sh"): (1, INSTALLS),
    ("docs/maintainers/architecture.md", "text"): (2, "They are drawings."),
    ("docs/maintainers/extensions.md", "yaml"): (2, "They are lines of specifications."),
    ("docs/network.md", "sh"): (1, "tests/core/http/stage.py sets these variables around the snippets of the page."),
    ("docs/regeneration.md", "sh"): (2, "Maintainers run them; `.ci/run` does with the generator and the README."),
    ("docs/spark.md", "py"): (3, "tests/ext/spark/test_spark.py::test_the_guide_runs"),
    ("docs/start/real-tenant.md", "console"): (4, "They install, and set what only the reader knows."),
    ("docs/testing.md", "sh"): (2, "tests/emulator/test_tenant_file.py::test_the_command_serves_the_file"),
    ("docs/testing.md", "yaml"): (1, "tests/emulator/test_tenant_file.py::test_the_example_of_the_page_is_served"),
    ("packages/airflow-provider-anaplan/README.md", "python"): (
        1,
        "tests/recipes/test_scripts.py::test_the_dag_of_the_page_is_the_one_that_runs_in_airflow",
    ),
    ("packages/airflow-provider-anaplan/README.md", "sh"): (1, INSTALLS),
}
"""The blocks whose number only this table holds, and the test that runs them, or why none does."""

GATHERS = "`asyncio.gather` runs several at once; with `Client` it is threads, as the page says."
SYNCHRONOUS = "GitHub shows no tabs, so it has the form that most users need; the guides have both."
ONE_FACE: dict[str, tuple[int, str]] = {
    "README.md": (4, SYNCHRONOUS),
    "docs/conformance.md": (2, "`check_conformance` takes a `Client`, as the page says."),
    "docs/cookbook/recipes.md": (1, GATHERS),
    "docs/cookbook/schedulers.md": (6, "The tools call synchronous functions, or hide the client."),
    "docs/spark.md": (3, "The API of Spark hides the client."),
    "docs/tasks.md": (1, GATHERS),
    "packages/airflow-provider-anaplan/README.md": (1, "Operators hide the client."),
}
"""The blocks of Python that a page shows in one form only: how many, and why."""
FENCE = re.compile(r"^( *)(```+|~~~+)[ \t]*([\w+-]*)(.*)\n((?:.*\n)*?)\1\2[ \t]*$", re.MULTILINE)


def find_blocks(text: str, page: str) -> list[tuple[str, str, Snippet]]:
    """Return language, other words of the fence, and code of each block, however it is written."""
    found = FENCE.finditer(text)
    return [(m[3], m[4], Snippet(page, text.count("\n", 0, m.start(5)) + 1, m[5])) for m in found]


EVERY = {file.relative_to(ROOT).as_posix(): find_blocks(file.read_text(encoding="utf-8"), file.name) for file in FILES}


def has_two_faces(page: str, words: str, code: Snippet) -> bool:
    """Whether the site shows both forms of a block, or the block has no client."""
    if words or not page.startswith("docs/"):
        return False
    converted = synchronous(code)
    return converted is not None and (converted.code != code.code or not re.search(r"\bClient\b", code.code))


def test_every_block_is_run_by_a_test_or_has_a_reason() -> None:
    numbers = Counter((page, language) for page, blocks in EVERY.items() for language, _, _ in blocks)
    known = FOUND | LISTED
    assert len(known) == len(FOUND) + len(LISTED)
    expected = {key: numbers[key] if number is None else number for key, (number, _) in known.items()}
    assert dict(numbers) == expected, "run each block that is new by a test, or say here why not"


def test_the_tests_that_run_them_are_there() -> None:
    named = {name for _, by in [*FOUND.values(), *LISTED.values()] for name in by.split() if "::" in name}
    assert len(named) > 15
    for name in named:
        file, _, function = name.partition("::")
        assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), name


def test_every_block_of_python_has_two_faces_or_a_reason() -> None:
    single = Counter(
        page
        for page, blocks in EVERY.items()
        for language, words, code in blocks
        if language in ("python", "py") and not (language == "python" and has_two_faces(page, words, code))
    )
    assert dict(single) == {page: number for page, (number, _) in ONE_FACE.items()}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("```python\nx\n```\n", "python"),
        ('``` py title="x.py"\nx\n```\n', "py"),
        ("- item\n\n    ```sh\n    x\n    ```\n", "sh"),
        ("~~~bash\nx\n~~~\n", "bash"),
        ("````md\n```python\nx\n```\n````\n", "md"),
        ("```\nx\n```\n", ""),
    ],
)
def test_a_block_is_found_however_it_is_written(text: str, language: str) -> None:
    assert [block[0] for block in find_blocks(text, "page.md")] == [language]
