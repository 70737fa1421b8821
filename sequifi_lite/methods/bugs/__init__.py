"""The bug cabinet: widely shipped mistakes, kept working so that their effect can be seen. Never use one for a result.

An exhibit is a class or a function whose docstring says what is wrong (``Wrong:``), where it was seen (``Seen in:``) and which
test tells it from the right form (``Told apart by:``). One line here puts it into the cabinet.
"""

EXHIBITS = {name: value for name, value in list(vars().items()) if callable(value) and not name.startswith("_")}
