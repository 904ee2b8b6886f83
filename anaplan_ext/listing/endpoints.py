"""The lists of the Integration API: the request for a page of each, and the entries in its response."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from anaplan_client import integration
from anaplan_client.core import Request
from anaplan_client.integration import models

from .paging import Page
from .sorting import FIELDS, MODEL_FIELDS, USER_FIELDS, WORKSPACE_FIELDS, ModelSort, Sort, UserSort, WorkspaceSort, sort

PageT = TypeVar("PageT", bound=Page)
T = TypeVar("T")

Listing: TypeAlias = tuple[Callable[[int, int], Request[PageT]], Callable[[PageT], list[T] | None]]
"""The request for a page, by limit and offset, and the entries in its response."""


def workspaces(
    search: str | None, sort_by: WorkspaceSort | None, descending: bool, tenant_details: bool
) -> Listing[models.WorkspacesResponse, models.Workspace]:
    """List the workspaces of the user."""
    order = sort(WORKSPACE_FIELDS, sort_by, descending)
    details = tenant_details or None
    return (
        lambda limit, offset: integration.list_workspaces(
            tenant_details=details, s=search, sort=order, limit=limit, offset=offset
        ),
        lambda page: page.workspaces,
    )


def all_models(
    workspace_id: str | None, search: str | None, sort_by: ModelSort | None, descending: bool, model_details: bool
) -> Listing[models.ModelsResponse, models.Model]:
    """List the models of the user, or those of one workspace, which Anaplan can neither search nor sort."""
    order = sort(MODEL_FIELDS, sort_by, descending)
    details = model_details or None
    if workspace_id is None:
        return (
            lambda limit, offset: integration.list_models(
                model_details=details, s=search, sort=order, limit=limit, offset=offset
            ),
            lambda page: page.models,
        )
    if search is not None or order is not None:
        raise ValueError("search and sort_by must be omitted with a workspace_id (Anaplan ignores them there)")
    return (
        lambda limit, offset: integration.list_workspace_models(
            workspace_id, model_details=details, limit=limit, offset=offset
        ),
        lambda page: page.models,
    )


def files(model_id: str, sort_by: Sort | None, descending: bool) -> Listing[models.FilesResponse, models.File]:
    """List the files of a model."""
    order = sort(FIELDS, sort_by, descending)
    return (
        lambda limit, offset: integration.list_files(model_id, sort=order, limit=limit, offset=offset),
        lambda page: page.files,
    )


def actions(model_id: str, sort_by: Sort | None, descending: bool) -> Listing[models.ActionsResponse, models.Action]:
    """List the other actions of a model."""
    order = sort(FIELDS, sort_by, descending)
    return (
        lambda limit, offset: integration.list_actions(model_id, sort=order, limit=limit, offset=offset),
        lambda page: page.actions,
    )


def imports(model_id: str, sort_by: Sort | None, descending: bool) -> Listing[models.ImportsResponse, models.Import]:
    """List the imports of a model."""
    order = sort(FIELDS, sort_by, descending)
    return (
        lambda limit, offset: integration.list_imports(model_id, sort=order, limit=limit, offset=offset),
        lambda page: page.imports,
    )


def exports(model_id: str, sort_by: Sort | None, descending: bool) -> Listing[models.ExportsResponse, models.Export]:
    """List the exports of a model."""
    order = sort(FIELDS, sort_by, descending)
    return (
        lambda limit, offset: integration.list_exports(model_id, sort=order, limit=limit, offset=offset),
        lambda page: page.exports,
    )


def processes(
    model_id: str, sort_by: Sort | None, descending: bool
) -> Listing[models.ProcessesResponse, models.Process]:
    """List the processes of a model."""
    order = sort(FIELDS, sort_by, descending)
    return (
        lambda limit, offset: integration.list_processes(model_id, sort=order, limit=limit, offset=offset),
        lambda page: page.processes,
    )


def dashboards(workspace_id: str, model_id: str) -> Listing[models.DashboardsResponse, models.Dashboard]:
    """List the dashboards of a model."""
    return (
        lambda limit, offset: integration.list_dashboards(workspace_id, model_id, limit=limit, offset=offset),
        lambda page: page.dashboards,
    )


def admins(workspace_id: str) -> Listing[models.AdminsResponse, models.WorkspaceMember]:
    """List the administrators of a workspace."""
    return (
        lambda limit, offset: integration.list_workspace_admins(workspace_id, limit=limit, offset=offset),
        lambda page: page.admins,
    )


def visitors(workspace_id: str) -> Listing[models.VisitorsResponse, models.WorkspaceMember]:
    """List the visitors of a workspace."""
    return (
        lambda limit, offset: integration.list_workspace_visitors(workspace_id, limit=limit, offset=offset),
        lambda page: page.visitors,
    )


def users(search: str | None, sort_by: UserSort | None, descending: bool) -> Listing[models.UsersResponse, models.User]:
    """List the users of the tenant."""
    order = sort(USER_FIELDS, sort_by, descending)
    return (
        lambda limit, offset: integration.list_users(s=search, sort=order, limit=limit, offset=offset),
        lambda page: page.users,
    )


def modules(model_id: str) -> Listing[models.ModulesResponse, models.Module]:
    """List the modules of a model."""
    return (
        lambda limit, offset: integration.list_modules(model_id, limit=limit, offset=offset),
        lambda page: page.modules,
    )


def views(
    model_id: str, module_id: str | None, include_subsidiary_views: bool
) -> Listing[models.ViewsResponse, models.View]:
    """List the views of a model, or of one module."""
    include = include_subsidiary_views or None
    if module_id is None:
        return (
            lambda limit, offset: integration.list_views(
                model_id, include_subsidiary_views=include, limit=limit, offset=offset
            ),
            lambda page: page.views,
        )
    return (
        lambda limit, offset: integration.list_module_views(
            model_id, module_id, include_subsidiary_views=include, limit=limit, offset=offset
        ),
        lambda page: page.views,
    )


def line_items(
    model_id: str, module_id: str | None, include_all: bool
) -> Listing[models.LineItemsResponse, models.LineItem]:
    """List the line items of a model, or of one module."""
    include = include_all or None
    if module_id is None:
        return (
            lambda limit, offset: integration.list_line_items(
                model_id, include_all=include, limit=limit, offset=offset
            ),
            lambda page: page.items,
        )
    return (
        lambda limit, offset: integration.list_module_line_items(
            model_id, module_id, include_all=include, limit=limit, offset=offset
        ),
        lambda page: page.items,
    )


def lists(model_id: str) -> Listing[models.ListsResponse, models.AnaplanList]:
    """List the lists of a model."""
    return (
        lambda limit, offset: integration.list_lists(model_id, limit=limit, offset=offset),
        lambda page: page.lists,
    )


def list_items(model_id: str, list_id: str, include_all: bool) -> Listing[models.ListItemsResponse, models.ListItem]:
    """List the items of a list."""
    include = include_all or None
    return (
        lambda limit, offset: integration.get_list_items(
            model_id, list_id, include_all=include, limit=limit, offset=offset
        ),
        lambda page: page.list_items,
    )


def line_item_dimensions(model_id: str, line_item_id: str) -> Listing[models.DimensionsResponse, models.Dimension]:
    """List the dimensions of a line item."""
    return (
        lambda limit, offset: integration.get_line_item_dimensions(model_id, line_item_id, limit=limit, offset=offset),
        lambda page: page.dimensions,
    )


def versions(model_id: str) -> Listing[models.VersionsResponse, models.Version]:
    """List the versions of a model."""
    return (
        lambda limit, offset: integration.list_versions(model_id, limit=limit, offset=offset),
        lambda page: page.version_metadata,
    )
