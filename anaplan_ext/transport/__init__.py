"""Requests as they are sent: attempts, retries, rate limits and traces."""
