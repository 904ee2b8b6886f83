"""Clients that are configured by a connection of Airflow."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseHook

from anaplan_ext import AmbiguousNameError, AsyncClient, Client, NameNotFoundError

from .settings import read_variables


class AnaplanHook(BaseHook):
    """Make clients from a connection."""

    conn_name_attr = "anaplan_conn_id"
    default_conn_name = "anaplan_default"
    conn_type = "anaplan"
    hook_name = "Anaplan"

    def __init__(self, anaplan_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.anaplan_conn_id = anaplan_conn_id

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """Return how the form of a connection looks."""
        return {
            "hidden_fields": ["schema", "port"],
            "relabeling": {"login": "Email", "host": "Base URL (gateway or emulator only)"},
            "placeholders": {
                "login": "ada@example.com",
                "extra": '{"region": "eu3", "certificate": "/run/anaplan.pem", "private_key": "/run/anaplan.key"}',
            },
        }

    def get_conn(self) -> Client:
        """Return a client, to be closed by the caller."""
        return Client.from_env(environ=read_variables(self.get_connection(self.anaplan_conn_id)))

    async def get_async_conn(self) -> AsyncClient:
        """Return an asynchronous client, to be closed by the caller."""
        from asgiref.sync import sync_to_async

        def connect() -> AsyncClient:
            return AsyncClient.from_env(environ=read_variables(self.get_connection(self.anaplan_conn_id)))

        # In a thread: the first client imports for a second, and a triggerer has many other triggers in its event loop.
        return await sync_to_async(connect)()

    def test_connection(self) -> tuple[bool, str]:
        """Sign in, and return whether that works and who signed in."""
        try:
            with self.get_conn() as client:
                return True, f"signed in as {client.whoami().email}"
        except Exception as error:
            return False, f"{type(error).__name__}: {error}"


def find_model(client: Client, model: str) -> Client:
    """Return the client of a model by its name or id.

    Raises:
        NameNotFoundError: No model has the name or id.
        AmbiguousNameError: Several models have the name.
    """
    models = client.list_models()
    found = [each for each in models if model in (each.id, each.name)]
    if not found:
        raise NameNotFoundError("model", model)
    if len(found) > 1:
        raise AmbiguousNameError("model", model, [(each.name or "", each.id) for each in found])
    return client.with_model(found[0].id, found[0].current_workspace_id)
