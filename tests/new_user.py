"""The way of a new user, timed: from an empty environment to a load with rejected rows, and to a promotion.

    python -m tests.new_user

It does what the home page says, and then what the guide on promotions says, in the synchronous form that a page shows
first. The pages are what is run: their commands and their snippets. The package is this tree instead of a release.
"""

import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from generator.docs.snippets import snippets, synchronous

from .newcomer import Step, blocks, walk
from .pages import DOCS, program

ROOT = DOCS.parent
LOAD_SECONDS, PROMOTION_SECONDS = 180, 600
MODELS = 7
"""The models that the guide promotes to."""
INSTALL = re.compile(r"pip install '?anaplan-client[\w\[\],-]*'?")


def install_command(text: str, python: str) -> list[str]:
    """Return the one command of a page that installs the package, as the interpreter of an environment runs it."""
    (command,) = set(INSTALL.findall(text))
    return [python, "-m", *shlex.split(command.replace("anaplan-client", str(ROOT)))]


def load_program(page: str) -> str:
    """Return the program of the home page, in the form that it shows first."""
    (program,) = map(synchronous, snippets(page, "docs/index.md"))
    assert program is not None
    return program.code


def promotion_program() -> str:
    """Return the program of the guide on promotions, between what all guides begin and end with."""
    return "\n".join(snippet.code for snippet in program(DOCS / "promotions.md", "sync"))


def steps(folder: Path, run: Callable[..., str]) -> tuple[Iterator[Step], Iterator[Step]]:
    """Return the steps to a load, and those from there to a promotion. `run` runs a command and returns its output."""
    home = (DOCS / "index.md").read_text(encoding="utf-8")
    promotions = (DOCS / "promotions.md").read_text(encoding="utf-8")
    python = str(folder / "venv" / "bin" / "python")

    def load() -> None:
        (folder / "first.py").write_text(load_program(home), encoding="utf-8")
        output = run(python, "first.py")
        if "1 row was rejected" not in output or "line 3, column amount" not in output:
            raise SystemExit(f"the load shows no rejected row:\n{output}")

    def promote() -> None:
        (folder / "promote.py").write_text(promotion_program(), encoding="utf-8")
        output = run(python, "promote.py")
        if output.count(": synchronized to ") != MODELS:
            raise SystemExit(f"the promotion syncs too few models:\n{output}")

    assert len(blocks(home, "sh")) == 1, "no page but the home page, and one command"
    to_load = (
        ("create an environment", lambda: run(sys.executable, "-m", "venv", "venv")),
        ("install, as the home page says", lambda: run(*install_command(home, python))),
        ("load, and see the rejected row", load),
    )
    to_promotion = (
        ("install what the guide names", lambda: run(*install_command(promotions, python))),
        ("status, plan, approve, apply, change log", promote),
    )
    return iter(to_load), iter(to_promotion)


def main() -> int:
    """Walk both ways. Return 1 if one takes longer than it may."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def run(*command: str) -> str:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"{shlex.join(command)}\n{done.stdout}{done.stderr}")
            return done.stdout

        to_load, to_promotion = steps(folder, run)
        load_seconds = walk(to_load)
        promotion_seconds = load_seconds + walk(to_promotion)
        print(f"a load after {load_seconds:.0f} s, a promotion after {promotion_seconds:.0f} s")
    return int(load_seconds > LOAD_SECONDS or promotion_seconds > PROMOTION_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
