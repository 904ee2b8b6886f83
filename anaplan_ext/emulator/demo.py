"""The default tenant of an emulator."""

from __future__ import annotations

from .state.actions import Action, Column, Export, Import, Process
from .state.files import DAY, File
from .state.model import Model
from .state.tenant import Tenant, User, Workspace

_START = 1_767_225_600.0
"""2026-01-01, the time of the first revision."""
_COLUMNS = (Column("id"), Column("name", required=False), Column("amount", "NUMBER"))


def demo_tenant() -> Tenant:
    """Create a tenant with workspace "Planning", models "Planning Dev" and "Planning Prod", and two users.

    Dev has a revision that Prod lacks, and a structural change in no revision. Both have three airports. Both can load
    "flights.csv" with the columns "id", "name" (optional) and "amount" (a number). The second user is not a workspace
    administrator.
    """
    admin = User(email="ada@example.com", id="8a8b8c8d9e0000000000000000000a01", tenant_administrator=True)
    admin.user_administrator = admin.tenant_auditor = admin.tenant_security_administrator = True
    reader = User(email="sam@example.com", id="8a8b8c8d9e0000000000000000000a02", workspace_administrator=False)
    development = _create_model("D0E5A4B3C2D14F60A7B8C9D0E1F2A301", "Planning Dev")
    development.add_list("Airports")
    _add_airports(development)
    development.add_list("Carriers", numbered=True)
    development.add_module("Flights", line_items=["Departure delay", "Arrival delay", "Distance"])
    first_id, text = "A1B2C3D4E5F60718293A4B5C6D7E8F01", "Airports, carriers and flights"
    first = development.record_revision(first_id, "Initial model", user_id=admin.id, at=_START, description=text)
    production = _create_model("D0E5A4B3C2D14F60A7B8C9D0E1F2A302", "Planning Prod")
    production.active_state = "PRODUCTION"
    production.apply_revision(first, user_id=admin.id, at=_START + DAY, method="Model copied")
    _add_airports(production)
    development.add_list("Aircraft types")
    development.add_line_item("Flights", "Air time")
    second_id = "A1B2C3D4E5F60718293A4B5C6D7E8F02"
    development.record_revision(second_id, "Aircraft types", user_id=admin.id, at=_START + 30 * DAY)
    development.add_module("Delays", applies_to=["Airports"])
    development.add_line_item("Delays", "Average delay", formula="Flights.Departure delay")
    models = [development, production]
    workspace = Workspace(id="8a8b8c8d9e0000000000000000000b01", name="Planning", models=models)
    return Tenant(users=[admin, reader], workspaces=[workspace])


def _add_airports(model: Model) -> None:
    for code, name in (("EWR", "Newark"), ("JFK", "Kennedy"), ("LGA", "LaGuardia")):
        model.items_of("Airports").add(name, code)


def _create_model(model_id: str, name: str) -> Model:
    return Model(
        id=model_id,
        name=name,
        modified=_START,
        files=[File(id="113000000000", name="flights.csv")],
        imports=[
            Import(id="112000000000", name="Load flights", file_id="113000000000", module="Flights", columns=_COLUMNS)
        ],
        exports=[Export(id="116000000000", name="Export flights", module="Flights")],
        actions=[Action(id="117000000000", name="Clear flights", module="Flights")],
        processes=[Process(id="118000000000", name="Reload flights", action_ids=["117000000000", "112000000000"])],
    )
