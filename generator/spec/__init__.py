"""Specifications: reading them, their operations, and which schemas these use."""
