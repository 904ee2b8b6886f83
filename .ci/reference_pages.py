"""Write the pages of the reference that list the names of large APIs, and their part of `mkdocs.yml`.

    .venv/bin/python .ci/reference_pages.py [--check]

A page has the operations of one group, or some of the models, so that none is too large to read. With `--check`,
nothing is written, and the exit code is 1 if a page is missing, stale or left over.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APIS = {"integration": "Integration", "cloudworks": "CloudWorks", "alm": "ALM"}
"""The APIs that are too large for one page, and their titles."""
MAX_MODELS = 20
NAV = re.compile(r"(?<=      # Written by .ci/reference_pages.py.\n)(      .*\n)*?(?=      # End.\n)")


def main() -> int:
    """Write or check the pages."""
    pages = dict(write_pages())
    config = ROOT / "mkdocs.yml"
    lines: list[str] = []
    for api, title in APIS.items():
        lines.append(f"      - {title} API:\n")
        lines += [f"          - reference/{api}/{path.name}\n" for path in pages if path.parent.name == api]
    pages[config] = NAV.sub("".join(lines), config.read_text(encoding="utf-8"))
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left_over = [path for api in APIS for path in (ROOT / "docs/reference" / api).glob("*.md") if path not in pages]
    if "--check" in sys.argv:
        for path in stale + left_over:
            print(f"{path.relative_to(ROOT)} is stale: run python .ci/reference_pages.py")
        return int(bool(stale + left_over))
    for path in left_over:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")
    return 0


def write_pages() -> Iterator[tuple[Path, str]]:
    """Yield each page with its text."""
    for api, title in APIS.items():
        folder = ROOT / "docs/reference" / api
        for group in sorted(path for path in (ROOT / "anaplan_client" / api / "api").iterdir() if path.is_dir()):
            names = sorted(path.stem for path in group.glob("*.py") if path.stem != "__init__")
            if names:
                about = ast.get_docstring(ast.parse((group / "__init__.py").read_text(encoding="utf-8"))) or ""
                intro = "Each function returns a request; `client.send(request)` returns the decoded response."
                head = f"# {title}: {group.name}\n\n{' '.join(about.split())}\n\n{intro}\n"
                yield folder / f"{group.name}.md", head + list_objects(f"anaplan_client.{api}", names)
        for number, names in enumerate(split(list_models(api)), 1):
            intro = f"Classes of what requests and responses of the {title} API have, in the order of their names."
            head = f"# {title} models: {names[0]} to {names[-1]}\n\n{intro}\n"
            yield folder / f"models-{number}.md", head + list_objects(f"anaplan_client.{api}.models", names)


def split(names: list[str]) -> Iterator[list[str]]:
    """Yield the names in as few parts as may be, of about the same size."""
    parts = -(-len(names) // MAX_MODELS)
    for part in range(parts):
        yield names[part * len(names) // parts : (part + 1) * len(names) // parts]


def list_objects(package: str, names: list[str]) -> str:
    """Return the lines that show these names of a package."""
    return "".join(f"\n::: {package}.{name}\n" for name in names)


def list_models(api: str) -> list[str]:
    """Return the names of the models of an API."""
    tree = ast.parse((ROOT / "anaplan_client" / api / "models/__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    return sorted({alias.name for node in imports for alias in node.names if alias.name[0].isupper()})


if __name__ == "__main__":
    sys.exit(main())
