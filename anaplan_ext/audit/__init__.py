"""Audit events: read a time range, or go on where the last run stopped."""
