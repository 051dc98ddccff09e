"""Killing Balie with SIGKILL wherever it writes, and looking at what is there after the restart."""
