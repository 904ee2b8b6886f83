"""Tokens in a file: private, complete at every moment, and never in place of something else."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from anaplan_ext import FileTokenStore, StoredToken, TokenStoreError
from anaplan_ext.auth.stores import file as module

from .test_token import SECRET, TOKEN

posix = pytest.mark.skipif(os.name == "nt", reason="there are no modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_tokens_are_kept_in_a_private_file_in_a_private_folder(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "new" / "deep" / "tokens.json")
    assert store.load() is None
    store.save(TOKEN)
    assert store.load() == TOKEN
    second = evolve(TOKEN, access_token="other")
    FileTokenStore(store.path).save(second)
    assert store.load() == second
    assert [path.name for path in store.path.parent.iterdir()] == ["tokens.json"]
    assert SECRET not in repr(store)
    if os.name != "nt":
        assert (mode(store.path), mode(store.path.parent)) == (0o600, 0o700)


def test_a_home_folder_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert FileTokenStore("~/tokens.json").path == tmp_path / "tokens.json"


@pytest.mark.parametrize(
    "content",
    [b"", b"not json", b'{"kind": "another"}', TOKEN.to_json().encode()[:-9], b"x" * 1_000_001, b"\xff\x00"],
    ids=["empty", "text", "another", "cut", "huge", "binary"],
)
def test_a_file_of_something_else_is_rejected_and_unchanged(content: bytes, tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    store.path.write_bytes(content)
    store.path.chmod(0o600)
    for use in (store.load, lambda: store.save(TOKEN)):
        with pytest.raises(TokenStoreError, match=r"tokens\.json") as raised:
            use()
        assert SECRET not in str(raised.value)
    assert store.path.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]


def test_the_tokens_of_another_client_are_not_replaced(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    store.save(TOKEN)
    with pytest.raises(TokenStoreError, match=r"tokens\.json has the tokens of client c1"):
        store.save(evolve(TOKEN, client_id="c2"))
    assert store.load() == TOKEN


@posix
@pytest.mark.parametrize("wrong", [0o640, 0o604, 0o620, 0o666, 0o601])
def test_a_file_that_others_can_read_is_rejected(wrong: int, tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    store.save(TOKEN)
    store.path.chmod(wrong)
    for use in (store.load, lambda: store.save(TOKEN)):
        with pytest.raises(TokenStoreError, match=f"got mode {wrong:04o}.*chmod 600"):
            use()
    assert mode(store.path) == wrong


@posix
def test_a_folder_or_a_pipe_is_rejected_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(TokenStoreError):
            FileTokenStore(tmp_path / name).load()


@posix
def test_the_file_that_a_link_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "tokens.json"
    link.symlink_to(tmp_path / "real" / "tokens.json")
    FileTokenStore(link).save(TOKEN)
    assert link.is_symlink()
    assert FileTokenStore(tmp_path / "real" / "tokens.json").load() == TOKEN


@posix
def test_what_a_crash_has_left_is_replaced_and_no_link_is_followed(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    left = tmp_path / ".tokens.json.new"
    left.write_text("half")
    left.chmod(0o644)
    store.save(TOKEN)
    assert not left.exists()
    assert mode(store.path) == 0o600
    (tmp_path / "victim").write_text("precious")
    left.symlink_to(tmp_path / "victim")
    with pytest.raises(TokenStoreError, match="cannot be written"):
        store.save(TOKEN)
    assert (tmp_path / "victim").read_text() == "precious"
    assert store.load() == TOKEN


@posix
@pytest.mark.parametrize(
    ("written", "mode", "is_used"),
    [
        (evolve(TOKEN, expires_at=2e9).to_json(), 0o600, True),
        (evolve(TOKEN, expires_at=2e9).to_json()[:-1], 0o600, False),
        ("", 0o600, False),
        (evolve(TOKEN, expires_at=2e9).to_json(), 0o644, False),
        (evolve(TOKEN, expires_at=5e8).to_json(), 0o600, False),
    ],
    ids=["complete", "cut", "empty", "public", "older"],
)
def test_what_a_writer_has_written_before_it_was_killed_is_not_lost(
    written: str, mode: int, is_used: bool, tmp_path: Path
) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    store.save(TOKEN)
    left = tmp_path / ".tokens.json.new"
    left.write_text(written)
    left.chmod(mode)
    assert store.load() == (evolve(TOKEN, expires_at=2e9) if is_used else TOKEN)
    store.save(evolve(TOKEN, expires_at=3e9))
    assert store.load() == evolve(TOKEN, expires_at=3e9)
    assert not left.exists()


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_tokens_and_nothing_else(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileTokenStore(tmp_path / "tokens.json")
    store.save(TOKEN)

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.os, step, fail)
        with pytest.raises(TokenStoreError, match=r"tokens\.json cannot be written: No space left"):
            store.save(evolve(TOKEN, access_token="new"))
    assert store.load() == TOKEN
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]


@posix
def test_the_content_is_on_the_disk_before_it_takes_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, steps = FileTokenStore(tmp_path / "tokens.json"), list[str]()
    sync, replace = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        if not is_folder:
            content = Path(tmp_path / ".tokens.json.new").read_text()
            assert StoredToken.from_json(content) == TOKEN
        steps.append("folder" if is_folder else "file")
        sync(descriptor)

    def note_replace(source: Path, target: Path) -> None:
        steps.append("name")
        replace(source, target)

    monkeypatch.setattr(module.os, "fsync", note_sync)
    monkeypatch.setattr(module.os, "replace", note_replace)
    store.save(TOKEN)
    assert steps == ["file", "name", "folder"]


def test_deleted_tokens_are_gone_and_what_is_something_else_stays(tmp_path: Path) -> None:
    store, link = FileTokenStore(tmp_path / "tokens.json"), FileTokenStore(tmp_path / "link.json")
    store.delete()
    link.path.symlink_to(store.path)
    for which in (store, link):
        store.save(TOKEN)
        store._written_path.write_text(TOKEN.to_json())  # what a writer that was killed has left
        which.delete()
        assert store.load() is None
        assert not store.path.exists()
    assert link.path.is_symlink()
    store.path.write_text("something else")
    store.path.chmod(0o600)
    with pytest.raises(TokenStoreError):
        store.delete()
    assert store.path.read_text() == "something else"
