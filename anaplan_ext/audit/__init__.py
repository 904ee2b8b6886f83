"""Audit events: read a time range, or continue where the last run stopped."""
