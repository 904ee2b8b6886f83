"""The grades of changes of servers and of authentication; `spec_grades` has the others."""

from .grade import BREAKING, RISKY, SAFE, Grade

ACCESS: dict[tuple[str, str, str, str], Grade] = {
    ("operation", "*", "server", "*"): Grade(
        "operation-server-changed", BREAKING, "{subject} is served by {new}, no longer by {old}; upgrade to reach it."
    ),
    ("api", "*", "servers", "loosened"): Grade("api-server-added", SAFE, "{subject} is also served by {new}."),
    ("api", "*", "servers", "*"): Grade(
        "api-server-removed", RISKY, "{subject} is also served by {new}, no longer by {old}; check your region."
    ),
    ("*", "*", "security", "loosened"): Grade(
        "security-added", SAFE, "{subject} also accepts {new} for authentication; it was {old}."
    ),
    ("*", "*", "security", "*"): Grade("security-changed", BREAKING, "Authenticate {subject} by {new}; it was {old}."),
    ("scheme", "*", "", "*"): Grade(
        "security-scheme-listed", SAFE, "The list of ways to authenticate changed: {name}."
    ),
    ("scheme", "*", "definition", "*"): Grade(
        "security-scheme-changed", BREAKING, "Authenticate by {name} as {new}, no longer as {old}."
    ),
    ("scheme", "*", "scopes", "loosened"): Grade("security-scope-added", SAFE, "{name} has more scopes: {new}."),
    ("scheme", "*", "scopes", "*"): Grade("security-scope-removed", BREAKING, "Request {new} of {name}; it was {old}."),
}
