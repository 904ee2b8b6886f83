"""The keys of our own that a specification may have, with their meanings."""

EXTENSIONS = {
    "x-anaplan-content-type": "The media type that a request without a body has all the same.",
    "x-anaplan-effect": "The repeatability of an operation: `safe`, `idempotent` or `non-idempotent`.",
    "x-anaplan-hint": "What an error means or needs here, for the message of the exception.",
    "x-anaplan-host": "Which of Anaplan's hosts a server is.",
    "x-anaplan-method": "The methods of the client that send an operation.",
    "x-anaplan-only": "The media type of the response that a parameter belongs to.",
    "x-anaplan-operation": "What the function of a binary response has instead of the operation's own keys.",
    "x-anaplan-role": "The minimum role that Anaplan requires for an operation.",
    "x-anaplan-sensitive": "The content of request or response is secret.",
    "x-anaplan-spellings": "Other names of a field in responses. Each is declared as a field of its own, too.",
    "x-anaplan-type": "What an `int64` is: `epoch-milliseconds`, or `id` if other responses send it as text.",
    "x-python-name": "The name of an argument or attribute in Python, where its own does not fit.",
}


def write_table() -> str:
    """Return the keys as a Markdown table."""
    return "\n".join(["| Key | Meaning |", "|---|---|", *(f"| `{key}` | {text} |" for key, text in EXTENSIONS.items())])
