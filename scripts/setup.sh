#!/usr/bin/env bash
# Makes a machine ready to build nero-bench: the Debian packages, and LibTorch in the user's cache, shared by all clones.
# Harmless to repeat; downloads nothing that is there already.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: scripts/setup.sh [--cpu | --cuda]

  --cpu    LibTorch for training on the CPU, and for building the CUDA half (1.6 GB)
  --cuda   LibTorch with all it needs to run on an NVIDIA GPU (4.9 GB)
  --help   this text

Without an option, --cuda where an NVIDIA driver is found, else --cpu.

environment:
  NERO_BENCH_LIBTORCH   a LibTorch of your own (the folder with include/ and lib/): nothing is downloaded
  XDG_CACHE_HOME        where LibTorch is kept, in nero-bench/ (default: ~/.cache)
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root cache="${XDG_CACHE_HOME:-$HOME/.cache}/nero-bench"

readonly packages=(
  build-essential cmake ninja-build ccache lld git clang-format
  libcli11-dev nlohmann-json3-dev libspdlog-dev libfmt-dev libssl-dev libxxhash-dev libboost-dev zlib1g-dev libjpeg62-turbo-dev libpng-dev libgtest-dev libgmock-dev
  python3 python3-pip python3-venv python3-pytest python3-jsonschema python3-numpy python3-pil
  dataset-fashion-mnist
  slurm-wlm munge  # a cluster of this machine alone, which tests start and stop
  zsh fish man-db groff jq  # tests complete command lines, set the man page and read JSON with them
)
readonly needed_commands=(c++ cmake ninja git python3)
readonly needed_headers=(CLI/CLI.hpp nlohmann/json.hpp spdlog/spdlog.h fmt/format.h openssl/evp.h xxhash.h boost/math/distributions/students_t.hpp zlib.h jpeglib.h png.h gtest/gtest.h gmock/gmock.h)
readonly needed_modules=(pip pytest jsonschema)

say() { echo "setup: $*" >&2; }
fail() { say "$*"; exit 1; }

has_nvidia_driver() { [[ -e /proc/driver/nvidia/version ]] || nvidia-smi -L &>/dev/null; }

as_root() {
  if [[ $EUID == 0 ]]; then "$@"
  elif ! command -v sudo >/dev/null; then echo "neither root nor sudo"; return 1
  elif [[ -t 0 ]]; then sudo "$@"
  else sudo -n "$@"
  fi
}

install_packages() {
  local installed output missing=()
  # dpkg-query's status is that of the packages it never heard of.
  installed=$(dpkg-query -W -f '[${db:Status-Status} ${Package}]' "${packages[@]}" 2>/dev/null || true)
  for package in "${packages[@]}"; do
    [[ $installed == *"[installed $package]"* ]] || missing+=("$package")
  done
  [[ ${#missing[@]} == 0 ]] && return
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
  output=$({ as_root "${apt[@]}" update && as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } 2>&1) || {
    echo "$output" >&2
    fail "could not install them. As root: apt-get update && apt-get install ${missing[*]}"
  }
}

has_header() { c++ -std=c++20 -E -x c++ - <<<"#include <$1>" &>/dev/null; }
has_module() { python3 -c "import $1" &>/dev/null; }

# Where there is no apt: names what is needed, and goes on when it is there.
check_by_hand() {
  say "not a Debian-like system. Needed, under Debian's names: ${packages[*]}"
  local missing=()
  for name in "${needed_commands[@]}"; do command -v "$name" >/dev/null || missing+=("command $name"); done
  for name in "${needed_headers[@]}"; do has_header "$name" || missing+=("header $name"); done
  for name in "${needed_modules[@]}"; do has_module "$name" || missing+=("Python module $name"); done
  for name in "${missing[@]}"; do say "missing: $name"; done
  [[ ${#missing[@]} == 0 ]] || fail "install the above, then run this again"
}

is_libtorch() { [[ -d $1/include/ATen && -e $1/lib/libtorch_cpu.so ]]; }

# Debian's Python before one of pyenv or conda, which may be too new for the wheel.
python_with_pip() {
  for python in /usr/bin/python3 python3; do
    if "$python" -m pip --version &>/dev/null; then echo "$python"; return; fi
  done
  fail "python3 has no pip"
}

# install_wheels TARGET [pip option]: into a folder beside TARGET, then renamed, so that TARGET is whole or absent.
install_wheels() {
  local target=$1 partial quiet=() python
  shift
  python=$(python_with_pip)
  rm -rf "$target".partial-*  # left by an interrupted set-up: the lock says that no other one is running
  partial=$(mktemp -d "$target.partial-XXXX")
  # Expanded now: the name is gone when the trap runs.
  # shellcheck disable=SC2064
  trap "rm -rf '$partial'" EXIT
  mkdir "$partial/set" "$partial/tmp"
  [[ -t 2 ]] || quiet=(--quiet)
  # TMPDIR: pip unpacks there first, and /tmp may be small. No cache: Debian's pip would hold the whole wheel in memory.
  TMPDIR=$partial/tmp PIP_USER=0 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
    "$python" -m pip "${quiet[@]}" install --no-cache-dir --no-compile --target "$partial/set" "$@" \
    -r "$root/requirements.txt" >&2 || fail "pip could not install LibTorch (its message is above)"
  is_libtorch "$partial/set/torch" || fail "the torch wheel holds no LibTorch for this system: set NERO_BENCH_LIBTORCH"
  cp "$root/requirements.txt" "$partial/set/"
  rm -rf "$target"
  mv -T "$partial/set" "$target"
  rm -rf "$partial"
}

install_libtorch() {
  local kind=$1 version
  version=$(sed -n 's/^torch==//p' "$root/requirements.txt")
  local cpu=$cache/libtorch-$version-cpu cuda=$cache/libtorch-$version-cuda
  # The larger set serves for the smaller, and CMake looks there first.
  # A set that was made from other requirements is made anew.
  is_set() { is_libtorch "$1/torch" && cmp -s "$root/requirements.txt" "$1/requirements.txt"; }
  have_it() { is_set "$cuda" || { [[ $kind == cpu ]] && is_set "$cpu"; }; }

  have_it && return
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock -n 9 || { say "waiting for another set-up to finish"; flock 9; }
  have_it && return
  if [[ $kind == cuda ]]; then
    say "LibTorch $version for CUDA: installing 4.9 GB into $cuda"
    install_wheels "$cuda"
  else
    say "LibTorch $version for the CPU: installing 1.6 GB into $cpu"
    install_wheels "$cpu" --no-deps
  fi
}

# For the tests of the statistics; without it they say that they were skipped.
install_test_modules() {
  local target=$cache/test-modules partial python
  cmp -s "$root/tests/requirements.txt" "$target/requirements.txt" && return
  mkdir -p "$cache"
  python=$(python_with_pip)
  partial=$(mktemp -d "$target.partial-XXXX")
  say "what only tests need (tests/requirements.txt): installing 0.25 GB into $target"
  if PIP_USER=0 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
    "$python" -m pip --quiet install --no-cache-dir --no-compile --target "$partial" -r "$root/tests/requirements.txt" >&2; then
    # Images are compared byte for byte with Debian's Pillow, which decodes with the same libjpeg-turbo as we do.
    rm -rf "$partial"/PIL "$partial"/[Pp]illow*
    cp "$root/tests/requirements.txt" "$partial/"
    rm -rf "$target"
    mv -T "$partial" "$target"
  else
    rm -rf "$partial"
    say "could not install it (pip's message is above): the tests that need it will be skipped"
  fi
}

kind=
for option in "$@"; do
  case $option in
    --cpu) kind=cpu ;;
    --cuda) kind=cuda ;;
    -h | --help) usage; exit 0 ;;
    *) say "unknown option '$option'"; usage >&2; exit 2 ;;
  esac
done
[[ $kind ]] || { has_nvidia_driver && kind=cuda || kind=cpu; }

if [[ -e /etc/debian_version ]] && command -v apt-get >/dev/null; then install_packages; else check_by_hand; fi

install_test_modules

if [[ ${NERO_BENCH_LIBTORCH:-} ]]; then
  is_libtorch "$NERO_BENCH_LIBTORCH" ||
    fail "NERO_BENCH_LIBTORCH=$NERO_BENCH_LIBTORCH lacks include/ATen or lib/libtorch_cpu.so"
  say "ready; LibTorch of your own in $NERO_BENCH_LIBTORCH"
else
  install_libtorch "$kind"
  say "ready"
fi
