"""The command line `anaplan`."""
