"""A private certificate authority, as a company has one."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from attrs import define
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PRIVATE = serialization.PrivateFormat.PKCS8


@define(slots=False)
class Authority:
    """Issues certificates, and has a file and a folder that make a client trust them."""

    folder: Path
    name: str = "Company Authority"

    def __attrs_post_init__(self) -> None:
        self.folder.mkdir()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._issue(self.name, self._key, None)
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    @property
    def file(self) -> Path:
        return self.folder / "ca.pem"

    def hashed(self) -> Path:
        """A folder with the authority, as `openssl rehash` makes it."""
        folder = self.folder / "hashed"
        folder.mkdir(exist_ok=True)
        context = ssl.create_default_context(cafile=self.file)
        assert len(context.get_ca_certs()) == 1
        for name in _hashes(self._certificate):
            (folder / f"{name}.0").write_bytes(self.file.read_bytes())
        return folder

    def pair(self, *names: str, is_expired: bool = False, password: str = "") -> tuple[Path, Path]:
        """A certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._issue(names[0], key, [*names], is_expired)
        stem = f"{names[0].replace('*', 'star')}{'-expired' * is_expired}{'-locked' * bool(password)}"
        files = self.folder / f"{stem}.pem", self.folder / f"{stem}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        encryption = (
            serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
        )
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, PRIVATE, encryption))
        return files

    def server(self, *names: str, is_expired: bool = False, clients: "Authority | None" = None) -> ssl.SSLContext:
        """What a server of these names needs; with `clients`, it demands a certificate that they issued."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.pair(*(names or ("127.0.0.1",)), is_expired=is_expired))
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients.file)
        return context

    def _issue(
        self, name: str, key: ec.EllipticCurvePrivateKey, names: list[str] | None, is_expired: bool = False
    ) -> x509.Certificate:
        now = datetime.now(UTC) - timedelta(days=10 * is_expired)
        usage = dict.fromkeys(
            ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign"], False
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(names is None, None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=names is not None,
                    key_cert_sign=names is None,
                    encipher_only=False,
                    decipher_only=False,
                    **usage,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if names is not None:
            alternatives = x509.SubjectAlternativeName([_alternative(one) for one in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _hashes(certificate: x509.Certificate) -> list[str]:
    """The first four bytes, backwards, of the SHA-1 of a subject in its canonical form: lower case, UTF-8, no frame."""
    from hashlib import sha1

    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(name.value).lower().encode()
    value = b"\x0c" + bytes([len(text)]) + text
    pair = b"\x06\x03\x55\x04\x03" + value
    sequence = b"\x30" + bytes([len(pair)]) + pair
    canonical = b"\x31" + bytes([len(sequence)]) + sequence
    return [sha1(canonical, usedforsecurity=False).digest()[3::-1].hex()]
