"""The leak meter: what the parts of a split share, and what sharing it is worth.

A part leaks into another where both hold the same clip, the same recording under two names, the same speaker,
or the same sentence. `report.leak_report` counts all of these for any split, `lists.read_parts` reads the
lists that somebody else has published, `likeness.Likeness` finds the clip that a name in them looks like, and
`cost.leak_cost` trains the same model on as many clips with the leak and without.
"""
