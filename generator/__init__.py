"""Generate `anaplan_client` from `openapi/*.yaml`, and the synchronous half of the hand-written code."""
