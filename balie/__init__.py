"""The command `balie`: settings, set-up checks, the supervisor. It stands above all rooms; only entry points import it."""
