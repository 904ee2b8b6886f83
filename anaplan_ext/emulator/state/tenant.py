"""A tenant with its users and workspaces, as data that a test can build, read and change."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import Factory, define, field

from .cloudworks import CloudWorks
from .model import Model
from .structure import derive_id


@define(kw_only=True)
class User:
    """A user of the tenant.

    A `sso_only` user belongs to a single sign-on workspace and is not an exception user: basic authentication is
    rejected, and so are certificate tokens by ALM. `hidden_models` are ids of models without access. A `visitor` uses
    the first workspace but belongs to another tenant. An `integration_user` may use CloudWorks. `workspaces` are the
    ids of those that the user can enter, None for all. `last_login` is in epoch seconds, None if the user never signed
    in. `created` and `modified` are in epoch seconds.
    """

    email: str
    password: str = "password"
    id: str = Factory(lambda user: "8a81" + derive_id("", user.email).rjust(28, "0"), takes_self=True)
    first_name: str = "Ada"
    last_name: str = "Builder"
    active: bool = True
    workspace_administrator: bool = True
    tenant_administrator: bool = False
    user_administrator: bool = False
    visitor: bool = False
    integration_user: bool = True
    sso_only: bool = False
    hidden_models: frozenset[str] = frozenset()
    tenant_auditor: bool = False
    tenant_security_administrator: bool = False
    external_id: str | None = None
    work_email: str | None = None
    workspaces: list[str] | None = None
    licenses: tuple[str, ...] = ("Professional",)
    last_login: float | None = 1_704_067_200.0
    created: float = 1_672_531_200.0
    modified: float = 1_672_531_200.0

    def can_enter(self, workspace_id: str) -> bool:
        """Return whether the user can enter a workspace."""
        return self.workspaces is None or workspace_id in self.workspaces

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@define(kw_only=True)
class Workspace:
    """A workspace with its models. Sizes are in bytes. `exception_users` are ids of users."""

    id: str
    name: str
    models: list[Model] = field(factory=list[Model])
    active: bool = True
    size_allowance: int = 1_073_741_824
    current_size: int = 2_097_152
    single_sign_on: bool = False
    exception_users: list[str] = field(factory=list[str])


@define(kw_only=True)
class Tenant:
    """Everything that the emulator serves. The first user is the default administrator.

    Without `alm`, the subscription lacks ALM: revisions, syncs and reports are rejected. An emulator starts with
    `cloudworks` and has it as its own.
    """

    users: list[User]
    workspaces: list[Workspace]
    id: str = "8a8b8c8d00000000000000000000c001"
    deleted_models: list[Model] = field(factory=list[Model])
    alm: bool = True
    cloudworks: CloudWorks = field(factory=CloudWorks)

    def models(self) -> Iterator[tuple[Workspace, Model]]:
        """Iterate over every model with its workspace."""
        return ((workspace, model) for workspace in self.workspaces for model in workspace.models)

    def is_exception_user(self, user: User) -> bool:
        """Return whether a user may sign in with a password in spite of single sign-on."""
        return not user.sso_only or any(user.id in workspace.exception_users for workspace in self.workspaces)
