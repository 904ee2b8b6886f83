"""The generated package of one specification, by openapi-python-client and templates."""
