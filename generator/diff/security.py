"""What a specification says about authentication, as facts that can be compared."""

from collections.abc import Iterator
from typing import Any, cast

from ..spec.document import Node, Spec
from .facts import Facts, other_facts
from .normal import PROSE, canonical

NONE = "no authentication"
DEFINITION = ("type", "in", "name", "scheme", "openIdConnectUrl")


def describe_requirements(requirements: Any) -> frozenset[str]:
    """Return the ways to authenticate, each as the schemes that it needs together."""
    ways: list[Node] = requirements or [{}]
    return frozenset(" and ".join(sorted(_describe(way))) or NONE for way in ways)


def _describe(requirement: Node) -> Iterator[str]:
    for name, scopes in requirement.items():
        yield f"{name} ({', '.join(sorted(map(str, scopes)))})" if scopes else name


def iter_schemes(spec: Spec) -> Iterator[tuple[str, Facts]]:
    """Yield the schemes by name, with their facts."""
    for name, reference in spec.node.get("components", {}).get("securitySchemes", {}).items():
        node = spec.resolve(reference)
        facts: Facts = {"definition": ", ".join(f"{key} {node[key]}" for key in DEFINITION if key in node)}
        for flow, content in cast("dict[str, Node]", node.get("flows", {})).items():
            facts[f"definition {flow}"] = canonical({key: text for key, text in content.items() if key != "scopes"})
            facts[f"scopes {flow}"] = frozenset(content.get("scopes", {}))
        yield name, facts | other_facts(node, {*PROSE, *DEFINITION, "flows"})
