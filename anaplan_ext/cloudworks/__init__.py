"""CloudWorks: integrations with cloud storage, their runs and schedules, and flows of them."""
