"""Actions and their tasks: start, poll, and report."""
