"""The state of an emulated tenant: data that tests build, read and change."""
