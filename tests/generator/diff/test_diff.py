"""What `diff` says about changes of the specifications: all are found and rightly graded, and nothing else alarms."""

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from attrs import evolve

from generator.diff import severity as severities
from generator.diff.changes import compare
from generator.diff.normal import PROSE
from generator.render.functions import get_success
from generator.spec import document, usage
from generator.spec.document import Spec
from generator.spec.schemas import is_constant
from generator.spec.split_operations import iter_functions

from ..conftest import OPENAPI, ROOT
from .catalog import CASES
from .mutations import BREAKING, MUTATIONS, RISKY, SAFE, Mutation, apply

SEEDS = 30


@cache
def originals() -> tuple[Spec, ...]:
    return tuple(document.load(path, ROOT) for path in sorted(OPENAPI.glob("*.yaml")))


def with_node(name: str, node: Any) -> list[Spec]:
    return [evolve(spec, node=node) if spec.name == name else spec for spec in originals()]


def original(name: str) -> Spec:
    return next(spec for spec in originals() if spec.name == name)


def node_of(name: str) -> Any:
    return deepcopy(original(name).node)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.id)
def test_a_change_is_found_and_rightly_graded(mutation: Mutation) -> None:
    before = original(mutation.api)
    changed = evolve(before, node=apply(node_of(mutation.api), mutation))
    found = compare([changed], [before]) if mutation.undone else compare([before], [changed])
    assert {change.rule: change.severity for change in found} == mutation.expected
    for change in found:
        assert change.subject.startswith(f"{mutation.api}")
        assert change.where.startswith(f"openapi/anaplan_{mutation.api}.yaml:")
        assert change.migration.endswith(".")
        assert not re.search(r"\{(subject|owner|name|old|new)\}", change.migration)


def test_there_are_enough_changes_and_every_grade_has_one() -> None:
    assert len(MUTATIONS) >= 60
    assert len({mutation.id for mutation in MUTATIONS}) == len(MUTATIONS)
    shown = {rule for mutation in MUTATIONS for rule in mutation.expected} | {case.rule for case in CASES}
    assert shown | {"api-added", "api-removed", "body-default-changed"} == {
        grade.rule for grade in severities.SPEC.values()
    }


@pytest.mark.parametrize("api", ["alm", "authentication", "integration"])
def test_an_api_comes_and_goes_as_one_change(api: str) -> None:
    others = [spec for spec in originals() if spec.name != api]
    assert [(change.rule, change.severity) for change in compare(originals(), others)] == [("api-removed", BREAKING)]
    assert [(change.rule, change.severity) for change in compare(others, originals())] == [("api-added", SAFE)]


def test_another_default_of_the_content_type_is_told() -> None:
    old, new = node_of("integration"), node_of("integration")
    for node, media in ((old, ["a/b", "c/d"]), (new, ["c/d", "a/b"])):
        content = node["paths"]["/models/{modelId}/files/{fileId}"]["put"]["requestBody"]["content"]
        (binary,) = content.values()
        content.clear()
        content.update(dict.fromkeys(media, binary))
    (change,) = compare(with_node("integration", old), with_node("integration", new))
    assert (change.rule, change.severity) == ("body-default-changed", RISKY)
    assert change.migration == "`integration.upload_file` sends its body as c/d unless told otherwise; it was a/b."


def test_a_change_of_a_shared_part_is_told_once() -> None:
    node = node_of("integration")
    node["components"]["parameters"]["Limit"]["schema"]["maximum"] = 10
    (change,) = compare(originals(), with_node("integration", node))
    (spec,) = (spec for spec in originals() if spec.name == "integration")
    limit = {"$ref": "#/components/parameters/Limit"}
    users = sum(limit in operation.node.get("parameters", []) for operation in iter_functions(spec))
    assert change.others == users - 1 > 5
    assert f"and {users - 1} others" in change.migration


# Kinds of changes for which any place will do: the rule, its severity, and where in a specification it can be made.
Places = Callable[[Spec], Iterator[tuple[Any, Any]]]


def operations(spec: Spec) -> Iterator[tuple[Any, Any]]:
    return ((item, method) for item in spec.node["paths"].values() for method in item)


def errors(spec: Spec) -> Iterator[tuple[Any, Any]]:
    answers = [item[method]["responses"] for item, method in operations(spec)]
    return ((each, status) for each in answers for status in each if status >= "400")


def arguments(spec: Spec) -> Iterator[tuple[Any, Any]]:
    lists = [item[method].get("parameters", []) for item, method in operations(spec)]
    # What has one value only is sent unasked, and no argument.
    return ((each, index) for each in lists for index, node in enumerate(each) if not is_constant(spec.resolve(node)))


def fields(direction: Callable[[Spec], set[str]]) -> Places:
    def found(spec: Spec) -> Iterator[tuple[Any, Any]]:
        for name in sorted(direction(spec)):
            fields = spec.schemas[name].get("properties", {})
            # The last user of a schema would take the schema along.
            yield from ((fields, key) for key, field in fields.items() if "$ref" not in str(field))

    return found


KINDS: dict[str, tuple[str, Places]] = {
    "operation-removed": (BREAKING, operations),
    "error-removed": (SAFE, errors),
    "parameter-removed": (BREAKING, arguments),
    "request-field-removed": (BREAKING, fields(usage.find_sent_schemas)),
    "response-field-removed": (BREAKING, fields(usage.find_received_schemas)),
}


FIELD_RULES = {"request-field-removed", "response-field-removed"}


def is_sent_and_received(spec: Spec, fields: Any) -> bool:
    shared = usage.find_sent_schemas(spec) & usage.find_received_schemas(spec)
    return any(spec.schemas[name].get("properties") is fields for name in shared)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_taken_away_anywhere_is_told(seed: int) -> None:
    chance = random.Random(seed)
    rule = sorted(KINDS)[seed % len(KINDS)]
    severity, places = KINDS[rule]
    copies = [evolve(spec, node=deepcopy(spec.node)) for spec in originals()]
    spec, (holder, key) = chance.choice([(spec, place) for spec in copies for place in places(spec)])
    del holder[key]
    changes = compare(originals(), copies)
    assert (rule, severity) in {(change.rule, change.severity) for change in changes}
    assert {change.where.partition(":")[0] for change in changes} == {spec.file}
    # What an operation alone uses goes with it.
    others = {change.rule for change in changes} - {rule}
    if rule == "operation-removed":
        assert others <= {"request-schema-removed", "response-schema-removed", "error-schema-changed"}
    else:
        # A field of a schema that is both sent and received is told to who sends it and to who reads it.
        assert others == FIELD_RULES - {rule} if is_sent_and_received(spec, holder) else others == set()


def scrambled(node: Any, chance: random.Random, names: bool = False, key: str = "") -> Any:
    """The same API in another order and in other words."""
    if isinstance(node, dict):
        items = list(node.items())
        # The first media type of a body is its default.
        if key != "content":
            chance.shuffle(items)
        return {
            name: "Other words."
            if name in PROSE and not names
            else scrambled(value, chance, name == "properties", name)
            for name, value in items
        }
    if isinstance(node, list):
        entries = [scrambled(item, chance) for item in node]
        # The first server is the default.
        if key != "servers":
            chance.shuffle(entries)
        return entries
    return node


@pytest.mark.parametrize("seed", range(10))
def test_order_and_prose_are_no_alarm(seed: int) -> None:
    chance = random.Random(seed)
    changed = [evolve(spec, node=scrambled(spec.node, chance)) for spec in originals()]
    chance.shuffle(changed)
    assert [spec.node for spec in changed] != [spec.node for spec in originals()]
    assert (compare(originals(), changed) if seed % 2 else compare(changed, originals())) == []


def test_the_least_success_with_content_is_the_result_in_any_order() -> None:
    old, new = node_of("scim"), node_of("scim")
    for node in (old, new):
        answers = node["paths"]["/Users/{userId}"]["put"]["responses"]
        answers["207"]["content"]["application/scim+json"]["schema"] = {"$ref": "#/components/schemas/UsersResponse"}
    assert list(answers)[:2] == ["200", "207"]
    new["paths"]["/Users/{userId}"]["put"]["responses"] = dict(reversed(answers.items()))
    assert compare(with_node("scim", old), with_node("scim", new)) == []
    for spec in (*with_node("scim", old), *with_node("scim", new)):
        for operation in (each for each in spec.operations() if each.id == "replace_user"):
            assert get_success(spec, operation)[1] == {"$ref": "#/components/schemas/User"}


def test_nothing_is_said_of_what_did_not_change() -> None:
    assert compare(originals(), originals()) == []


def test_a_change_that_the_table_does_not_know_is_an_error() -> None:
    with pytest.raises(KeyError):
        severities.find_grade("operation", "", "color", "changed")
