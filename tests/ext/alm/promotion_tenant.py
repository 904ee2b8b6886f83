"""A tenant with one development model and any number of production models, for the tests of promotions."""

from anaplan_ext.emulator import Emulator, Model, Tenant, User, Workspace

START = 1_767_225_600.0
DAY = 86_400.0
SOURCE = "D0E5A4B3C2D14F60A7B8C9D0E1F2A300"
ADA = User(email="ada@example.com", id="8a8b8c8d9e0000000000000000000a01", tenant_administrator=True)


def model_id(number: int) -> str:
    return f"D0E5A4B3C2D14F60A7B8C9D0E1F2B{number:03d}"


def revision_id(number: int) -> str:
    return f"A1B2C3D4E5F60718293A4B5C6D7E8F{number:02d}"


def promotion_tenant(targets: int = 1, revisions: int = 3) -> Tenant:
    """Return a tenant whose source has the revisions `R1`, `R2` …, of which the targets have the first.

    From the second on, each adds a list, a module and a line item.
    """
    source = Model(id=SOURCE, name="Planning Dev")
    source.add_list("Regions")
    source.add_module("Sales", line_items=["Units"])
    first = source.record_revision(revision_id(1), "R1", user_id=ADA.id, at=START)
    models = [Model(id=model_id(number), name=f"Prod {number}") for number in range(1, targets + 1)]
    for model in models:
        model.active_state = "PRODUCTION"
        model.apply_revision(first, user_id=ADA.id, at=START + DAY, method="Model copied")
    for number in range(2, revisions + 1):
        source.add_list(f"List {number}")
        source.add_module(f"Module {number}", line_items=["Amount"])
        source.record_revision(revision_id(number), f"R{number}", user_id=ADA.id, at=START + number * DAY)
    workspaces = [
        Workspace(id="8a8b8c8d9e0000000000000000000b01", name="Planning", models=[source]),
        Workspace(id="8a8b8c8d9e0000000000000000000b02", name="Planning EU", models=models),
    ]
    return Tenant(users=[ADA], workspaces=workspaces)


def names(count: int) -> list[str]:
    return [f"Prod {number}" for number in range(1, count + 1)]


def syncs(emulator: Emulator) -> dict[str, int]:
    """How often each target was synchronized, by what its history tells."""
    return {
        model.name: sum(applied.method == "Revision synchronized" for applied in model.revisions)
        for _, model in emulator.tenant.models()
        if model.id != SOURCE
    }
