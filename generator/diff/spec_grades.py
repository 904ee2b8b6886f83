"""The grades of changes of a specification. `severity` says by which principle."""

from .access_grades import ACCESS
from .grade import BREAKING, RISKY, SAFE, Grade

# (kind, direction, what of it, change): the grade. "*" stands for any. Changes are added, added-required, removed,
# renamed, changed, tightened and loosened. What is told of a kind goes before what is told of any.
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
        "operation-authorization-removed",
        BREAKING,
        "Leave `authorization` out of {subject}; it is no longer an argument.",
    ),
    ("operation", "*", "public", "loosened"): Grade(
        "operation-public", SAFE, "{subject} needs no authentication; it is sent without the session's token."
    ),
    ("operation", "*", "public", "tightened"): Grade(
        "operation-not-public",
        BREAKING,
        "{subject} needs authentication; upgrade, because it was sent without a token.",
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
    ("body", "*", "media-default", "*"): Grade(
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
    # What any part may have.
    ("*", "error", "*", "*"): Grade("error-schema-changed", SAFE, "{name} of the error body {owner} changed."),
    ("header", "error", "*", "*"): Grade("error-header-changed", SAFE, "The header {name} of {owner} changed."),
    ("*", "request", "limit", "loosened"): Grade(
        "request-limit-loosened", SAFE, "{subject} has wider limits: {new} instead of {old}."
    ),
    ("*", "request", "limit", "*"): Grade(
        "request-limit-tightened", BREAKING, "Keep {subject} within {new}; it was {old}."
    ),
    ("*", "*", "limit", "*"): Grade(
        "response-limit-changed", SAFE, "{subject} is documented within {new}, no longer {old}; not enforced."
    ),
    ("*", "request", "type", "loosened"): Grade(
        "request-type-widened", SAFE, "{subject} may be {new}, not only {old}."
    ),
    ("*", "request", "type", "*"): Grade(
        "request-type-changed", BREAKING, "Give {subject} as `{new}`, no longer as `{old}`."
    ),
    ("*", "*", "type", "*"): Grade(
        "response-type-changed", BREAKING, "{subject} is `{new}`, no longer `{old}`; adapt what reads it."
    ),
    ("*", "*", "width", "*"): Grade(
        "number-width-changed",
        SAFE,
        "The documented width of {subject} is {new}, no longer {old}; Python has one type.",
    ),
    ("*", "request", "format", "loosened"): Grade(
        "request-format-loosened", SAFE, "{subject} may have any format, not only {old}."
    ),
    ("*", "request", "format", "*"): Grade(
        "request-format-changed", RISKY, "Give {subject} in the format {new}; it was {old}."
    ),
    ("*", "*", "format", "tightened"): Grade(
        "response-format-told", SAFE, "{subject} has the format {new}; none was documented."
    ),
    ("*", "*", "format", "*"): Grade(
        "response-format-changed", RISKY, "{subject} has the format {new}, no longer {old}; check what reads it."
    ),
    ("*", "request", "enum", "tightened"): Grade(
        "request-values-listed", BREAKING, "Give {subject} as one of its documented values; any value was allowed."
    ),
    ("*", "request", "enum", "*"): Grade("request-values-open", SAFE, "{subject} may have any value."),
    ("*", "*", "enum", "tightened"): Grade("response-values-listed", SAFE, "The values of {subject} are documented."),
    ("*", "*", "enum", "*"): Grade("response-values-open", RISKY, "{subject} may have any value; handle others."),
    ("*", "request", "default", "*"): Grade(
        "request-default-changed",
        RISKY,
        "Left out, {subject} stands for {new}, no longer for {old}; give it if needed.",
    ),
    ("*", "*", "default", "*"): Grade(
        "response-default-changed", SAFE, "Left out, {subject} stands for {new}, no longer for {old}; it reads as None."
    ),
    ("*", "*", "deprecated", "tightened"): Grade("deprecated", RISKY, "{subject} is deprecated; use its replacement."),
    ("*", "*", "deprecated", "*"): Grade("undeprecated", SAFE, "{subject} is no longer deprecated."),
    ("*", "*", "sunset", "*"): Grade("sunset-changed", RISKY, "{subject} is to end on {new}; it was {old}."),
    ("*", "request", "nullable", "tightened"): Grade("request-null-refused", BREAKING, "Send no null as {subject}."),
    ("*", "*", "nullable", "*"): Grade(
        "field-null-changed", SAFE, "Whether {subject} may be null changed; null always reads as None."
    ),
    ("*", "request", "read-only", "tightened"): Grade(
        "request-read-only", RISKY, "Leave {subject} out of requests; only responses have it."
    ),
    ("*", "response", "write-only", "tightened"): Grade(
        "response-write-only", BREAKING, "{subject} is no longer in responses; only requests have it."
    ),
    ("*", "*", "read-only", "*"): Grade("read-only-changed", SAFE, "Whether only responses have {subject} changed."),
    ("*", "*", "write-only", "*"): Grade("write-only-changed", SAFE, "Whether only requests have {subject} changed."),
    ("*", "request", "open", "loosened"): Grade("request-open", SAFE, "{subject} may have other fields: {new}."),
    ("*", "request", "open", "*"): Grade(
        "request-closed", RISKY, "Send only documented fields in {subject}; others are {new}, no longer {old}."
    ),
    ("*", "*", "open", "*"): Grade(
        "response-open-changed", SAFE, "Other fields of {subject} are {new}, no longer {old}; all are kept."
    ),
    ("*", "request", "choices", "loosened"): Grade("request-choices-added", SAFE, "{subject} may be more: {new}."),
    ("*", "*", "choices", "*"): Grade("choices-changed", BREAKING, "{subject} is one of {new}, no longer of {old}."),
    ("schema", "response", "type", "loosened"): Grade(
        "response-choices-added", RISKY, "{subject} may be `{new}`, not only `{old}`; handle the new ones."
    ),
    ("*", "*", "discriminator", "*"): Grade(
        "discriminator-changed", BREAKING, "What {subject} is, is told by {new}, no longer by {old}."
    ),
    ("*", "request", "style", "*"): Grade(
        "request-style-changed", BREAKING, "{subject} is sent as {new}, no longer as {old}; upgrade to reach it."
    ),
    ("*", "*", "style", "*"): Grade(
        "response-style-changed", RISKY, "{subject} is written as {new}, no longer as {old}."
    ),
    ("parameter", "*", "media", "*"): Grade(
        "parameter-media-changed", BREAKING, "{subject} is sent as {new}, no longer as {old}; upgrade."
    ),
    ("header", "response", "", "added"): Grade("response-header-added", SAFE, "{owner} has the header {name}."),
    ("header", "response", "", "added-required"): Grade(
        "response-header-added", SAFE, "{owner} has the header {name}."
    ),
    ("header", "response", "", "removed"): Grade(
        "response-header-removed", BREAKING, "{owner} no longer has the header {name}; remove what reads it."
    ),
    ("header", "response", "required", "tightened"): Grade(
        "response-header-required", SAFE, "{owner} always has the header {name}."
    ),
    ("header", "response", "required", "*"): Grade(
        "response-header-optional", RISKY, "{owner} may lack the header {name}; handle that."
    ),
    ("status", "response", "result", "*"): Grade(
        "status-result-changed", BREAKING, "{subject} gives `{new}`, no longer `{old}`; adapt what reads it."
    ),
    ("status", "response", "accept", "*"): Grade("status-media-changed", RISKY, "{subject} is {new}, no longer {old}."),
    ("status", "*", "hint", "*"): Grade("error-hint-changed", SAFE, "The hint of {name} of {owner} changed."),
    # Authentication and servers
    ("operation", "*", "method", "*"): Grade(
        "operation-method-changed", SAFE, "{subject} is sent by {new} of the client, no longer by {old}."
    ),
    ("operation", "*", "sensitive", "tightened"): Grade(
        "operation-sensitive", SAFE, "Errors, observers and logs no longer show the content of {subject}."
    ),
    ("operation", "*", "sensitive", "*"): Grade(
        "operation-not-sensitive",
        RISKY,
        "Errors and observers show the content of {subject}; check that none is secret.",
    ),
    **ACCESS,
    # What has no rule of its own
    ("*", "*", "keyword", "*"): Grade(
        "keyword-changed", RISKY, "`{what}` of {subject} is {new}, no longer {old}; check what it means for you."
    ),
    ("*", "*", "extension", "*"): Grade("extension-changed", SAFE, "`{what}` of {subject} is {new}, no longer {old}."),
}
