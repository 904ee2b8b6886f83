"""The data source in Spark itself, on this machine. `nox -s spark` runs these tests, in an environment with Spark."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from anaplan_ext import Client
from anaplan_ext.emulator import Emulator, Fault

from ...contract import conformance
from .conftest import EXPORT, FILE, KINDS, MODEL, TABLE, make_content

pytest.importorskip(
    "pyspark",
    reason="NOT TESTED: Spark is not installed here; `nox -s spark` and the workflow spark.yml run these tests",
)
pa: Any = pytest.importorskip("pyarrow")

from pyspark.sql import DataFrame, SparkSession  # noqa: E402

from anaplan_ext.spark.source import AnaplanDataSource  # noqa: E402

from ..frames.support import add_table  # noqa: E402

ROWS = 300
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
Watch = Callable[[str, str], None]
watchers: list[Watch] = []


@pytest.fixture(scope="module")
def tenant() -> Iterator[Emulator]:
    """A tenant that outlives a test, since Spark takes its environment when it starts."""

    def observe(exchange: Any) -> None:
        conformance.check(exchange)
        for watch in watchers:
            watch(exchange.method, exchange.path)

    with Emulator(download_chunk_size=400, observer=observe) as emulator:
        emulator.tenant.users[0].password = "1b9d6bcd-bbfd-4b2d"
        add_table(emulator, KINDS)
        yield emulator


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def spark(tenant: Emulator, logs: Path) -> Iterator[SparkSession]:
    (logs / "log4j2.properties").write_text(
        f"rootLogger.level = info\nrootLogger.appenderRef.file.ref = file\nappender.file.type = File\n"
        f"appender.file.name = file\nappender.file.fileName = {logs}/driver.log\n"
        "appender.file.layout.type = PatternLayout\nappender.file.layout.pattern = %p %c %m%n%ex\n"
    )
    variables = {
        "ANAPLAN_USER": tenant.user_email,
        "ANAPLAN_PASSWORD": tenant.password,
        "ANAPLAN_BASE_URL": tenant.url,
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
        "SPARK_CONF_DIR": str(logs),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        builder = (
            SparkSession.builder.master("local[2,4]")
            .config("spark.eventLog.enabled", "true")
            .config("spark.eventLog.compress", "false")
        )
        session = builder.config("spark.eventLog.dir", logs.as_uri()).getOrCreate()
        session.dataSource.register(AnaplanDataSource)
        yield session
        session.stop()


@pytest.fixture(autouse=True)
def signed_in(tenant: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign in by the environment, and load the rows."""
    monkeypatch.setenv("ANAPLAN_USER", tenant.user_email)
    monkeypatch.setenv("ANAPLAN_PASSWORD", tenant.password)
    monkeypatch.setenv("ANAPLAN_BASE_URL", tenant.url)
    tenant.download_chunk_size = 400
    with Client.from_env() as client:
        client.with_model(tenant.development_model_id).load({FILE: make_content(ROWS)}, process=TABLE)


def truth(tenant: Emulator) -> list[dict[str, object]]:
    """Return the rows as one client exports them."""
    with Client.from_env() as client:
        table: Any = client.with_model(tenant.development_model_id).export(TABLE).to_arrow()
    return [row for batch in table.to_batches() for row in batch.to_pylist()]


def read(spark: SparkSession, schema: str | None = None, **options: str) -> DataFrame:
    given = {"model": MODEL, "export": EXPORT, "max_row_bytes": "150", **options}
    reader = spark.read.format("anaplan").options(**given)
    return (reader if schema is None else reader.schema(schema)).load()


def rows(frame: DataFrame) -> list[dict[str, object]]:
    return sorted((row.asDict() for row in frame.collect()), key=lambda row: str(row["key"]))


def write(frame: DataFrame, mode: str = "overwrite") -> None:
    given = {"model": MODEL, "file": FILE, "process": TABLE}
    frame.write.format("anaplan").mode(mode).options(**given).save()


@contextmanager
def killing(method: str, path: str) -> Iterator[list[int]]:
    """Kill the processes of Spark's tasks when a request is sent for the first time. Yields their ids."""
    killed: list[int] = []

    def watch(sent: str, to: str) -> None:
        if not killed and sent == method and to.endswith(path):
            killed.extend(tasks())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    watchers.append(watch)
    try:
        yield killed
    finally:
        watchers.remove(watch)


def tasks() -> list[int]:
    """Return the ids of the processes that this process's Spark has forked for tasks."""
    parents: dict[int, int] = {}
    daemons: set[int] = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if b"pyspark.daemon" in (folder / "cmdline").read_bytes():
                    daemons.add(int(folder.name))
            except OSError:
                continue

    def is_ours(pid: int) -> bool:
        while pid > 1 and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid == os.getpid()

    return [pid for pid in daemons if parents[pid] in daemons and is_ours(pid)]


@pytest.mark.parametrize(("size", "chunks"), [(400, 1), (400, 4), (1_000_000, 8), (97, 20)])
def test_the_rows_are_those_of_anaplan(size: int, chunks: int, spark: SparkSession, tenant: Emulator) -> None:
    expected = truth(tenant)
    tenant.download_chunk_size = size
    frame = read(spark, chunks=f"{chunks}")
    assert [(field.name, field.dataType.simpleString()) for field in frame.schema.fields] == [
        *[("key", "string"), ("note", "string"), ("amount", "double"), ("day", "date"), ("ok", "boolean")],
    ]
    assert frame.count() == len(expected) == ROWS
    assert frame.selectExpr("sum(amount)").collect()[0][0] == sum(float(str(row["amount"])) for row in expected)
    assert rows(frame) == expected
    assert (frame.rdd.getNumPartitions() > 1) is (size < 1000)


def test_a_lost_response_and_killed_tasks_change_nothing(spark: SparkSession, tenant: Emulator) -> None:
    expected = truth(tenant)
    frame = read(spark, chunks="2")
    tenant.inject(Fault(kind="reset", method="GET", path="/chunks/5$"))
    tenant.inject(Fault(kind="truncate", method="GET", path="/chunks/8$"))
    with killing("GET", "/chunks/9") as killed:
        assert rows(frame) == expected
    assert killed


def test_a_frame_is_written_and_loaded(spark: SparkSession, tenant: Emulator) -> None:
    frame = read(spark, chunks="4").selectExpr("concat('x', key) as key", "note", "amount * 2 as amount", "day", "ok")
    expected = rows(frame)
    with killing("PUT", "/chunks/0") as killed:
        write(frame.orderBy("key").coalesce(1))
    assert killed
    loaded = [row for row in truth(tenant) if str(row["key"]).startswith("x")]
    assert sorted(loaded, key=lambda row: str(row["key"])) == expected


def test_what_cannot_be_kept_is_refused_and_the_file_keeps_its_content(
    spark: SparkSession, tenant: Emulator, logs: Path
) -> None:
    frame = read(spark, chunks="4").cache()
    before = tenant.count("POST", "/tasks")
    with pytest.raises(Exception, match=r"the frame must have one partition: write frame\.coalesce\(1\)"):
        write(frame)
    with pytest.raises(Exception, match="mode must be overwrite"):
        write(frame.coalesce(1), mode="append")
    with pytest.raises(Exception, match="column 'day': its time zone is that of the session"):
        write(frame.selectExpr("key", "note", "amount", "cast(day as timestamp) as day", "ok").coalesce(1))
    with pytest.raises(Exception, match="column 'amount', row 1: it is not a number"):
        write(frame.selectExpr("key", "note", "double('nan') as amount", "day", "ok").coalesce(1))
    assert tenant.count("POST", "/tasks") == before
    with Client.from_env() as client:
        assert client.with_model(tenant.development_model_id).get_file(FILE) == make_content(ROWS)
    stream = spark.readStream.format("rate").load().selectExpr("string(value) as key").writeStream.format("anaplan")
    with pytest.raises(Exception, match="a stream must be written with foreachBatch"):
        stream.option("checkpointLocation", logs.as_uri()).start().awaitTermination(60)
    with pytest.raises(Exception, match=r"schema\(\) must be omitted"):
        read(spark, schema="key string").count()


def test_no_credential_is_in_plans_logs_or_the_interface(
    spark: SparkSession, tenant: Emulator, logs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exception, match="password must not be an option") as caught:
        read(spark, password=tenant.password)
    assert tenant.password not in str(caught.value)
    frame = read(spark, chunks="4")
    frame.explain("extended")
    write(frame.coalesce(1))
    tenant.inject(Fault(method="GET", path="/chunks/3$", status=403, times=None))
    with pytest.raises(Exception, match="403"):
        frame.count()
    tenant.clear_faults()
    address = spark.sparkContext.uiWebUrl
    assert address is not None
    application = f"{address}/api/v1/applications/{spark.sparkContext.applicationId}"
    shown = [
        urlopen(url).read().decode()
        for url in (
            *(f"{address}/{page}/" for page in ("environment", "jobs", "stages", "SQL", "executors")),
            *(f"{application}/{part}" for part in ("environment", "sql?details=true&planDescription=true", "stages")),
        )
    ]
    texts = [
        *shown,
        *(path.read_text(errors="replace") for path in logs.rglob("*") if path.is_file()),
        *capfd.readouterr(),
    ]
    assert any("BatchScan anaplan" in text for text in texts)
    assert any("TaskSetManager" in text for text in texts)
    tokens = [
        value for exchange in tenant.exchanges for name, value in exchange.request_headers if name == "authorization"
    ]
    assert tokens
    for secret in (tenant.password, tenant.user_email, *{token.split()[-1] for token in tokens}):
        assert not any(secret in text for text in texts)


def test_the_guide_runs(spark: SparkSession, tenant: Emulator) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/spark.md").read_text(encoding="utf-8")
    read_it, write_it, _stream = re.findall(r"^```py\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    with Client.from_env() as client:
        client.with_model(tenant.development_model_id).load(
            {"flights.csv": "id,name,amount\n1,one,10\n2,two,20\n"}, process="Reload flights"
        )
    names: dict[str, object] = {"spark": spark}
    for snippet in (read_it, write_it):
        exec(compile(snippet, "docs/spark.md", "exec"), names)
    with Client.from_env() as client:
        content = client.with_model(tenant.development_model_id).export("Export flights").read()
    assert content.splitlines() == [b"id,name,amount", b"1,one,20", b"2,two,40"]
