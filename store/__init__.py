"""The store: sealed records in data.db, the keys that open them in keys.db, and the audit chain.

Nothing here knows a rule of the practice's work (that is `casework`) or a clock: times come in as arguments. Records are
sealed and opened by explicit calls on a `Work` or a `Reading`; the column type only refuses what is not sealed.
"""
