#!/usr/bin/env bash
# Fails when a source file is not as clang-format would write it; --fix rewrites instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
  "") action=(--dry-run -Werror) ;;
  --fix) action=(-i) ;;
  *) echo "usage: scripts/check_format.sh [--fix]" >&2; exit 2 ;;
esac
git ls-files -z '*.cpp' '*.h' '*.cu' '*.cuh' | xargs -0 --no-run-if-empty clang-format "${action[@]}"
