# Shared by the scripts beside it.

python=.venv/bin/python
[ -x "$python" ] || python=python3

windows_path() { printf 'Z:%s' "$1" | tr / '\\'; }

timed() {  # WHAT COMMAND…: run it and say how long it took
  local what=$1 started=$SECONDS
  shift
  "$@" || return
  echo "$what in $((SECONDS - started)) s"
}

frozen_tests() {  # ENVIRONMENT OUTPUT TEST… [pytest's arguments]: run tests of tests/frozen on a screen of their own
  local status=0
  export SPKCREATOR_WINE=$(realpath "$1") SPKCREATOR_DIST=$(realpath "$2")
  shift 2
  xvfb-run -a -s "-screen 0 1440x900x24 -nolisten tcp" "$python" -m pytest -p no:cacheprovider "$@" || status=$?
  WINEPREFIX=$SPKCREATOR_WINE/prefix wineserver -k || true  # ends the programs of this environment only
  return $status
}
