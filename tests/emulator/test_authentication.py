from __future__ import annotations

import base64
import datetime
import os
import struct
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from anaplan_ext.emulator import Emulator

from .conftest import Api, message


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "emulator test")])
    start = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def payload(key: rsa.RSAPrivateKey, data: bytes, *, v2: bool = False) -> dict[str, str]:
    signature = key.sign(data, padding.PKCS1v15(), hashes.SHA512())
    body = {"encodedData": base64.b64encode(data).decode(), "encodedSignedData": base64.b64encode(signature).decode()}
    return body | ({"encodedDataFormat": "v2"} if v2 else {})


def timed(emulator: Emulator, late: float = 0) -> bytes:
    return struct.pack(">Q", int(emulator.now() + late)) + os.urandom(100)


def sign_in(emulator: Emulator, certificate: bytes, body: dict[str, Any]) -> tuple[int, str]:
    header = "CACertificate " + base64.b64encode(certificate).decode()
    response = httpx.post(emulator.url + "/token/authenticate", json=body, headers={"Authorization": header})
    return response.status_code, response.json()["status"]


def test_token_life(emulator: Emulator, api: Api) -> None:
    validated = api.http.get("/token/validate")
    assert validated.status_code == 200
    assert validated.json()["userInfo"]["userId"] == emulator.user_email
    assert validated.json()["meta"] == {"validationUrl": emulator.url + "/token/validate"}
    emulator.advance(2000)
    refreshed = api.http.post("/token/refresh").json()["tokenInfo"]
    assert refreshed["tokenValue"] == api.token
    assert refreshed["expiresAt"] > validated.json()["tokenInfo"]["expiresAt"]
    emulator.advance(2000)
    assert api.get("/users/me").status_code == 200
    emulator.advance(101)
    assert message(api.get("/users/me"))[0] == 401
    expired = api.http.post("/token/refresh")
    assert (expired.status_code, expired.json()["status"]) == (401, "FAILURE_BAD_CREDENTIAL")


def test_logout_and_expiry_of_all(emulator: Emulator, api: Api) -> None:
    other = Api(emulator)
    assert api.http.post("/token/logout").status_code == 204
    assert api.http.get("/token/validate").status_code == 401
    assert other.get("/users/me").status_code == 200
    emulator.expire_tokens()
    assert other.get("/users/me").status_code == 401
    assert emulator.count("POST", "/token/authenticate") == 2


@pytest.mark.parametrize(
    ("method", "path", "header", "status", "code"),
    [
        ("POST", "/token/authenticate", None, 401, "FAILURE_BAD_HEADER"),
        ("POST", "/token/authenticate", "Digest x", 401, "FAILURE_BAD_HEADER"),
        ("POST", "/token/authenticate", "Basic %%%", 401, "FAILURE_BAD_HEADER"),
        ("POST", "/token/authenticate", "Basic " + base64.b64encode(b"a:b").decode(), 401, "FAILURE_BAD_CREDENTIAL"),
        ("POST", "/token/authenticate", "CACertificate bm8=", 401, "FAILURE_BAD_HEADER"),
        ("POST", "/token/refresh", "Bearer x", 400, "FAILURE_BAD_HEADER"),
        ("GET", "/token/validate", None, 400, "FAILURE_BAD_HEADER"),
        ("POST", "/token/logout", "Bearer x", 401, "FAILURE_BAD_HEADER"),
        ("GET", "/token/validate", "AnaplanAuthToken x", 401, "FAILURE_BAD_CREDENTIAL"),
        ("GET", "/token/refresh", "AnaplanAuthToken x", 405, "FAILURE_BAD_HEADER"),
    ],
)
def test_rejected_credentials(
    emulator: Emulator, method: str, path: str, header: str | None, status: int, code: str
) -> None:
    response = httpx.request(method, emulator.url + path, headers={"Authorization": header} if header else {})
    assert response.status_code == status
    assert response.json()["status"] == code
    assert set(response.json()) == {"status", "statusMessage"}


def test_api_accepts_two_schemes(emulator: Emulator, api: Api) -> None:
    for scheme, status in (("AnaplanAuthToken", 200), ("Bearer", 200), ("Basic", 401), ("", 401)):
        headers = {"Authorization": f"{scheme} {api.token}".strip()}
        assert httpx.get(emulator.url + "/2/0/users/me", headers=headers).status_code == status


def test_certificate(emulator: Emulator, key: rsa.RSAPrivateKey, certificate: bytes) -> None:
    good = payload(key, timed(emulator), v2=True)
    assert sign_in(emulator, certificate, good) == (401, "FAILURE_BAD_CREDENTIAL"), "not registered yet"
    emulator.trust(certificate, "sam@example.com")
    assert sign_in(emulator, certificate, good) == (201, "SUCCESS")
    assert sign_in(emulator, certificate, good) == (401, "FAILURE_BAD_CREDENTIAL"), "a replay"
    assert sign_in(emulator, certificate, payload(key, os.urandom(150))) == (201, "SUCCESS")
    for bad in (
        payload(key, timed(emulator, 400), v2=True),
        payload(key, timed(emulator, -400), v2=True),
        payload(key, os.urandom(99)),
        payload(key, b"12345678", v2=True),
        payload(key, timed(emulator)) | {"encodedDataFormat": "v3"},
        payload(key, timed(emulator), v2=True) | {"encodedData": base64.b64encode(timed(emulator)).decode()},
        {"encodedData": "eA=="},
        payload(key, timed(emulator), v2=True) | {"certificateChain": "x"},
    ):
        assert sign_in(emulator, certificate, bad) == (401, "FAILURE_BAD_CREDENTIAL")


def test_sso_users(emulator: Emulator, key: rsa.RSAPrivateKey, certificate: bytes) -> None:
    emulator.tenant.users[0].sso_only = True
    basic = httpx.post(emulator.url + "/token/authenticate", auth=(emulator.user_email, emulator.password))
    assert basic.status_code == 401
    emulator.trust(certificate)
    header = "CACertificate " + base64.b64encode(certificate).decode()
    body = payload(key, timed(emulator), v2=True)
    response = httpx.post(emulator.url + "/token/authenticate", json=body, headers={"Authorization": header})
    headers = {"Authorization": "AnaplanAuthToken " + response.json()["tokenInfo"]["tokenValue"]}
    assert httpx.get(emulator.url + "/2/0/users/me", headers=headers).status_code == 200
    revisions = f"{emulator.url}/2/0/models/{emulator.development_model_id}/alm/revisions"
    assert httpx.get(revisions, headers=headers).status_code == 403
