from __future__ import annotations

import gzip

import httpx
import pytest

from anaplan_ext.emulator import Emulator, File

from .conftest import BINARY, GZIP, Api, message

FILE = "/files/113000000000"


def put(api: Api, index: int, content: bytes, headers: dict[str, str] = BINARY) -> httpx.Response:
    return api.put(f"{api.dev}{FILE}/chunks/{index}", content=content, headers=headers)


def content(api: Api) -> bytes | None:
    response = api.get(api.dev + FILE)
    return response.content if response.status_code == 200 else None


def test_known_count(api: Api) -> None:
    api.upload(api.dev, b"old")
    started = api.post(api.dev + FILE, {"chunkCount": 2})
    assert started.json()["file"]["id"] == "113000000000"
    assert put(api, 1, b"cd").status_code == 204
    assert content(api) == b"old", "stays until all chunks are there"
    assert put(api, 0, gzip.compress(b"ab"), GZIP).status_code == 204
    assert content(api) == b"abcd"
    assert put(api, 1, b"ef").status_code == 204, "sent again after a lost answer"
    assert content(api) == b"abef"
    assert api.post(f"{api.dev}{FILE}/complete", {"id": "113000000000"}).status_code == 200


def test_unknown_count(api: Api) -> None:
    assert api.post(api.dev + FILE, {"chunkCount": -1}).status_code == 200
    complete = f"{api.dev}{FILE}/complete"
    assert api.post(complete, {"id": "113000000000"}).status_code == 400, "no chunk"
    assert put(api, 1, b"b").status_code == 204
    assert api.post(complete, {"id": "113000000000"}).status_code == 400, "a gap"
    assert put(api, 0, b"a").status_code == 204
    assert content(api) is None
    for _ in range(2):
        response = api.post(complete, {"id": "113000000000"})
        assert response.json()["file"]["chunkCount"] == 1
    assert content(api) == b"ab"
    assert put(api, 2, b"c").status_code == 400, "the upload is over"


def test_complete_is_strict(api: Api) -> None:
    complete = f"{api.dev}{FILE}/complete"
    assert message(api.post(complete))[0] == 500
    assert message(api.post(complete, {"id": "113000000000"}))[0] == 400
    api.post(api.dev + FILE, {"chunkCount": 1})
    assert message(api.post(complete, {"id": "1"}))[0] == 400
    assert message(api.post(complete, {"id": "113000000000", "x": 1})) == (400, "Identified an unrecognized `x`.")
    assert message(api.post(f"{api.dev}/files/113999999999/complete", {"id": "113999999999"}))[0] == 404


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "The request body is null."),
        (b"null", "The request body is null."),
        (b"{}", "Missing mandatory property `chunkCount`"),
        (b'{"chunkCount":1,"x":1}', "Identified an unrecognized `x`."),
        (b'{"chunkCount":"1"}', "Found a value with an unexpected string format when `integer` was expected."),
        (b'{"chunkCount":true}', "The data provided is not in the expected format."),
        (b"[1]", "The data provided is not in the expected format."),
        (b"chunkCount", "Check if the content is compatible with JSON format."),
        (b'{"chunkCount', "An unterminated string was identified. Ensure the string is terminated."),
        (b'{"chunkCount":1', "An unterminated JSON object was found. Ensure the object is terminated."),
        (b'{"chunkCount":0}', "Property `chunkCount` must be -1 or a number from 1 to 1000"),
        (b'{"chunkCount":1001}', "Property `chunkCount` must be -1 or a number from 1 to 1000"),
    ],
)
def test_bad_start(api: Api, body: bytes, text: str) -> None:
    response = api.http.post(f"/2/0{api.dev}{FILE}", content=body, headers={"Content-Type": "application/json"})
    assert message(response) == (400, text)


def test_bad_chunks() -> None:
    with Emulator(upload_chunk_limit=10) as emulator:
        api = Api(emulator)
        assert message(put(api, 0, b"x"))[0] == 400, "no upload"
        api.post(api.dev + FILE, {"chunkCount": 2})
        assert message(put(api, 2, b"x"))[0] == 400
        assert message(put(api, -1, b"x"))[0] == 400
        assert message(put(api, 0, b"x", {"Content-Type": "text/csv"}))[0] == 415
        assert message(put(api, 0, b"x", GZIP)) == (400, "The chunk is not valid gzip")
        assert message(put(api, 0, gzip.compress(b"x" * 9)[:-5], GZIP))[0] == 400
        assert message(put(api, 0, b"x" * 11))[0] == 400
        assert message(put(api, 0, gzip.compress(b"x" * 11), GZIP))[0] == 400
        assert put(api, 0, b"x" * 10).status_code == 204
        assert message(api.put(f"{api.dev}/files/1/chunks/0", content=b"", headers=BINARY))[0] == 404


def test_single_shot(api: Api) -> None:
    api.upload(api.dev, b"\x00\xffraw")
    response = api.get(api.dev + FILE)
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.content == b"\x00\xffraw"
    assert api.put(api.dev + FILE, content=b"x", headers=GZIP).status_code == 415
    assert api.put(f"{api.dev}/files/113999999999", content=b"x", headers=BINARY).status_code == 404


def test_a_zero_byte_upload_leaves_no_content() -> None:
    with Emulator(observer=None) as emulator:
        api = Api(emulator)
        api.upload(api.dev, b"")
        assert message(api.get(api.dev + FILE))[0] == 404


def test_download_chunks() -> None:
    with Emulator(download_chunk_size=4) as emulator:
        api = Api(emulator)
        chunks = f"{api.dev}{FILE}/chunks"
        assert "chunks" not in api.get(chunks).json()
        assert message(api.get(f"{chunks}/0"))[0] == 404
        api.post(api.dev + FILE, {"chunkCount": 3})
        for index, part in enumerate((b"abc", b"defg", b"hi")):
            put(api, index, part)
        listed = api.get(chunks).json()["chunks"]
        assert [chunk["id"] for chunk in listed] == ["0", "1", "2"]
        assert [api.get(f"{chunks}/{index}").content for index in range(3)] == [b"abcd", b"efgh", b"i"]
        assert message(api.get(f"{chunks}/3"))[0] == 404
        assert message(api.get(f"{chunks}/x"))[0] == 404
        assert api.get(f"{api.dev}/files").json()["files"][0]["chunkCount"] == 3
        assert content(api) == b"abcdefghi"


def test_an_unknown_id_creates_a_file(api: Api) -> None:
    file = api.post(f"{api.dev}/files/budget.csv", {"chunkCount": 1}).json()["file"]
    assert file["id"] == "113000000001"
    assert file["name"] == "budget.csv"
    assert api.put(f"{api.dev}/files/{file['id']}/chunks/0", content=b"x", headers=BINARY).status_code == 204


def test_content_is_private_and_expires(emulator: Emulator, api: Api, reader: Api) -> None:
    emulator.model(emulator.development_model_id).files[0] = File(id="113000000000", name="f", content=b"default")
    api.upload(api.dev, b"mine")
    assert content(reader) == b"default"
    assert api.delete(api.dev + FILE).status_code == 204
    assert content(api) == b"default", "only the private copy is dropped"
    api.upload(api.dev, b"mine")
    assert content(api) == b"mine"
    emulator.advance(48 * 3600 + 1)
    assert content(Api(emulator)) == b"default"


def test_workspace_form(api: Api, emulator: Emulator) -> None:
    path = f"/workspaces/{emulator.workspace_id}{api.dev}"
    api.upload(path, b"x")
    assert content(api) == b"x"
    assert api.get(f"{path}/imports/").json()["imports"] == api.get(f"{api.dev}/imports").json()["imports"]
