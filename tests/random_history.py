"""Histories of models by chance: the same seed gives the same tenant."""

import hashlib
from collections.abc import Callable
from random import Random

from attrs import frozen

from anaplan_ext.emulator import Model, Revision, Tenant, User, Workspace
from anaplan_ext.emulator.state.structure import Kind

START = 1_767_225_600.0
HOUR = 3600.0
WORDS = (
    *(
        "Airports",
        "Airlines",
        "Delay",
        "Flüge ✈",
        "A, B",
        "null",
        "=== Old ===",
        "Price; net",
        "IF A -> B",
        "<b>bold</b>",
    ),
    *("Name: x", "'quoted'", '"double"', "Notes", "a/b", "Total & rest", "100 %", "名前", "#1", "Changes"),
)
NOTES = ("", "one line", "two\nlines", "three\n\nlines", "ends\n", "-", "Formula: A -> B", "x; Name: y -> z")
FORMULAS = ("", "A + B", "IF A > 0 THEN B\nELSE C", "LOOKUP(A; B)", "Delay / 2")
FORMATS = ("NUMBER", "TEXT", "BOOLEAN", "DATE")
OTHER_KINDS: tuple[Kind, ...] = (
    *("actions", "dashboards", "dataTags", "exports", "functionalAreas", "importDataSources", "imports"),
    *("lineItemSubsets", "processes", "roles", "timeRanges", "versions"),
)
WITHIN: dict[Kind, Kind] = {"lineItems": "modules", "savedViews": "modules", "listSubsets": "lists"}


@frozen
class History:
    """A tenant with a development model, and targets that were synced from it; some have diverged."""

    tenant: Tenant
    development: Model
    targets: tuple[Model, ...]

    @property
    def revisions(self) -> list[Revision]:
        """The revisions of the development model, oldest first."""
        return [applied.revision for applied in self.development.revisions]


def random_history(seed: int, *, revisions: int = 5, changes: int = 8, targets: int = 3) -> History:
    """A history with this number of revisions, structural changes in each, and targets."""
    chance = Random(seed)
    user = User(email="ada@example.com")
    development = Model(id=_id(seed, "development"), name="Dev")
    models = [Model(id=_id(seed, f"target {number}"), name=f"Prod {number}") for number in range(targets)]
    for number in range(revisions):
        moment = START + number * 24 * HOUR
        development.add_list(f"List of {number}", items=["first"])
        for _ in range(changes):
            _change(development, chance)
        revision = development.record_revision(
            _id(seed, f"revision {number}"), f"Release {number}", user_id=user.id, at=moment
        )
        for model in models:
            is_behind = number and (chance.random() < 0.4 or _has_diverged(model, development))
            if not is_behind:
                model.active_state = "PRODUCTION"
                method = "Revision synchronized" if model.revisions else "Model copied"
                model.apply_revision(revision, user_id=user.id, at=moment + HOUR, method=method)
            elif chance.random() < 0.1:
                model.add_list(f"Hotfix {number}")
                model.record_revision(
                    _id(seed, f"hotfix {model.id} {number}"), f"Hotfix {number}", user_id=user.id, at=moment + 2 * HOUR
                )
    workspaces = [
        Workspace(id=_id(seed, "one")[:32].lower(), name="Planning", models=[development, *models[:1]]),
        Workspace(id=_id(seed, "two")[:32].lower(), name="Planning EU", models=models[1:]),
    ]
    return History(Tenant(users=[user], workspaces=workspaces), development, tuple(models))


def _id(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()[:32].upper()


def _has_diverged(model: Model, source: Model) -> bool:
    ids = {applied.revision.id for applied in source.revisions}
    return bool(model.revisions) and model.revisions[-1].revision.id not in ids


def _change(model: Model, chance: Random) -> None:
    """Make one structural change, if there is something to change."""
    changes: tuple[Callable[[Model, Random], None], ...] = (
        _add,
        _add,
        _add,
        _set,
        _set,
        _move,
        _rename,
        _remove,
        _items,
    )
    chance.choice(changes)(model, chance)


def _pick(model: Model, chance: Random, *kinds: Kind) -> tuple[Kind, str, str] | None:
    """The kind, name and module of a part of these kinds, or of any."""
    parts = [part for part in model.structure if not kinds or part.kind in kinds]
    part = chance.choice(parts) if parts else None
    return (part.kind, part.name, part.module) if part else None


def _new_name(model: Model, chance: Random, kind: Kind, module: str = "") -> str:
    name = chance.choice(WORDS)
    taken = {part.name for part in model.structure if (part.kind, part.module) == (kind, module)}
    return name if name not in taken else f"{name} {len(model.structure)}.{chance.randrange(1000)}"


def _add(model: Model, chance: Random) -> None:
    kind: Kind = chance.choice(
        ("lists", "modules", "lineItems", "lineItems", "savedViews", "listSubsets", *OTHER_KINDS)
    )
    owner = _pick(model, chance, WITHIN[kind]) if kind in WITHIN else None
    if kind in WITHIN and owner is None:
        return
    module = owner[1] if owner else ""
    name = _new_name(model, chance, kind, module)
    if kind == "lists":
        properties = {word: chance.choice(FORMATS) for word in chance.sample(("Rank", "City", "Since"), 2)}
        model.add_list(name, items=["A", "B"], production=chance.random() < 0.3, properties=properties)
    elif kind == "modules":
        dimensions = [part.name for part in model.parts("lists")][:2]
        model.add_module(name, applies_to=[*dimensions, *chance.choice(([], ["Time"], ["Versions"]))])
    elif kind == "lineItems":
        model.add_line_item(module, name, format=chance.choice(FORMATS), formula=chance.choice(FORMULAS))
    else:
        model.add_part(kind, name, module=module, properties={"Notes": chance.choice(NOTES)})


def _set(model: Model, chance: Random) -> None:
    if found := _pick(model, chance):
        kind, name, module = found
        properties = {"Notes": chance.choice(NOTES)}
        names: dict[str, tuple[str, ...]] = {}
        if kind == "lineItems":
            properties |= {"Formula": chance.choice(FORMULAS), "Format": chance.choice(FORMATS)}
        if kind == "modules":
            names = {"Applies To": tuple(chance.sample(("Time", "Versions", "Users"), 2))}
        if kind == "lists":
            rows = [f"{word}: {chance.choice(FORMATS)}" for word in chance.sample(("Rank", "City", "Since"), 2)]
            names = {"Properties": tuple(rows)}
        model.change(kind, name, module=module, properties=properties, names=names)


def _move(model: Model, chance: Random) -> None:
    if found := _pick(model, chance):
        kind, name, module = found
        others = [part.name for part in model.structure if (part.kind, part.module) == (kind, module)]
        model.move(kind, name, module=module, after=chance.choice([None, *others]))


def _rename(model: Model, chance: Random) -> None:
    if found := _pick(model, chance):
        kind, name, module = found
        model.rename(kind, name, _new_name(model, chance, kind, module), module=module)


def _remove(model: Model, chance: Random) -> None:
    if found := _pick(model, chance):
        kind, name, module = found
        model.remove(kind, name, module=module)


def _items(model: Model, chance: Random) -> None:
    if found := _pick(model, chance, "lists"):
        store = model.items_of(found[1])
        item = chance.choice([None, *store.by_id.values()])
        if item is None:
            store.add(f"Item {store.next_index}", None)
        elif chance.random() < 0.5:
            store.remove(item)
        else:
            store.put(item._replace(properties={"Rank": str(chance.randrange(100))}))
