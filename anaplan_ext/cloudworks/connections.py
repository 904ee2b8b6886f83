"""Connections of CloudWorks to storage elsewhere: their kinds, and the requests that write them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from anaplan_client.cloudworks import models

Connection: TypeAlias = models.AmazonS3Connection | models.GoogleBigQueryConnection | models.AzureBlobConnection
ConnectionBody: TypeAlias = models.AmazonS3Body | models.GoogleBigQueryBody | models.AzureBlobBody

SAS = "SAS-based"
"""The method of a connection to Azure that signs in by a shared access signature."""


def kind_of(connection: Connection | ConnectionBody) -> Literal["AmazonS3", "GoogleBigQuery", "AzureBlob"]:
    """Return the kind of storage that a connection leads to."""
    if isinstance(connection, models.AmazonS3Connection | models.AmazonS3Body):
        return "AmazonS3"
    if isinstance(connection, models.GoogleBigQueryConnection | models.GoogleBigQueryBody):
        return "GoogleBigQuery"
    return "AzureBlob"


def check_connection(body: ConnectionBody) -> None:
    """Raise `ValueError` if a connection to Azure lacks the fields of its method. No message has a secret."""
    if not isinstance(body, models.AzureBlobBody):
        return
    names = ("sas_token",) if body.auth_method == SAS else ("client_id", "client_secret", "tenant_id")
    if missing := [name for name in names if not getattr(body, name)]:
        raise ValueError(f"{' and '.join(missing)} must be set for the auth_method {body.auth_method!r}")


def new_connection(
    body: ConnectionBody,
) -> models.NewAmazonS3Connection | models.NewGoogleBigQueryConnection | models.NewAzureBlobConnection:
    """Return the request that creates a connection. Raise `TypeError` for a body of another class."""
    if isinstance(body, models.AmazonS3Body):
        return models.NewAmazonS3Connection(body=body)
    if isinstance(body, models.GoogleBigQueryBody):
        return models.NewGoogleBigQueryConnection(body=body)
    if isinstance(body, models.AzureBlobBody):  # pyright: ignore[reportUnnecessaryIsInstance]
        return models.NewAzureBlobConnection(body=body)
    raise TypeError(
        f"body must be an AmazonS3Body, a GoogleBigQueryBody or an AzureBlobBody (got {type(body).__name__})"
    )
