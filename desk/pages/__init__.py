"""The screens of the desk, one module per group; each has a `router`."""
