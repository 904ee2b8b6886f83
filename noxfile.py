"""Tasks of development, run in the environment of the README's test command: `.venv/bin/nox -s test lint types`.

`nox -l` lists them. Arguments after `--` are passed on: `nox -s test -- tests/core -k decode`.
"""

import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["lint", "types", "generate", "test"]
nox.options.default_venv_backend = "none"
PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))


def run(session: nox.Session, module: str, *arguments: str) -> None:
    """Run a tool that is installed where nox is."""
    session.run(sys.executable, "-m", module, *arguments)


@nox.session
def test(session: nox.Session) -> None:
    """Run tests: all of them, or those that are named."""
    run(session, "pytest", *session.posargs)


LIBRARY = ("-n", "2", "--full", "tests/core", "tests/ext", "--ignore", "tests/ext/drift", "--ignore", "tests/ext/cli")


@nox.session(python=PYTHONS, venv_backend="venv")
def library(session: nox.Session) -> None:
    """Test the library on one Python, without the tools of development, by which drift checks its patches."""
    session.install("-q", "-e", ".[test]")
    session.run("python", "-m", "pytest", *(session.posargs or LIBRARY))


@nox.session
def lint(session: nox.Session) -> None:
    """Check format, style, spelling, the words and the direction of imports."""
    run(session, "ruff", "format", "--check", ".")
    run(session, "ruff", "check", ".")
    run(session, "codespell_lib")
    session.run(sys.executable, ".ci/banned_words.py")
    session.run(str(Path(sys.executable).with_name("lint-imports")))


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright."""
    run(session, "mypy")
    run(session, "pyright")


@nox.session
def generate(session: nox.Session) -> None:
    """Generate and convert what comes from another file; `-- --check` only compares."""
    run(session, "generator", *session.posargs)


@nox.session
def prism(session: nox.Session) -> None:
    """Send every operation through Prism, which reads the specifications on its own; needs node."""
    folder = Path("build/prism")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(Path("tests/contract/prism") / name, folder)
    session.run("npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", external=True)
    run(session, "pytest", "tests/contract/prism", *session.posargs)


@nox.session(venv_backend="venv")
def spec_tools(session: nox.Session) -> None:
    """Read the specifications with linters and generators of others; needs node and Java."""
    source, folder = Path("tests/contract/spec_tools"), Path("build/spec_tools")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, folder)
    session.run("npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", external=True)
    session.install("-q", "-r", str(source / "requirements.txt"))
    session.run("python", "-m", "tests.contract.spec_tools.check", str(folder))


@nox.session(venv_backend="venv")
@nox.parametrize("version", ["==0.29.0", ""], ids=["previous", "next"])
def engine(session: nox.Session, version: str) -> None:
    """Generate with other versions of openapi-python-client than the pinned one: its last, and the newest."""
    session.install("-q", "-e", ".[dev]")
    session.install("-q", "--upgrade", f"openapi-python-client{version}")
    session.run("python", "-m", "generator", "--check")
    session.run("python", "-m", "pytest", "--full", "-n", "2", "tests/generator", *session.posargs)


# uv resolves the tools of others in seconds, pip in minutes; without uv it is pip.
@nox.session(venv_backend="uv|venv")
def airflow(session: nox.Session) -> None:
    """Test the provider in a real Airflow: DAG runs, its servers, and a triggerer that is killed."""
    folder = Path("packages/airflow-provider-anaplan")
    constraints = ("-c", str(folder / "constraints.txt"))
    session.install("-q", *constraints, "-e", ".[certificate,emulator]", "-e", str(folder), "apache-airflow", "pytest")
    session.run("python", "-m", "pytest", "-q", "-c", str(folder / "pyproject.toml"), str(folder / "tests"))


@nox.session(venv_backend="uv|venv")
def recipes(session: nox.Session) -> None:
    """Test the recipes for dlt, Dagster and Prefect with these tools. A test that is skipped is a failure here."""
    session.install("-q", "-e", ".[frames,test]", "-r", "tests/recipes/requirements.txt")
    report = "build/recipes.xml"
    session.run(
        "python", "-m", "pytest", "-n", "0", "--full", "tests/recipes", f"--junitxml={report}", *session.posargs
    )
    if "<skipped" in Path(report).read_text(encoding="utf-8"):
        session.error("a recipe was not tested")


@nox.session(venv_backend="venv")
def spark(session: nox.Session) -> None:
    """Test the data source in Spark, on this machine, in an environment with Spark; needs Java 17 or newer."""
    session.install("-q", "-e", ".[spark,test]")
    session.run("python", "-m", "pytest", "--full", "-n", "0", *(session.posargs or ("tests/ext/spark",)))


@nox.session(venv_backend="venv")
def docs(session: nox.Session) -> None:
    """Build the site into build/site, with every page as Markdown and `llms.txt`, and check its links."""
    session.install("-q", "-e", ".[docs]")
    session.run("python", "-m", "zensical", "build", "--strict")
    session.run("python", ".ci/site_text.py")
    session.run("python", ".ci/site_links.py")


@nox.session
def accessibility(session: nox.Session) -> None:
    """Check every page of the built site in Chromium, as wide as a desktop and as a phone; `docs` comes first."""
    run(session, "pytest", "--exhaustive", "-n", "0", "tests/browser/test_site.py", *session.posargs)
