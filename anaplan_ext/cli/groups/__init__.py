"""The commands, a module for each group. They import the client when they run, not before."""
