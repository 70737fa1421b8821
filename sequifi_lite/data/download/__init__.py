"""Getting a corpus: from its home, a mirror or a reader's archives, checked, unpacked, put in place whole.

Checksums, skipping what is there and moving a finished file into place are pooch's work. What pooch lacks is
here: going on where an attempt broke off, refusing archives that could do harm, and a folder that appears
complete or not at all.
"""
