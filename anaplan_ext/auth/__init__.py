"""Sign-in: credentials, tokens, and the session that clients share."""
