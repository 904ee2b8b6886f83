"""A newcomer's path: from a clone to a typed call of a new endpoint, as the README says it, timed.

`python3 tests/newcomer.py` walks it in a temporary folder; it takes what is committed. Needs Python 3.11 and git.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECTION = "## Adding an endpoint in five minutes\n"
LIMIT = 300
Step = tuple[str, Callable[[], object]]


def section(readme: str) -> str:
    """The part of the README that is walked."""
    return readme.partition(SECTION)[2].partition("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    """What is in the fences of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def readme_steps(tree: Path, python: str) -> Iterator[Step]:
    """What the README says to do in a tree, with an interpreter that has the dependencies."""
    text = section((tree / "README.md").read_text(encoding="utf-8"))
    (commands,) = blocks(text, "sh")
    handler, call = blocks(text, "python")
    (route,) = re.findall(r'`("/.*?)`', text)

    def run(*command: str) -> None:
        subprocess.run(command, cwd=tree, check=True)

    def serve() -> None:
        emulator = tree / "anaplan_ext" / "emulator"
        with (emulator / "api" / "metadata.py").open("a", encoding="utf-8") as file:
            file.write(f"\n\n{handler}")
        routes = (emulator / "http" / "routes.py").read_text(encoding="utf-8")
        changed, count = re.subn(r"(?m)^_TENANT_TABLE.*= \{\n", lambda found: f"{found[0]}    {route},\n", routes)
        assert count == 1
        (emulator / "http" / "routes.py").write_text(changed, encoding="utf-8")

    def use() -> None:
        (tree / "use.py").write_text(call, encoding="utf-8")
        run(python, "use.py")

    for command in commands.replace("\\\n", "").splitlines():
        name = " ".join(command.split()[1:4])
        yield name, lambda command=command: run("sh", "-ec", command.replace(".venv/bin/python", f"'{python}'"))
    yield "serve it from the emulator", serve
    yield "call it", use
    yield "check its types", lambda: run(python, "-m", "mypy", "--strict", "--config-file=", "use.py")


def all_steps(tree: Path) -> Iterator[Step]:
    """From the clone on."""
    python = str(tree / ".venv" / "bin" / "python")

    def run(*command: str) -> None:
        subprocess.run(command, check=True)

    yield "clone", lambda: run("git", "clone", "--quiet", str(ROOT), str(tree))
    yield "make an environment", lambda: run(sys.executable, "-m", "venv", str(tree / ".venv"))
    yield "install", lambda: run(python, "-m", "pip", "install", "--quiet", "--editable", f"{tree}[dev]")
    yield from readme_steps(tree, python)


def walk(steps: Iterator[Step]) -> float:
    """Takes the steps and says how long each took; returns how long they took together."""
    total = 0.0
    for name, step in steps:
        start = time.monotonic()
        step()
        taken = time.monotonic() - start
        total += taken
        print(f"{taken:7.1f} s  {name}", flush=True)
    print(f"{total:7.1f} s  together", flush=True)
    return total


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(walk(all_steps(Path(folder) / "clone")) > LIMIT)
