"""Non-idempotent requests: what an ambiguous outcome has done."""
