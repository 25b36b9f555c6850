#!/usr/bin/env bash
# From a fresh clone to a table of results. Arguments go to `nero-bench run`; relative paths are the repository's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly log=build/quickstart.log

# stage TEXT COMMAND…: one line and a time a stage; the command's output only if it fails.
stage() {
  local text=$1 start=$SECONDS
  shift
  echo "quickstart: $text …" >&2
  if "$@" >>"$log" 2>&1; then
    echo "quickstart:   done in $((SECONDS - start)) s" >&2
  else
    local status=$?
    cat "$log" >&2
    echo "quickstart: '$*' failed; the output above is in $log" >&2
    exit "$status"
  fi
}

mkdir -p build
: >"$log"
echo "quickstart: set up (Debian packages, LibTorch) …" >&2
scripts/setup.sh
echo "quickstart:   done in $SECONDS s" >&2
stage "configure" cmake --preset dev
stage "compile nero-bench and nero-trial (minutes, once; watch $log)" \
  cmake --build --preset dev --target nero-bench nero-trial
echo "quickstart: run configs/quickstart.json" >&2
exec build/dev/bin/nero-bench run configs/quickstart.json "$@"
