"""Your voice: a page that hears a reader as the library would, and shows what six learners make of it.

`hearing/` leads from samples to an embedding, in plain JavaScript: `resample.js`, `mel.js`, `weights.js`,
`layers.js` and `encoder.js` hang on the one global object ``Voice``, and run in a page, in a worker made of a
Blob, or in node. `page/` is the page: `listener.js` does in the worker what the page asks for (with the
playground's engine before it), the others are what a reader sees.

The encoder's weights reach the page as scripts, `weight_files`, because a page that is opened from a folder
may read nothing else.
"""

import json
import zlib
from importlib.resources import files

from ...data.encoders import shipped
from .. import playground
from ..assets import asset
from ..dense import letters, script_file
from ..playground.page import page_file as playground_file

HEARING = ("resample.js", "mel.js", "weights.js", "layers.js", "encoder.js")
WORKER = ("heads.js", "listener.js", "worker.js")
SCRIPTS = (
    "heads.js",
    "link.js",
    "microphone.js",
    "sound_file.js",
    "cards.js",
    "teach.js",
    "app.js",
    "start.js",
)
OF_THE_PLAYGROUND = ("words.js", "learners.js", "draw.js", "form.js")  # what its page draws and sets with
PARTS = 10  # files of weights: the page shows how many have arrived


def hearing_file(name: str) -> str:
    """Read a file of `HEARING`."""
    return (files(__name__) / "hearing" / name).read_text(encoding="utf-8")


def page_file(name: str) -> str:
    """Read a file of the page."""
    return (files(__name__) / "page" / name).read_text(encoding="utf-8")


def hearing() -> str:
    """Read all of `HEARING`, one behind the other, in an order in which they can run."""
    return "\n".join([asset("dense.js"), *map(hearing_file, HEARING)])


def weight_files(folder=shipped.FOLDER, parts: int = PARTS) -> dict[str, bytes]:
    """Make the scripts that hand an encoder to the page.

    Parameters
    ----------
    folder : path
        Of ``tools/make_int8_encoder.py``.
    parts : int
        Number of scripts.

    Returns
    -------
    dict
        Files by path. Each calls ``Voice.receivePart({part, of, heads, bytes, text})``; the texts are so many
        bytes each (see `dense`), one behind the other the file of weights, deflated.
    """
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_FILTERED)
    content = squeeze.compress((folder / shipped.FILE).read_bytes()) + squeeze.flush()
    heads = json.loads((folder / "config.json").read_text(encoding="utf-8"))["encoder_attention_heads"]
    size, made = -(-len(content) // parts), {}
    for part in range(parts):
        piece = content[part * size : (part + 1) * size]
        value = {"part": part, "of": parts, "heads": heads, "bytes": len(piece), "text": letters(piece)}
        text = f"Voice.receivePart({json.dumps(value, ensure_ascii=False)});\n"
        made[f"encoder/{part}.js"] = script_file(text)
    return made


def site() -> dict[str, bytes]:
    """Make all files that the page needs beside itself and the playground's folder.

    Returns
    -------
    dict
        Files by path: what belongs into one folder.
    """
    worker = "\n".join([playground.engine(), hearing(), *map(page_file, WORKER)])
    source = page_file("source.js").replace("WORKER_SOURCE", json.dumps(worker))
    source = source.replace("WORKLET_SOURCE", json.dumps(page_file("worklet.js")))
    encoder = weight_files()
    size = f"{sum(map(len, encoder.values())) / 1e6:.0f}"
    examples = (files(__name__) / "data" / "examples.js").read_text(encoding="utf-8")
    scripts = [*map(playground_file, OF_THE_PLAYGROUND), source, examples, *map(page_file, SCRIPTS)]
    made = {
        "voice.js": "\n".join(scripts).replace("ENCODER_SIZE", size),
        "voice.css": playground_file("page.css") + page_file("page.css"),
        "projection.js": playground.data_file("projection"),
    }
    return {name: text.encode() for name, text in made.items()} | encoder


def body(folder: str, corpora: str) -> str:
    """Make the page's own part: HTML that finds the files of `site` in one folder, corpora in another."""
    return page_file("page.html").replace("FOLDER", folder).replace("CORPORA", corpora)
