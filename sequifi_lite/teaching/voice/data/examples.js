// Written by tools/make_voice_examples.py: rows of a corpus's file, three for each emotion.
(globalThis.Voice = globalThis.Voice || {}).BORROWED = {"corpus": "ravdess", "speaker": "01", "takes": [[20, 21, 22], [4, 5, 6], [0, 1, 2], [12, 13, 14]]};
