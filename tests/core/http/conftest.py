"""What the tests of the network share: an authority, and an environment that says nothing of the network."""

from pathlib import Path

import pytest

from .authority import Authority

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def silent_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(params=["async", "sync"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that a company's computers trust."""
    return Authority(tmp_path_factory.mktemp("company") / "ca")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("stranger") / "ca", "Stranger")


@pytest.fixture
def authorities(company: Authority, stranger: Authority, tmp_path: Path) -> dict[str, Path]:
    """Every kind of file and folder that authorities may be looked for in."""
    empty, text, folder, bare = (tmp_path / name for name in ("empty.pem", "text.pem", "unhashed", "bare"))
    empty.touch()
    bare.mkdir()
    text.write_text("not PEM\n")
    folder.mkdir()
    (folder / "ca.pem").write_bytes(company.file.read_bytes())
    return {
        "file": company.file,
        "folder": company.hashed(),
        "other file": stranger.file,
        "other folder": stranger.hashed(),
        "missing": tmp_path / "missing",
        "empty file": empty,
        "not PEM": text,
        "key": company.pair("unused")[1],
        "empty folder": bare,
        "unhashed folder": folder,
    }
