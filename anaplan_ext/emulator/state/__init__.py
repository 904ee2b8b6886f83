"""The state of an emulator: data that tests build, read and change."""
