"""The flows of CloudWorks."""
