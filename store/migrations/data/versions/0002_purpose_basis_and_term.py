"""Every row says what it is kept for, on which legal basis, and until when.

Rows from before get the purpose and basis that their kind has always had. Their terms are the practice pack's, which a
revision doesn't know: the next run of the retention job gives them.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GROUNDS = {
    "conversation": ("'communication'", "'legitimate_interest'"),
    "consent": ("kind", "'consent'"),
    "request": ("'requests'", "'legal_obligation'"),
    "ticket": (
        "CASE kind WHEN 'intake' THEN 'guidance' WHEN 'question' THEN 'communication' ELSE 'requests' END",
        "CASE kind WHEN 'intake' THEN 'contract' WHEN 'question' THEN 'legitimate_interest' ELSE 'legal_obligation' END",
    ),
    "hold": (
        "CASE kind WHEN 'fiscal' THEN 'administration' WHEN 'dispute' THEN 'dispute' ELSE 'guidance' END",
        "CASE kind WHEN 'fiscal' THEN 'legal_obligation' WHEN 'dispute' THEN 'legitimate_interest' ELSE 'consent' END",
    ),
    "export": ("'requests'", "'legal_obligation'"),
    "receipt": ("'proof'", "'legal_obligation'"),
    "mail": ("'communication'", "'legitimate_interest'"),
    "account": ("'access'", "'contract'"),
}
TERMS = ("request", "receipt", "account")


def upgrade() -> None:
    for table, (purpose, basis) in GROUNDS.items():
        # An empty default only lets the column be added to rows that are there; the next statement fills them in.
        for name in ("purpose", "legal_basis"):
            op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=""))
        op.execute(f"UPDATE {table} SET purpose = {purpose}, legal_basis = {basis}")  # noqa: S608  # our own words
    for table in TERMS:
        op.add_column(table, sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        op.create_index(f"ix_{table}_expires_at", table, ["expires_at"])
    op.add_column("conversation", sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("conversation", "cleared_at")
    for table in reversed(TERMS):
        op.drop_index(f"ix_{table}_expires_at", table)
        op.drop_column(table, "expires_at")
    for table in reversed(GROUNDS):
        op.drop_column(table, "legal_basis")
        op.drop_column(table, "purpose")
