"""Where the tokens of OAuth are kept: in memory, in a file, in the system's keyring, or in a user's own place."""
