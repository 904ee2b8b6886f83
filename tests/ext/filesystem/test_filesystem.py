"""The filesystem in the emulator."""

import io
import json
import pickle
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.callbacks import Callback

from anaplan_ext import AnaplanError, AuthenticationError, DownloadError, RateLimitStoreError
from anaplan_ext.emulator import Emulator, Fault, File, Model, Workspace
from anaplan_ext.filesystem.filesystem import AnaplanFileSystem

from .conftest import CONTENT, DEV, FILE, NAME, WORKSPACE

ROOT = Path(__file__).resolve().parents[3]
PATH = f"{DEV}/{NAME}"


def test_the_entry_point_names_the_class() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    module, _, name = project["entry-points"]["fsspec.specs"]["anaplan"].partition(":")
    assert getattr(import_module(module), name) is AnaplanFileSystem


def test_the_library_does_not_import_fsspec() -> None:
    code = "import sys; from anaplan_ext import Client; Client(token='t'); sys.exit('fsspec' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("model", [DEV, "planning dev", f"{WORKSPACE}/{DEV}", "D0E5A4B3C2D14F60A7B8C9D0E1F2A301"])
@pytest.mark.parametrize("name", [NAME, f"files/{NAME}", FILE])
def test_what_is_written_is_read(fs: AnaplanFileSystem, model: str, name: str) -> None:
    fs.pipe_file(f"{model}/{name}", CONTENT)
    assert fs.cat_file(f"anaplan://{model}/{name}") == CONTENT
    with fs.open(f"anaplan://{model}/{name}", "r", encoding="utf-8") as file:
        assert file.readline() == "id,name,amount\n"


def test_a_filesystem_of_a_model_has_short_paths(options: dict[str, str]) -> None:
    fs = fsspec.filesystem("anaplan", model=DEV, workspace=WORKSPACE, **options)
    fs.pipe_file(NAME, CONTENT)
    assert fs.cat_file(NAME) == CONTENT
    assert fs.ls("", detail=False) == [NAME]
    assert fs.ls("exports", detail=False) == ["exports/Export flights"]
    assert repr(fs) == f"AnaplanFileSystem(model={DEV!r})"
    with pytest.raises(ValueError, match="workspace must be omitted without model"):
        AnaplanFileSystem(workspace=WORKSPACE)


def test_folders_are_listed(fs: AnaplanFileSystem) -> None:
    assert fs.ls("", detail=False) == [DEV, "Planning Prod"]
    assert fs.ls(f"anaplan://{DEV}/", detail=False) == [PATH]
    assert fs.ls(f"{DEV}/files", detail=False) == [f"{DEV}/files/{NAME}"]
    assert fs.ls(f"{DEV}/views", detail=False) == [f"{DEV}/views/Flights", f"{DEV}/views/Delays"]
    assert f"{DEV}/views/Flights/Flights" in fs.ls(f"{DEV}/views/Flights", detail=False)
    assert fs.ls(PATH) == [{"name": PATH, "type": "file", "size": None, "id": FILE, "chunks": 0}]
    assert fs.glob(f"{DEV}/*.csv") == [PATH]
    assert fs.find(DEV) == [PATH]
    assert fs.find(f"{DEV}/exports") == [f"{DEV}/exports/Export flights"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "directory"),
        (DEV, "directory"),
        (f"{DEV}/files", "directory"),
        (f"{DEV}/exports", "directory"),
        (f"{DEV}/views", "directory"),
        (f"{DEV}/views/Flights", "directory"),
        (PATH, "file"),
        (f"{DEV}/exports/Export flights", "file"),
        (f"{DEV}/views/Flights/Flights", "file"),
    ],
)
def test_what_there_is(fs: AnaplanFileSystem, path: str, kind: str) -> None:
    info = fs.info(path)
    assert (info["name"], info["type"]) == (path, kind)
    assert fs.exists(path)
    assert fs.isdir(path) is (kind == "directory")
    assert fs.isfile(path) is (kind == "file")


@pytest.mark.parametrize(
    "path",
    [
        *("Plan", "Plan/flights.csv", f"{DEV}/flight.csv", f"{DEV}/exports/Export flight", f"{DEV}/views/Flight"),
        *(f"{DEV}/views/Flights/Flight", f"{DEV}/a/b/c", "Other/Planning Dev/flights.csv", "D" * 32),
    ],
)
def test_what_there_is_not(fs: AnaplanFileSystem, path: str) -> None:
    assert not fs.exists(path)
    assert not fs.isfile(path)
    assert not fs.isdir(path)
    for method in (fs.info, fs.ls, fs.cat_file):
        with pytest.raises((FileNotFoundError, IsADirectoryError)):
            method(path)


def test_a_missing_name_tells_similar_ones_and_creates_nothing(fs: AnaplanFileSystem, emulator: Emulator) -> None:
    with pytest.raises(FileNotFoundError, match=r"flights\.csv") as caught:
        fs.pipe_file(f"{DEV}/flight.csv", CONTENT)
    assert caught.value.filename == f"{DEV}/flight.csv"
    assert emulator.count("POST", "/files/") == 0


def test_a_file_is_created_on_request(options: dict[str, str]) -> None:
    fs = fsspec.filesystem("anaplan", create_files=True, **options)
    fs.pipe_file(f"{DEV}/new*%2F.csv", CONTENT)
    assert fs.ls(DEV, detail=False)[1] == f"{DEV}/new%2A%2F.csv"
    assert fs.cat_file(f"{DEV}/new%2A%2F.csv") == CONTENT
    fs.rm(f"{DEV}/new%2A%2F.csv")
    assert not fs.exists(f"{DEV}/new%2A%2F.csv")


def test_names_that_say_too_little_are_listed_by_their_ids(fs: AnaplanFileSystem, emulator: Emulator) -> None:
    model = emulator.model(emulator.development_model_id)
    model.files += [
        File(id="113000000001", name="Flights.csv"),
        File(id="113000000002", name="exports"),
        File(id="113000000003", name="113000000009"),
    ]
    listed = [f"{DEV}/{name}" for name in (FILE, "113000000001", "113000000002", "113000000003")]
    assert fs.ls(DEV, detail=False) == listed
    for path in listed:
        fs.pipe_file(path, path.encode())
        assert fs.cat_file(path) == path.encode()


def test_a_model_of_a_name_that_several_have_needs_its_workspace(fs: AnaplanFileSystem, emulator: Emulator) -> None:
    other = Model(id="E" * 32, name=DEV, files=[File(id="113000000000", name="other.csv")])
    emulator.tenant.workspaces.append(Workspace(id="f" * 32, name="Other", models=[other]))
    with pytest.raises(AnaplanError, match="E" * 32):
        fs.info(f"{DEV}/other.csv")
    assert fs.exists(f"Other/{DEV}/other.csv")
    assert fs.exists(f"{'f' * 32}/{DEV}")
    assert fs.exists(f"{WORKSPACE}/{DEV}/{NAME}")
    assert not fs.exists(f"{WORKSPACE}/{DEV}/other.csv")


def test_an_error_leaves_the_old_content(fs: AnaplanFileSystem) -> None:
    fs.pipe_file(PATH, CONTENT)

    def fail(mode: str, content: Any) -> None:
        with fs.open(PATH, mode) as file:
            file.write(content)
            raise KeyError

    for mode, content in (("wb", b"new"), ("w", "new")):
        with pytest.raises(KeyError):
            fail(mode, content)
        assert fs.cat_file(PATH) == CONTENT


@pytest.mark.parametrize(("mode", "content"), [("wb", b"new"), ("w", "new"), ("wt", "new")])
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_an_error_under_the_open_of_fsspec_leaves_the_old_content(
    fs: AnaplanFileSystem, options: dict[str, Any], mode: str, content: Any, compression: str | None
) -> None:
    fs.pipe_file(PATH, CONTENT)

    def fail() -> None:
        with fsspec.open(f"anaplan://{PATH}", mode, compression=compression, **options) as file:
            file.write(content)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert fs.cat_file(PATH) == CONTENT


def test_a_folder_that_there_is_not_is_not_copied(fs: AnaplanFileSystem, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        fs.get_file("Plan", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    fs.get_file(DEV, tmp_path / "new")
    assert (tmp_path / "new").is_dir()


def test_a_transaction_uploads_all_or_nothing(fs: AnaplanFileSystem, emulator: Emulator) -> None:
    emulator.model(emulator.development_model_id).files.append(File(id="113000000001", name="fx.csv"))
    for path in (PATH, f"{DEV}/fx.csv"):
        fs.pipe_file(path, b"old")

    def write() -> None:
        for path in (PATH, f"{DEV}/fx.csv"):
            fs.pipe_file(path, CONTENT)
            assert fs.cat_file(path) == b"old"

    def fail() -> None:
        with fs.transaction:
            write()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert fs.cat([PATH, f"{DEV}/fx.csv"]) == {PATH: b"old", f"{DEV}/fx.csv": b"old"}
    with fs.transaction:
        write()
    assert fs.cat([PATH, f"{DEV}/fx.csv"]) == {PATH: CONTENT, f"{DEV}/fx.csv": CONTENT}


def test_files_are_copied_with_progress(fs: AnaplanFileSystem, tmp_path: Path, emulator: Emulator) -> None:
    emulator.download_chunk_size = 10
    (tmp_path / "source.csv").write_bytes(CONTENT)
    for copy in (
        lambda callback: fs.put(str(tmp_path / "source.csv"), PATH, callback=callback),
        lambda callback: fs.put_file(tmp_path / "source.csv", PATH, callback=callback),
        lambda callback: fs.get(PATH, str(tmp_path / "new" / "target.csv"), callback=callback),
        lambda callback: fs.get_file(PATH, tmp_path / "new" / "target.csv", callback=callback),
    ):
        steps = list[int]()
        callback = Callback(hooks={"note": lambda size, value, **_: steps.append(value)})  # noqa: B023
        copy(callback)
        assert len(steps) >= 1
    assert callback.value == len(CONTENT)
    assert steps == sorted(steps)
    assert (tmp_path / "new" / "target.csv").read_bytes() == CONTENT
    buffer = io.BytesIO()
    fs.get_file(PATH, buffer)
    assert buffer.getvalue() == CONTENT
    with pytest.raises(FileExistsError):
        fs.put_file(tmp_path / "source.csv", PATH, mode="create")
    with pytest.raises(FileExistsError):
        fs.open(PATH, "xb")


def test_a_download_that_fails_leaves_what_was_there(fs: AnaplanFileSystem, tmp_path: Path, emulator: Emulator) -> None:
    fs.pipe_file(PATH, CONTENT)
    (tmp_path / "target").write_bytes(b"old")
    emulator.inject(Fault(path="chunks/0", status=403))
    with pytest.raises(AnaplanError):
        fs.get_file(PATH, tmp_path / "target")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_an_export_runs_when_it_is_read(fs: AnaplanFileSystem, emulator: Emulator, tmp_path: Path) -> None:
    fs.pipe_file(PATH, CONTENT)
    fs.tenant.client.with_model(emulator.development_model_id).run_action(118000000000)
    path = f"{DEV}/exports/Export flights"
    assert fs.cat_file(path) == CONTENT
    fs.get(path, str(tmp_path / "export.csv"))
    assert (tmp_path / "export.csv").read_bytes() == CONTENT
    assert emulator.count("POST", "exports/116000000000/tasks") == 2
    # What it wrote is listed as the export only.
    assert fs.ls(DEV, detail=False) == [PATH]


def test_a_view_is_read_as_csv(fs: AnaplanFileSystem, tmp_path: Path) -> None:
    path = f"{DEV}/views/Delays/Delays"
    content = fs.cat_file(path)
    assert content.splitlines()[0] == b"Airports,Average delay"
    fs.get_file(path, tmp_path / "view.csv")
    assert (tmp_path / "view.csv").read_bytes() == content
    assert [entry.name for entry in tmp_path.iterdir()] == ["view.csv"]


@pytest.mark.parametrize("path", [DEV, f"{DEV}/exports/Export flights", f"{DEV}/views/Delays/Delays"])
def test_only_files_are_written_and_deleted(fs: AnaplanFileSystem, path: str, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(CONTENT)
    for write in (
        lambda: fs.open(path, "wb"),
        lambda: fs.put_file(tmp_path / "source", path),
        lambda: fs.rm_file(path),
    ):
        with pytest.raises(PermissionError, match="only files of a model"):
            write()


def test_there_are_no_ranges_and_the_error_says_what_to_do(fs: AnaplanFileSystem) -> None:
    fs.pipe_file(PATH, CONTENT)
    assert fs.cat_file(PATH, 0, 5) == fs.head(PATH, 5) == CONTENT[:5]
    for start, end in ((5, None), (5, 9), (None, -3), (-3, None)):
        with pytest.raises(io.UnsupportedOperation, match="simplecache::"):
            fs.cat_file(PATH, start, end)
    with fs.open(PATH) as file, pytest.raises(io.UnsupportedOperation, match="no ranges"):
        file.seek(1)
    for mode in ("ab", "rb+"):
        with pytest.raises(ValueError, match="read or replaced as a whole"):
            fs.open(PATH, mode)
    with pytest.raises(IsADirectoryError):
        fs.open(DEV)


def test_a_local_copy_can_seek(options: dict[str, str], fs: AnaplanFileSystem, tmp_path: Path) -> None:
    fs.pipe_file(PATH, CONTENT)
    url = f"simplecache::anaplan://{PATH}"
    with fsspec.open(url, anaplan=options, simplecache={"cache_storage": str(tmp_path)}) as file:
        file.seek(-4, 2)
        assert file.read() == b",20\n"


def test_folders_cannot_be_created(fs: AnaplanFileSystem) -> None:
    fs.makedirs(DEV, exist_ok=True)
    with pytest.raises(FileExistsError):
        fs.makedirs(DEV)
    for create in (fs.mkdir, fs.makedirs):
        with pytest.raises(PermissionError, match="no folders"):
            create(f"{DEV}/new/folder")


def test_a_file_without_content_is_an_error(fs: AnaplanFileSystem) -> None:
    with pytest.raises(DownloadError, match="no content"):
        fs.cat_file(PATH)
    fs.touch(PATH)
    with pytest.raises(DownloadError, match="no content"):
        fs.cat_file(PATH)


def test_a_failed_request_is_no_missing_file(emulator: Emulator) -> None:
    fs = fsspec.filesystem("anaplan", token="wrong", base_url=emulator.url)
    for method in (fs.exists, fs.isfile, fs.isdir, fs.info, fs.ls):
        with pytest.raises(AuthenticationError):
            method(PATH)


# Copies of the filesystem


def test_a_copy_signs_in_by_the_same_arguments(fs: AnaplanFileSystem) -> None:
    fs.pipe_file(PATH, CONTENT)
    for other in (pickle.loads(pickle.dumps(fs)), AnaplanFileSystem.from_json(fs.to_json())):
        assert other.cat_file(PATH) == CONTENT


def test_secrets_are_in_copies_only(emulator: Emulator) -> None:
    fs = AnaplanFileSystem(profile="p", token="canary1", password="canary2", model="M")
    assert "canary" not in repr(fs) + str(fs) + json.dumps(fs.to_dict(include_password=False))
    assert fs.to_dict(include_password=False) == {
        "cls": "anaplan_ext.filesystem.filesystem:AnaplanFileSystem",
        "protocol": "anaplan",
        "args": [],
        "profile": "p",
        "model": "M",
    }
    assert b"canary" not in pickle.dumps(AnaplanFileSystem(profile="p"))


def test_an_option_that_there_is_not_is_an_error() -> None:
    with pytest.raises(TypeError, match="tokn"):
        fsspec.filesystem("anaplan", tokn="x")


def test_the_limit_is_shared(options: dict[str, str], tmp_path: Path) -> None:
    fs = fsspec.filesystem("anaplan", rate_limit=100, rate_limit_shared=f"file:{tmp_path / 'limit'}", **options)
    assert fs.exists(PATH)
    assert (tmp_path / "limit").exists()
    broken = fsspec.filesystem("anaplan", rate_limit_shared=f"file:{tmp_path}", **options)
    with pytest.raises(RateLimitStoreError):
        broken.exists(PATH)
