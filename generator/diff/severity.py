"""The severity of each change of a specification or of the Python API: the table that `diff` reads.

The specification is the contract on the wire. It says what breaks for a release in use, and for users who upgrade.
A request may require less and accept more. A response may hold more and guarantee more. Enums are open and unknown
fields are kept, so a response that grows never fails. A new documented value is still risky, because code that branches
over the values has no branch for it.
"""

from typing import Literal, TypeAlias

from attrs import frozen

Severity: TypeAlias = Literal["breaking", "risky", "safe"]

BREAKING: Severity = "breaking"
RISKY: Severity = "risky"
SAFE: Severity = "safe"
SEVERITIES: tuple[Severity, ...] = (BREAKING, RISKY, SAFE)


@frozen
class Grade:
    """The severity of one kind of change, and its message.

    The migration line has {subject} (the dotted name), {name} (its last part) and {owner} (what it is part of), which
    are put in as code, and {old} and {new}.
    """

    rule: str
    severity: Severity
    migration: str


# (kind, direction, what of it, change): the grade. "*" stands for any. Changes are added, added-required, removed,
# renamed, changed, tightened and loosened.
SPEC: dict[tuple[str, str, str, str], Grade] = {
    ("api", "*", "", "added"): Grade("api-added", SAFE, "The API {subject} is new."),
    ("api", "*", "", "removed"): Grade("api-removed", BREAKING, "The API {subject} was removed; remove its calls."),
    ("api", "*", "server", "*"): Grade(
        "api-server-changed", BREAKING, "{subject} is served by {new}, no longer by {old}; upgrade to reach it."
    ),
    ("operation", "*", "", "added"): Grade("operation-added", SAFE, "{subject} is new."),
    ("operation", "*", "", "removed"): Grade(
        "operation-removed", BREAKING, "{subject} was removed, and {old} with it; remove its calls."
    ),
    ("operation", "*", "", "renamed"): Grade(
        "operation-renamed", BREAKING, "Call `{new}` instead of `{old}`; the request is the same."
    ),
    ("operation", "*", "request", "*"): Grade(
        "operation-request-changed", BREAKING, "{subject} sends {new}, no longer {old}; upgrade to reach it."
    ),
    ("operation", "*", "effect", "*"): Grade(
        "operation-effect-changed",
        RISKY,
        "{subject} has the effect {new}, no longer {old}: it is retried by other rules.",
    ),
    ("operation", "*", "role", "*"): Grade(
        "operation-role-changed", RISKY, "{subject} requires the role {new}, no longer {old}; check who runs it."
    ),
    ("operation", "*", "tag", "*"): Grade(
        "operation-tag-changed", SAFE, "{subject} is listed under {new}, no longer {old}; import it from the API."
    ),
    ("operation", "*", "result", "*"): Grade(
        "operation-result-changed", BREAKING, "{subject} gives `{new}`, no longer `{old}`; adapt what reads it."
    ),
    ("operation", "*", "accept", "loosened"): Grade(
        "operation-media-added", SAFE, "{subject} can request {new}, not only {old}."
    ),
    ("operation", "*", "accept", "tightened"): Grade(
        "operation-media-removed", BREAKING, "Request {new} from {subject}; it could be {old}."
    ),
    ("operation", "*", "accept", "*"): Grade(
        "operation-media-changed", RISKY, "{subject} requests {new}, no longer {old}."
    ),
    ("operation", "*", "authorization", "tightened"): Grade(
        "operation-authorization-added",
        BREAKING,
        "Give {subject} an `authorization`; it does not use the session's token.",
    ),
    ("operation", "*", "authorization", "loosened"): Grade(
        "operation-authorization-removed", BREAKING, "Leave `authorization` out of {subject}; the session signs it."
    ),
    ("operation", "*", "deprecated", "tightened"): Grade(
        "operation-deprecated", RISKY, "{subject} is deprecated; use its replacement."
    ),
    ("operation", "*", "deprecated", "loosened"): Grade(
        "operation-undeprecated", SAFE, "{subject} is no longer deprecated."
    ),
    ("parameter", "*", "", "added"): Grade("parameter-added", SAFE, "{owner} takes the optional {name}."),
    ("parameter", "*", "", "added-required"): Grade(
        "parameter-added-required", BREAKING, "Give {owner} the new argument {name}."
    ),
    ("parameter", "*", "", "removed"): Grade("parameter-removed", BREAKING, "Leave {name} out of {owner}."),
    ("parameter", "*", "place", "*"): Grade(
        "parameter-place-changed", BREAKING, "{name} of {owner} is in the {new}, no longer in the {old}; upgrade."
    ),
    ("parameter", "*", "python", "*"): Grade(
        "parameter-renamed", BREAKING, "Call the argument of {owner} `{new}`, no longer `{old}`."
    ),
    ("parameter", "*", "required", "tightened"): Grade(
        "parameter-required", BREAKING, "Give {owner} its argument {name}, which could be left out."
    ),
    ("parameter", "*", "required", "loosened"): Grade("parameter-optional", SAFE, "{name} of {owner} may be left out."),
    ("parameter", "*", "type", "loosened"): Grade(
        "parameter-type-widened", SAFE, "{name} of {owner} may be {new}, not only {old}."
    ),
    ("parameter", "*", "type", "*"): Grade(
        "parameter-type-changed", BREAKING, "Give {name} of {owner} as `{new}`, no longer as `{old}`."
    ),
    ("parameter", "*", "limit", "loosened"): Grade(
        "parameter-limit-loosened", SAFE, "{name} of {owner} has wider limits: {new} instead of {old}."
    ),
    ("parameter", "*", "limit", "*"): Grade(
        "parameter-limit-tightened", BREAKING, "Keep {name} of {owner} within {new}; it was {old}."
    ),
    ("body", "*", "", "added"): Grade("body-added", SAFE, "{owner} takes an optional body."),
    ("body", "*", "", "added-required"): Grade("body-added-required", BREAKING, "Give {owner} its new `body`."),
    ("body", "*", "", "removed"): Grade("body-removed", BREAKING, "Leave `body` out of {owner}."),
    ("body", "*", "required", "tightened"): Grade(
        "body-required", BREAKING, "Give {owner} its `body`, which could be left out."
    ),
    ("body", "*", "required", "loosened"): Grade("body-optional", SAFE, "The body of {owner} may be left out."),
    ("body", "*", "type", "*"): Grade(
        "body-type-changed", BREAKING, "Give {owner} a body of `{new}`, no longer of `{old}`."
    ),
    ("body", "*", "limit", "loosened"): Grade(
        "body-limit-loosened", SAFE, "The body of {owner} has wider limits: {new} instead of {old}."
    ),
    ("body", "*", "limit", "*"): Grade(
        "body-limit-tightened", BREAKING, "Keep the body of {owner} within {new}; it was {old}."
    ),
    ("body", "*", "media", "loosened"): Grade(
        "body-media-added", SAFE, "The body of {owner} may be {new}, not only {old}."
    ),
    ("body", "*", "media", "tightened"): Grade(
        "body-media-removed", BREAKING, "Send {owner} its body as {new}; {old} were accepted."
    ),
    ("body", "*", "media", "changed"): Grade(
        "body-media-changed", BREAKING, "Send {owner} its body as {new}; {old} were accepted."
    ),
    ("body", "*", "default", "*"): Grade(
        "body-default-changed", RISKY, "{owner} sends its body as {new} unless told otherwise; it was {old}."
    ),
    ("status", "response", "", "added"): Grade(
        "success-added", RISKY, "{owner} may succeed with {name}, which earlier releases treat as an error."
    ),
    ("status", "response", "", "removed"): Grade(
        "success-removed", RISKY, "{owner} no longer succeeds with {name}; it is an error now."
    ),
    ("status", "error", "", "added"): Grade("error-added", SAFE, "{owner} is documented to fail with {name}."),
    ("status", "error", "", "removed"): Grade(
        "error-removed", SAFE, "{owner} is no longer documented to fail with {name}."
    ),
    ("status", "error", "body", "*"): Grade("error-body-changed", SAFE, "{name} of {owner} has another body."),
    ("schema", "error", "*", "*"): Grade("error-schema-changed", SAFE, "The error body {subject} changed."),
    ("field", "error", "*", "*"): Grade("error-schema-changed", SAFE, "{name} of the error body {owner} changed."),
    ("value", "error", "*", "*"): Grade("error-schema-changed", SAFE, "{name} of the error body {owner} changed."),
    ("schema", "*", "", "renamed"): Grade("schema-renamed", BREAKING, "Import `{new}` instead of `{old}`."),
    ("schema", "*", "kind", "*"): Grade(
        "schema-kind-changed", BREAKING, "{subject} is {new}, no longer {old}; adapt what uses it."
    ),
    ("schema", "request", "", "added"): Grade("request-schema-added", SAFE, "Requests take the new {subject}."),
    ("schema", "request", "", "removed"): Grade(
        "request-schema-removed", BREAKING, "No request takes {subject} any more."
    ),
    ("schema", "response", "", "added"): Grade("response-schema-added", SAFE, "Responses have the new {subject}."),
    ("schema", "response", "", "removed"): Grade(
        "response-schema-removed", BREAKING, "No response has {subject} any more."
    ),
    ("field", "request", "", "added"): Grade("request-field-added", SAFE, "{owner} takes the optional {name}."),
    ("field", "request", "", "added-required"): Grade(
        "request-field-added-required", BREAKING, "Give {owner} the new {name}."
    ),
    ("field", "request", "", "removed"): Grade("request-field-removed", BREAKING, "Leave {name} out of {owner}."),
    ("field", "request", "required", "tightened"): Grade(
        "request-field-required", BREAKING, "Give {owner} its {name}, which could be left out."
    ),
    ("field", "request", "required", "loosened"): Grade(
        "request-field-optional", SAFE, "{name} may be left out of {owner}."
    ),
    ("field", "request", "type", "loosened"): Grade(
        "request-field-type-widened", SAFE, "{subject} may be {new}, not only {old}."
    ),
    ("field", "request", "type", "*"): Grade(
        "request-field-type-changed", BREAKING, "Give {subject} as `{new}`, no longer as `{old}`."
    ),
    ("field", "request", "limit", "loosened"): Grade(
        "request-field-limit-loosened", SAFE, "{subject} has wider limits: {new} instead of {old}."
    ),
    ("field", "request", "limit", "*"): Grade(
        "request-field-limit-tightened", BREAKING, "Keep {subject} within {new}; it was {old}."
    ),
    ("field", "response", "", "added"): Grade("response-field-added", SAFE, "{subject} is new."),
    ("field", "response", "", "added-required"): Grade(
        "response-field-added-required", RISKY, "{subject} is new, and a response without it is rejected."
    ),
    ("field", "response", "", "removed"): Grade(
        "response-field-removed",
        BREAKING,
        "{subject} was removed; if Anaplan still sends it, it is in `additional_properties`.",
    ),
    ("field", "response", "required", "tightened"): Grade(
        "response-field-required", RISKY, "{subject} is never None, and a response without it is rejected."
    ),
    ("field", "response", "required", "loosened"): Grade(
        "response-field-optional", BREAKING, "{subject} may be None; handle that."
    ),
    ("field", "response", "type", "*"): Grade(
        "response-field-type-changed", BREAKING, "{subject} is `{new}`, no longer `{old}`; adapt what reads it."
    ),
    ("field", "response", "limit", "*"): Grade(
        "response-field-limit-changed", SAFE, "{subject} is documented within {new}, no longer {old}; not enforced."
    ),
    ("field", "response", "spellings", "*"): Grade(
        "field-spellings-changed", RISKY, "{subject} is read from {new}, where it was {old}."
    ),
    ("field", "*", "python", "*"): Grade("field-renamed", BREAKING, "Use `{new}` of {owner} instead of `{old}`."),
    ("field", "*", "secret", "*"): Grade(
        "field-secrecy-changed", SAFE, "The repr of {owner} has another set of fields: {name} changed."
    ),
    ("field", "*", "nullable", "*"): Grade(
        "field-null-changed", SAFE, "Whether {subject} is sent as null changed; it always reads as None."
    ),
    ("value", "request", "", "added"): Grade("request-value-added", SAFE, "{owner} may be {name}."),
    ("value", "request", "", "removed"): Grade("request-value-removed", BREAKING, "Send no {name} as {owner}."),
    ("value", "response", "", "added"): Grade(
        "response-value-added", RISKY, "{owner} may be {name}; handle it where you branch over the values."
    ),
    ("value", "response", "", "removed"): Grade(
        "response-value-removed",
        BREAKING,
        "{owner} has no member for {name}; compare with the text if Anaplan may still send it.",
    ),
}

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
    "RETURN_CHANGED_TYPE": Grade("python-return-changed", BREAKING, "{subject} gives {new}; it was `{old}`."),
    "CLASS_REMOVED_BASE": Grade(
        "python-base-removed", BREAKING, "The bases of {subject} are {new}, no longer {old}; check `isinstance`."
    ),
}


def find_grade(kind: str, direction: str, what: str, change: str) -> Grade:
    """Return the grade of a change of a specification. Raises `KeyError` for a change that the table does not have."""
    keys = [(kind, a, b, c) for b in (what, "*") for a in (direction, "*") for c in (change, "*")]
    for key in keys:
        if key in SPEC:
            return SPEC[key]
    raise KeyError((kind, direction, what, change))


def write_table() -> str:
    """Return the grades as a Markdown table, each rule once."""
    grades = {grade.rule: grade for grade in [*SPEC.values(), *PYTHON.values()]}
    rows = [f"| `{grade.rule}` | {grade.severity} | {grade.migration} |" for grade in grades.values()]
    return "\n".join(["| Change | Severity | What it means for users |", "|---|---|---|", *rows])
