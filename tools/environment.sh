#!/bin/sh
# Makes the environment of the two commands, or brings it up to date; called by the Makefile, which names what is
# wanted. One sentence for whatever goes wrong; what pip said lies in .book/install.log.
set -u
fail() { echo "error: $1" >&2; exit 2; }
trap 'rm -rf "$VENV/.uv-cache"; echo "error: stopped while installing; type the same command again, it goes on from there." >&2; exit 130' INT TERM

# VENV, JOBS, UV, PINS and PACKAGE come from the Makefile. A path may have spaces.
case "${JOBS:-}" in ""|0*|*[!0-9]*) fail "JOBS=${JOBS:-} is no number of processes; give one from 1 on, such as JOBS=2, or leave it out." ;; esac
py="$VENV/bin/python"
[ -e "$VENV/$PINS" ] && [ -e "$VENV/$PACKAGE" ] && [ -x "$py" ] && exit 0

"$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null ||
  fail "$PYTHON is missing, older than Python 3.11 or newer than 3.14; name another one: make PYTHON=python3.12 ..."
case "$TORCH" in ""|cpu) ;; *) fail "TORCH=$TORCH is unknown; leave it out, or say TORCH=cpu for PyTorch without GPU libraries." ;; esac
mkdir -p .book 2>/dev/null && [ -w .book ] ||
  fail "$(pwd) cannot be written to; copy the checkout to a folder of your own and type the command there."
log=.book/install.log

install() {
  # Not compiled here: that is more than a minute for all of it, and Python compiles a module when it is first imported.
  "$py" -m pip install --quiet --no-compile --disable-pip-version-check "$@" >"$log" 2>&1 && return
  if grep -qiE 'name resolution|connection|timed? ?out|network is unreachable|retrying|no matching distribution' "$log"; then
    fail "packages cannot be fetched, there seems to be no network; type the same command again when there is (pip's words: $log)."
  elif grep -qi 'no space left' "$log"; then
    fail "the disk is full; make room in $VENV or name another place: make VENV=path ..."
  fi
  fail "pip could not install the pinned packages; its last words: $(grep -v '^ *$' "$log" | tail -n 1) (all of them: $log)"
}

# uv unpacks 6.5 GB in a fraction of pip's time. It does not read what pip was told of another index; there, and
# wherever it is not to be had or does not get through, pip does the work and says what is wrong.
quickly() {
  "$py" -m pip config list 2>/dev/null | grep -q '\.index-url=' && return 1
  "$py" -m pip install --quiet --retries 1 --disable-pip-version-check "$UV" >"$log" 2>&1 || return 1
  UV_CACHE_DIR="$VENV/.uv-cache" "$py" -m uv pip install --quiet --python "$py" "$@" >"$log" 2>&1
  got=$?
  rm -rf "$VENV/.uv-cache"
  return $got
}

if [ ! -e "$VENV/$PINS" ] || [ ! -x "$py" ]; then
  # An environment made here is made anew when the pins change; one brought along by VENV=... is only added to.
  if [ -e "$VENV/.made-by-sequifi-lite" ] || [ ! -e "$VENV" ]; then
    size="about 6.5 GB on Linux; 1.9 GB with TORCH=cpu"
    [ "$TORCH" = cpu ] && size="about 1.9 GB"
    [ "$(uname -s)" = Darwin ] && size="about 1.9 GB"
    echo "making the environment in $VENV (once, some minutes, $size)"
    "$PYTHON" -m venv --clear "$VENV" 2>"$log" && touch "$VENV/.made-by-sequifi-lite" ||
      fail "no environment can be made in $VENV ($(tail -n 1 "$log")); name a place that can be written to: make VENV=path ..."
  elif [ ! -x "$py" ]; then
    "$PYTHON" -m venv "$VENV" 2>"$log" || fail "$VENV is there and no environment can be made in it ($(tail -n 1 "$log")); name another: make VENV=path ..."
  fi
  if [ "$TORCH" = cpu ] && [ "$(uname -s)" = Linux ]; then
    # PyTorch keeps its builds without GPU libraries in an index of its own; the versions are the pinned ones.
    pins=.book/requirements-cpu.txt
    grep -vE '^(torch|torchaudio|nvidia-|cuda-|triton)' requirements.txt >"$pins"
    torch=$(sed -n 's/^torch==\([^ ;]*\).*/\1/p' requirements.txt)
    audio=$(sed -n 's/^torchaudio==\([^ ;]*\).*/\1/p' requirements.txt)
    install --index-url "${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}" "torch==$torch" "torchaudio==$audio"
    install -r "$pins"
  else
    quickly -r requirements.txt || install -r requirements.txt
  fi
  rm -f "$VENV"/.pins* "$VENV"/.package-*
  touch "$VENV/$PINS"
fi
install --no-deps --no-build-isolation -e .
rm -f "$VENV"/.package-*
touch "$VENV/$PACKAGE"
