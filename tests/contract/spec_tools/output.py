"""What counts as a warning of another tool, and which warnings are explained."""

import re

WARNING = re.compile(
    r"(\bwarn|warning|error|exception)s?\b|\b(skip|ignor|fail|deprecat)|\bunable\b|\b(un|not )supported\b|[⚠✖]",
    re.IGNORECASE,
)
HARMLESS = re.compile(
    r"\] INFO |Node\.js \d+ support is ending|[Nn]o errors|No results with a severity of 'error' found|"
    r"FutureWarning: Default formatters will change|warn_deprecated\("
)


def find_warnings(output: str) -> list[str]:
    """Return the lines of a tool's output that warn."""
    return [line.strip() for line in output.splitlines() if WARNING.search(line) and not HARMLESS.search(line)]


def explain(tool: str, warnings: list[str], expected: list[dict[str, str]]) -> tuple[list[str], set[int]]:
    """Return the warnings of a tool without a reason, and which of the expected ones came."""
    came = {
        line: {
            index for index, entry in enumerate(expected) if entry["tool"] == tool and re.search(entry["text"], line)
        }
        for line in warnings
    }
    return [line for line, indexes in came.items() if not indexes], set().union(*came.values())
