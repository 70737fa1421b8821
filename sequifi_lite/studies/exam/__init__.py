"""The conformance exam: twenty cases worked by hand, and a runner that any library can be put through.

`exam.json` holds cases, `sitting` asks them and judges what is said; with `own_answers` this library answers.
"""
