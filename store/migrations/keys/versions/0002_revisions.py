"""Which seals of replaced values may open.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subject_key", sa.Column("revisions", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("subject_key") as table:
        table.drop_column("revisions")
