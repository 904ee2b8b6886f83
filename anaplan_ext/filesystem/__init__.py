"""Anaplan as a filesystem of fsspec: `anaplan://model/file`. Needs the extra `fsspec`."""
