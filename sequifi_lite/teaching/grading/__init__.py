"""Grade a folder of answers to the book's exercises, without trusting any of them.

A submission is read, parsed and run in a process of its own that may compute and read and do nothing else
(`confined`); it is asked for values, one call at a time (`student`). What is right is decided in another
process, which holds the checks and sees plain values only (`judge`, `wire`), and the table is written by a
third, which sees verdicts only (`grade`, `table`). So an answer can spoil its own row and nothing beside it.
"""
