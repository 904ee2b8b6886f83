"""The flow of loads."""
