"""The tenant that the documented snippets speak of, and a certificate to sign in to it where they look for one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from anaplan_ext.emulator import Emulator, Model, Tenant, User, Workspace

from ..contract import conformance

WORKSPACE, TARGET, SOURCE = "A" * 32, "1" * 32, "2" * 32


@pytest.fixture(scope="session")
def certified_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with `certs/anaplan.pem` and `keys/anaplan.pem`."""
    home = tmp_path_factory.mktemp("home")
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "snippets")])
    start = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=1))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    for folder, content in (("keys", private), ("certs", public)):
        (home / folder).mkdir()
        (home / folder / "anaplan.pem").write_bytes(content)
    return home


@pytest.fixture
def home(certified_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(certified_home))
    return certified_home


@pytest.fixture
def emulator(home: Path, request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """A fresh emulator of the snippets' tenant; the parameter, if there is one, is how long its tasks take."""
    with Emulator(_tenant(), task_polls=getattr(request, "param", 1), observer=conformance.check) as emulator:
        emulator.trust((home / "certs" / "anaplan.pem").read_bytes())
        yield emulator


def _tenant() -> Tenant:
    """Target and source share `rev_456`; the source also has `rev_123`, and a change that no revision has."""
    user = User(email="builder@example.com")
    day, first = 86_400.0, 1_767_225_600.0
    source = Model(id=SOURCE, name="Development")
    source.add_module("Sales", line_items=["Units", "Price"])
    shared = source.record_revision("rev_456", "Shared", user_id=user.id, at=first)
    target = Model(id=TARGET, name="Production")
    target.apply_revision(shared, user_id=user.id, at=first + day, method="Model copied")
    source.add_line_item("Sales", "Revenue")
    source.record_revision("rev_123", "With revenue", user_id=user.id, at=first + 2 * day)
    source.add_list("Regions")
    return Tenant(users=[user], workspaces=[Workspace(id=WORKSPACE, name="Planning", models=[target, source])])
