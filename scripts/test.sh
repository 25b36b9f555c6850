#!/usr/bin/env bash
# Builds everything and runs all tests; arguments go to ctest, such as -R Nero or --rerun-failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh
cmake --preset ci
cmake --build --preset ci
ctest --preset ci --output-on-failure --parallel "$(nproc)" "$@"
