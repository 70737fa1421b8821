"""The leaderboard: submissions of predictions, what is refused, and the scores that are computed from them.

`tracks` says what is predicted, `submission` reads a file and refuses what is none, `board` scores and ranks.
"""
