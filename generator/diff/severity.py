"""The severity of each change of a specification or of the Python API: the table that `diff` reads.

The specification is the contract on the wire. It says what breaks for a release in use, and for users who upgrade.
A request may require less and accept more. A response may hold more and guarantee more. Enums are open and unknown
fields are kept, so a response that grows never fails. A new documented value is still risky, because code that branches
over the values has no branch for it.
"""

from .grade import BREAKING, RISKY, SAFE, SEVERITIES, Grade, Severity
from .spec_grades import SPEC

__all__ = [
    "BREAKING",
    "PYTHON",
    "RISKY",
    "SAFE",
    "SEVERITIES",
    "SPEC",
    "Grade",
    "Severity",
    "find_grade",
    "write_table",
]

# By the kinds of griffe's breakages, and what is added.
PYTHON: dict[str, Grade] = {
    "OBJECT_ADDED": Grade("python-added", SAFE, "{subject} is new."),
    "OBJECT_REMOVED": Grade("python-removed", BREAKING, "{subject} was removed; remove its uses."),
    "OBJECT_CHANGED_KIND": Grade("python-kind-changed", BREAKING, "{subject} is {new}, no longer {old}."),
    "PARAMETER_ADDED": Grade("python-parameter-added", SAFE, "{owner} takes the optional {name}."),
    "PARAMETER_ADDED_REQUIRED": Grade("python-parameter-added-required", BREAKING, "Give {owner} its new {name}."),
    "PARAMETER_REMOVED": Grade("python-parameter-removed", BREAKING, "Leave {name} out of {owner}."),
    "PARAMETER_MOVED": Grade("python-parameter-moved", BREAKING, "Give {name} of {owner} by its name."),
    "PARAMETER_CHANGED_KIND": Grade(
        "python-parameter-kind-changed", BREAKING, "{name} of {owner} is {new}, no longer {old}."
    ),
    "PARAMETER_CHANGED_REQUIRED": Grade(
        "python-parameter-required", BREAKING, "Give {owner} its {name}, which could be left out."
    ),
    "PARAMETER_CHANGED_DEFAULT": Grade(
        "python-default-changed", RISKY, "{name} of {owner} is {new} unless given; it was {old}."
    ),
    "PARAMETER_WIDENED_TYPE": Grade(
        "python-parameter-type-widened", SAFE, "{name} of {owner} may be `{new}`, not only `{old}`."
    ),
    "PARAMETER_CHANGED_TYPE": Grade(
        "python-parameter-type-changed", BREAKING, "Give {name} of {owner} as `{new}`, no longer as `{old}`."
    ),
    "RETURN_CHANGED_TYPE": Grade(
        "python-return-changed", BREAKING, "{subject} gives `{new}`, no longer `{old}`; adapt what reads it."
    ),
    "RETURN_NARROWED_TYPE": Grade("python-return-narrowed", SAFE, "{subject} gives only `{new}`, no longer `{old}`."),
    "ATTRIBUTE_CHANGED_TYPE": Grade(
        "python-attribute-type-changed", BREAKING, "{subject} is `{new}`, no longer `{old}`; adapt what uses it."
    ),
    "OVERLOAD_ADDED": Grade("python-overload-added", SAFE, "{subject} may also be called in another way: `{new}`."),
    "OVERLOADS_CHANGED": Grade(
        "python-overloads-changed", BREAKING, "{subject} has the overloads `{new}`, no longer `{old}`; adapt its calls."
    ),
    "CLASS_REMOVED_BASE": Grade(
        "python-base-removed", BREAKING, "The bases of {subject} are {new}, no longer {old}; check `isinstance`."
    ),
}


def find_grade(kind: str, direction: str, what: str, change: str) -> Grade:
    """Return the grade of a change of a specification. Raises `KeyError` for a change that the table does not have."""
    kinds = ((kind, what), (kind, "*"), ("*", what), ("*", "*"))
    keys = [(k, a, b, c) for k, b in kinds for a in (direction, "*") for c in (change, "*")]
    for key in keys:
        if key in SPEC:
            return SPEC[key]
    raise KeyError((kind, direction, what, change))


def write_table() -> str:
    """Return the grades as a Markdown table, each rule once."""
    grades = {grade.rule: grade for grade in [*SPEC.values(), *PYTHON.values()]}
    rows = [f"| `{grade.rule}` | {grade.severity} | {grade.migration} |" for grade in grades.values()]
    return "\n".join(["| Change | Severity | What it means for users |", "|---|---|---|", *rows])
