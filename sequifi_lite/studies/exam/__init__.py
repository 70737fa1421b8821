"""The conformance exam: twenty cases worked by hand, and a runner that any library can be put through.

`exam.json` holds the cases, `sitting` asks them and judges the answers, `own_answers` lets this library answer.
"""
