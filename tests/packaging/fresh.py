"""Code in a fresh interpreter, which has imported nothing yet."""

import subprocess
import sys


def run(code: str, *, without: tuple[str, ...] = ()) -> str:
    """Runs code as a program of its own and returns what it prints, as if the packages in `without` were missing."""
    hidden = "".join(f"import sys; sys.modules[{name!r}] = None\n" for name in without)
    done = subprocess.run([sys.executable, "-I", "-c", hidden + code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def imported_by(code: str) -> set[str]:
    """The modules that code imports beyond those that a bare interpreter has."""
    return set(run(f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)").split())


def refusal(code: str, *, without: tuple[str, ...]) -> str:
    """The message of the `ImportError` that code ends with."""
    indented = "\n".join(f"    {line}" for line in code.splitlines())
    return run(f"try:\n{indented}\nexcept ImportError as error:\n    print(error)", without=without)
