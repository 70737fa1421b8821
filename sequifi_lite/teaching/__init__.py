"""Everything that serves the book alone: figures, explorers, a recorder, exercises and the bug cabinet.

It may import every package but `cli`. A change here touches pages and notebooks, and no result: receipts and
tables stay as they are.
"""
