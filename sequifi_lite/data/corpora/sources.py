"""Where the corpora can be had: addresses, sizes and published checksums. The one file to mend when a link has died.

None of these addresses was tried from the machine this list was made on. What stands behind each is said beside it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One address of an archive; `checksum` ("md5:..." or "sha256:...") and `size` in bytes only where they were published."""

    url: str
    checksum: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Archive:
    """One zip or tar file and the places that offer it, in the order in which they are asked."""

    name: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Download:
    """How a corpus is got.

    Attributes
    ----------
    unpacked : int
        Size of its audio in bytes, for the check of free space; measured on full copies unless a comment says otherwise.
    by_hand : str
        Exact steps for a reader who has to download it in a browser.
    archives : tuple of Archive
        All of them together are the corpus.
    files : tuple of str
        Folders on the web that hold the single files under their official names; asked if there are no archives or none is
        to be had. Used only where the checksum of every file is published.
    note : str
        What the corpus's home asks for beyond its licence.
    """

    unpacked: int
    by_hand: str
    archives: tuple[Archive, ...] = ()
    files: tuple[str, ...] = ()
    note: str = ""


DOWNLOADS = {
    # The home keeps its audio in Git LFS, whose monthly budget has run out before, and its README sends readers to the mirror
    # first; so do we. The checksums of all 7,442 files are their LFS names. GitHub: the address that TensorFlow Datasets uses, at
    # the commit whose names were compared. GitLab: the README names the repository; the address was seen in one project.
    "cremad": Download(
        unpacked=605_899_936,
        files=(
            "https://gitlab.com/cs-cooper-lab/crema-d-mirror/-/raw/main/",
            "https://media.githubusercontent.com/media/CheyneyComputerScience/CREMA-D/1658cd342dff90010aa843eaeebd53610a08b1dc/",
        ),
        by_hand="""\
1. Install Git and Git LFS (https://git-lfs.com) and run once: git lfs install
2. Get the WAV files alone from the mirror that the authors keep:
     git clone --depth 1 --config lfs.fetchinclude="AudioWAV/*" https://gitlab.com/cs-cooper-lab/crema-d-mirror.git
3. sequifi-lite get cremad --from crema-d-mirror""",
        note="Its authors ask users of the GitHub repository to fill in the form that https://github.com/CheyneyComputerScience/"
        "CREMA-D links to.",
    ),
    # Size and md5 as on the Zenodo record, stated alike by several projects that downloaded it.
    "ravdess": Download(
        unpacked=590_349_330,
        archives=(
            Archive(
                "Audio_Speech_Actors_01-24.zip",
                (
                    Source(
                        "https://zenodo.org/records/1188976/files/Audio_Speech_Actors_01-24.zip?download=1",
                        "md5:bc696df654c87fed845eb13823edef8a",
                        208_468_073,
                    ),
                ),
            ),
        ),
        by_hand="""\
1. Open https://zenodo.org/records/1188976 and download Audio_Speech_Actors_01-24.zip (208 MB), nothing else.
2. sequifi-lite get ravdess --from Audio_Speech_Actors_01-24.zip""",
    ),
    # The home publishes no checksum. The Zenodo record 7447302 is the database's version 1.3.0 with tables beside the same 535
    # recordings; size and md5 as one project read them from the record. Every file is compared with known copies afterwards.
    "emodb": Download(
        unpacked=47_626_698,
        archives=(
            Archive(
                "emodb.zip",
                (
                    Source("http://emodb.bilderbar.info/download/download.zip"),
                    Source(
                        "https://zenodo.org/records/7447302/files/emodb.zip?download=1",
                        "md5:9d21362dbc5676ef3ab4745d83ced0db",
                        39_981_818,
                    ),
                ),
            ),
        ),
        by_hand="""\
1. Open http://emodb.bilderbar.info/download/ and download download.zip (about 40 MB);
   or open https://zenodo.org/records/7447302 and download emodb.zip.
2. sequifi-lite get emodb --from download.zip""",
    ),
    # Unconfirmed: the address follows the pattern of Mendeley Data's own "Download all" button, seen for other data sets. No
    # checksum of the archive is published. The size is that of 856 of the 862 files.
    "mesd": Download(
        unpacked=88_619_560,
        archives=(
            Archive("mesd.zip", (Source("https://data.mendeley.com/public-api/zip/cy34mh68j9/download/5"),)),
        ),
        by_hand="""\
1. Open https://data.mendeley.com/datasets/cy34mh68j9/5 and press "Download All"; you get one zip archive.
2. sequifi-lite get mesd --from THE_ARCHIVE.zip""",
    ),
    # Sizes and sha256 are the archives' Git LFS names at the home; whether GitHub still serves them is unconfirmed. The Dropbox
    # links are those of the README that the second author keeps; no checksum of theirs is published, and nothing says that they
    # are the same bytes. `unpacked` is the published size of the corpus.
    "shemo": Download(
        unpacked=1_040_000_000,
        archives=(
            Archive(
                "female.zip",
                (
                    Source(
                        "https://media.githubusercontent.com/media/mansourehk/ShEMO/0db1b9343e08794d66ca2f5c3faa9533c923abcd/female.zip",
                        "sha256:663d8d7dceb44adbbf87d84be3a080fb691d169fbd972f6941e6302bc39f71e6",
                        374_368_830,
                    ),
                    Source("https://www.dropbox.com/s/4t6mep8mo4yf81f/female.zip?dl=1"),
                ),
            ),
            Archive(
                "male.zip",
                (
                    Source(
                        "https://media.githubusercontent.com/media/mansourehk/ShEMO/0db1b9343e08794d66ca2f5c3faa9533c923abcd/male.zip",
                        "sha256:747670d0d918e59d5e5020cf66610242890b093d42968c467c4f02eb5e6a6b1a",
                        496_606_401,
                    ),
                    Source("https://www.dropbox.com/s/xfi3hi927yxixa9/male.zip?dl=1"),
                ),
            ),
        ),
        by_hand="""\
1. Open https://github.com/pariajm/sharif-emotional-speech-dataset and follow its two download links, female.zip and male.zip.
   If they are dead, https://github.com/mansourehk/ShEMO has both, or ask the authors, whose addresses stand on these pages.
2. sequifi-lite get shemo --from female.zip --from male.zip""",
    ),
    # GitHub's own archive of the commit that was compared: its checksum is not published and may change, so every file is
    # compared. The single files at the same commit are asked if the archive, which cannot be resumed, does not come through.
    "nemo": Download(
        unpacked=531_141_548,
        archives=(
            Archive(
                "nemo.zip",
                (
                    Source(
                        "https://github.com/amu-cai/nEMO/archive/66de9999a8f2f605eb5f64841790aa5cb0877782.zip"
                    ),
                ),
            ),
        ),
        files=("https://raw.githubusercontent.com/amu-cai/nEMO/66de9999a8f2f605eb5f64841790aa5cb0877782/",),
        by_hand="""\
1. Install Git and run: git clone --depth 1 https://github.com/amu-cai/nEMO
   (or open https://github.com/amu-cai/nEMO in a browser: Code, then Download ZIP).
2. sequifi-lite get nemo --from nEMO
   (or --from nEMO-main.zip)""",
    ),
}
