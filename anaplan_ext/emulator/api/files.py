"""Files of a model: list, upload and delete them. Content belongs to the user who uploaded it."""

from __future__ import annotations

import asyncio
import gzip
import io
import zlib
from functools import partial

from starlette.responses import Response

from ..http.request import HTTPError, Request
from ..http.responses import list_response, success_response
from ..http.validation import parse_index, parse_object, read_body, require_json
from ..state.files import Expiring, File, Upload
from ..state.values import Json
from .downloads import count_chunks, find_file

BINARY = "application/octet-stream"
_GZIP = "application/x-gzip"
_MAX_CHUNKS = 1000


def list_files(request: Request) -> Response:
    """List the model's files and the outputs of exports that have run."""
    now, user_id = request.server.now(), request.user.id
    outputs = [export.output for export in request.model.exports if export.output.content_for(user_id, now)]
    return list_response(request, "file", "files", (*request.model.files, *outputs), partial(_file_row, request))


def start_upload(request: Request) -> Response:
    """Start a chunked upload. An unknown id creates a file of that name with another id."""
    count = read_body(request, {"chunkCount": int, "id": str}, optional=("id",))["chunkCount"]
    if count != -1 and not 1 <= count <= _MAX_CHUNKS:
        raise HTTPError(400, f"Property `chunkCount` must be -1 or a number from 1 to {_MAX_CHUNKS}")
    file = next((file for file in request.model.files if file.id == request.params["file"]), None)
    if file is None:
        taken = [int(file.id) for file in request.model.files if file.id.isdigit() and file.id.startswith("113")]
        file_id = str(max(taken, default=112_999_999_999) + 1)
        file = File(id=file_id, name=request.params["file"], created_by_upload=True)
        request.model.files.append(file)
    file.uploads[request.user.id] = Upload(count)
    return success_response(request, "file", {"file": _file_row(request, file)})


async def put_chunk(request: Request) -> Response:
    """Store one chunk. With a known count, the last chunk completes the upload."""
    file, upload, index = _open_upload(request)
    data, limit = request.body, request.server.upload_chunk_limit
    if request.media_type == _GZIP:
        data = await asyncio.to_thread(_gunzip, data, limit)
    if len(data) > limit:
        raise HTTPError(400, f"A chunk must not be larger than {limit} bytes before compression")
    with request.server.lock:
        upload.chunks[index] = data
        if len(upload.chunks) == upload.count:
            _store(request, file, upload)
    return Response(status_code=204)


def complete_upload(request: Request) -> Response:
    """Complete an upload: its chunks become the content. Idempotent."""
    if not request.body.strip():
        raise HTTPError(500, "Internal Server Error")
    file = find_file(request)
    require_json(request)
    id_type = (
        int if type(parse_object(request.body).get("id")) is int else str
    )  # a client on a live tenant sends a number
    if str(read_body(request, {"id": id_type, "chunkCount": int}, optional=("chunkCount",))["id"]) != file.id:
        raise HTTPError(400, "Property `id` is not the id of the file in the path")
    upload = file.uploads.get(request.user.id)
    if upload is None:
        raise HTTPError(400, "No upload of this file was started")
    expected = upload.count if upload.count > 0 else max(1, len(upload.chunks))
    if any(index not in upload.chunks for index in range(expected)):
        raise HTTPError(400, "Not all chunks of this file have been uploaded")
    if not upload.complete:
        _store(request, file, upload)
    return success_response(request, "file", {"file": _file_row(request, file)})


def put_file(request: Request) -> Response:
    """Replace the whole content."""
    file = find_file(request)
    if request.media_type != BINARY:
        raise HTTPError(415, "Unsupported Media Type")
    file.uploads.pop(request.user.id, None)
    file.copies[request.user.id] = Expiring((request.body,), request.server.now())
    return Response(status_code=204)


def delete_file(request: Request) -> Response:
    """Delete the user's own copy. A file created by an upload is deleted with its last copy."""
    file = find_file(request, outputs=True)
    file.copies.pop(request.user.id, None)
    file.uploads.pop(request.user.id, None)
    if file.created_by_upload and not file.copies and not file.uploads:
        request.model.files.remove(file)
    return Response(status_code=204)


def _file_row(request: Request, file: File) -> Json:
    return {
        "id": file.id,
        "name": file.name,
        "chunkCount": count_chunks(request, file.content_for(request.user.id, request.server.now())),
        "delimiter": file.delimiter,
        "encoding": "UTF-8",
        "firstDataRow": 2,
        "format": "txt",
        "headerRow": 1,
        "separator": file.separator,
    }


def _open_upload(request: Request) -> tuple[File, Upload, int]:
    file = find_file(request)
    upload = file.uploads.get(request.user.id)
    if upload is None or (upload.complete and upload.count == -1):
        raise HTTPError(400, "No upload of this file was started")
    limit = upload.count if upload.count > 0 else _MAX_CHUNKS
    index = parse_index(request.params["chunk"], limit)
    if index is None:
        raise HTTPError(400, f"The chunk number must be from 0 to {limit - 1}")
    if request.media_type not in (BINARY, _GZIP):
        raise HTTPError(415, "Unsupported Media Type")
    return file, upload, index


def _gunzip(data: bytes, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return stream.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise HTTPError(400, "The chunk is not valid gzip") from None


def _store(request: Request, file: File, upload: Upload) -> None:
    pieces = tuple(upload.chunks[index] for index in sorted(upload.chunks))
    file.copies[request.user.id] = Expiring(pieces, request.server.now())
    upload.complete = True
    if upload.count == -1:
        upload.chunks = dict.fromkeys(upload.chunks, b"")
