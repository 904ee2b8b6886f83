"""A keyring for tests."""

import keyring.backend


class InMemoryKeyring(keyring.backend.KeyringBackend):
    """Keeps its entries in this process."""

    priority = -1  # type: ignore[assignment]  # never found by itself

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]
