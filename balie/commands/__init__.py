"""The commands of `balie`, a module per subject."""
