"""The flow of files."""
