"""Alembic's revisions of both databases. `environment.run` is what each folder's `env.py` calls."""
