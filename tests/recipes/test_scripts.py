"""The recipes of the page on schedulers that need no tool: cron, and the cells for Databricks."""

import ast
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from anaplan_ext.emulator import Emulator

from .page import PAGE, ROOT, STARTS, make_environment, read_files, run, write_files

GOOD, MIXED = "id,amount\n1,10\n2,20\n", "id,amount\n1,10\n2,ten\n"


def test_the_dag_of_the_page_is_the_one_that_runs_in_airflow() -> None:
    """The tests of the provider run it in Airflow."""
    example = (ROOT / "packages/airflow-provider-anaplan/example_dags/planning.py").read_text(encoding="utf-8")
    code = example.partition('"""\n\n')[2]
    assert code == read_files()["dags/planning.py"]
    readme = (ROOT / "packages/airflow-provider-anaplan/README.md").read_text(encoding="utf-8")
    assert f"```python\n{code}```\n" in readme


def test_the_page_names_the_versions_that_are_tested() -> None:
    page = PAGE.read_text(encoding="utf-8")
    pins = [ROOT / "tests/recipes/requirements.txt", ROOT / "packages/airflow-provider-anaplan/constraints.txt"]
    versions = dict(
        line.split("==") for pin in pins for line in pin.read_text().splitlines() if "==" in line and line[0] != "#"
    )
    for tool, package in {
        "Airflow": "apache-airflow",
        "dlt": "dlt[duckdb,filesystem,parquet]",
        "Dagster": "dagster",
        "Prefect": "prefect",
    }.items():
        assert f"| [{tool}](#{tool.lower()}) | {versions[package]} |" in page


def test_every_file_uses_only_the_public_client() -> None:
    files = {name: code for name, code in read_files().items() if name.endswith(".py")}
    assert len(files) == 6
    for code in files.values():
        modules = {node.module or "" for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)}
        assert not [module for module in modules if module.startswith(("anaplan_client", "anaplan_ext."))]


def nightly(emulator: Emulator, folder: Path) -> "subprocess.CompletedProcess[str]":
    return run(["bash", str(folder / "load/nightly.sh")], emulator, folder)


@pytest.fixture
def load(emulator: Emulator, tmp_path: Path) -> Path:
    folder = tmp_path / "load"
    folder.mkdir()
    write_files(folder, "nightly.sh")
    (folder / "anaplan.env").write_text(f"export ANAPLAN_USER={emulator.user_email}\n")
    return folder


@pytest.mark.slow
def test_the_script_for_cron_tells_what_a_person_must_read(emulator: Emulator, tmp_path: Path, load: Path) -> None:
    (load / "flights.csv").write_text(GOOD)
    done = nightly(emulator, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (load / "flights.csv").write_text(MIXED)
    done = nightly(emulator, tmp_path)
    assert done.returncode == 3
    assert f"Correct those in {load}/rejects" in done.stdout
    assert list((load / "rejects").iterdir())
    assert [line.split(" ", 1)[1] for line in (load / "load.log").read_text().splitlines() if "T" in line[:11]] == [
        "starts",
        "ended with 0",
        "starts",
        "ended with 3",
    ]


@pytest.mark.slow
def test_the_script_for_cron_runs_once_at_a_time(emulator: Emulator, tmp_path: Path, load: Path) -> None:
    (load / "flights.csv").write_text(GOOD)
    with subprocess.Popen(
        ["flock", "lock", "sh", "-c", "echo locked; cat"],
        cwd=load,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        done = nightly(emulator, tmp_path)
        other.communicate("")
    assert (done.returncode, done.stdout) == (0, "")
    assert "skipped" in (load / "load.log").read_text()
    assert emulator.count("POST", STARTS) == 0
    assert nightly(emulator, tmp_path).returncode == 0
    assert emulator.count("POST", STARTS) == 1


@pytest.mark.slow
def test_the_script_for_cron_says_that_the_network_is_down(emulator: Emulator, tmp_path: Path, load: Path) -> None:
    (load / "flights.csv").write_text(GOOD)
    (load / "anaplan.env").write_text("export ANAPLAN_BASE_URL=http://127.0.0.1:9\n")
    done = nightly(emulator, tmp_path)
    assert done.returncode == 75
    assert "the network is down" in done.stdout


class Exit(Exception):  # noqa: N818 (dbutils ends a notebook so)
    pass


def _exit(value: str) -> None:
    raise Exit(value)


def test_the_cells_for_databricks_run_with_stand_ins(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="THE CELLS ARE NOT TESTED HERE: pyarrow is not installed")
    from pyarrow import parquet

    for name, value in make_environment(emulator, tmp_path).items():
        if name.startswith("ANAPLAN_") and name not in ("ANAPLAN_USER", "ANAPLAN_PASSWORD"):
            monkeypatch.setenv(name, value)
    secrets = make_certificate(emulator)
    widgets = {"folder": str(tmp_path)}
    rows = pyarrow.table({"id": [1, 2], "amount": [10.0, 20.0], "region": ["a", "b"]})
    names: dict[str, Any] = {
        "dbutils": SimpleNamespace(
            widgets=SimpleNamespace(text=lambda name, value: widgets.setdefault(name, value), get=widgets.__getitem__),
            secrets=SimpleNamespace(get=lambda scope, key: {"anaplan": secrets}[scope][key]),
            notebook=SimpleNamespace(exit=_exit),
        ),
        "spark": SimpleNamespace(
            table=lambda _: SimpleNamespace(
                select=lambda *columns: SimpleNamespace(toArrow=lambda: rows.select(list(columns)))
            ),
            read=SimpleNamespace(parquet=parquet.read_table),
        ),
    }
    first, *written = read_files()["planning_notebook.py"].split("# COMMAND ----------\n")
    assert all(line.startswith("#") for line in first.split("\n") if line)
    *cells, last = (compile(cell, "cell", "exec") for cell in written)
    for cell in cells:
        exec(cell, names)
    with pytest.raises(Exit, match="2 rows loaded"):
        exec(last, names)
    assert widgets["model"] == "Planning Dev"
    assert names["planned"].num_rows == 2


def make_certificate(emulator: Emulator) -> dict[str, str]:
    """Return a certificate that the emulator trusts, and its key, by the names of their variables."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "planning")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    emulator.trust(certificate, emulator.user_email)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {"ANAPLAN_CERTIFICATE": certificate.decode(), "ANAPLAN_PRIVATE_KEY": private.decode()}
