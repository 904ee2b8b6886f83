"""Read specifications, their operations, and the schemas that these use."""
