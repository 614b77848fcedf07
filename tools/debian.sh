# SPDX-License-Identifier: MIT
# For the shell tools: finds which Debian packages are missing, and installs them or says how.
# shellcheck shell=sh

has_program() { command -v "$1" >/dev/null 2>&1; }

has_header() {
  printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" | g++ -std=c++20 -fsyntax-only -x c++ - 2>/dev/null
}

# Is what a package brings there, wherever it came from?
has_package() {
  case $1 in
    ninja-build) has_program ninja ;;
    maven) has_program mvn ;;
    libasio-dev) has_header asio.hpp ;;
    liblz4-dev) has_header lz4.h ;;
    libssl-dev) has_header openssl/ssl.h ;;
    catch2) has_header catch2/catch.hpp || has_header catch2/catch_all.hpp ;;
    g++-arm-linux-gnueabihf) has_program arm-linux-gnueabihf-g++ ;;
    g++-s390x-linux-gnu) has_program s390x-linux-gnu-g++ ;;
    qemu-user) has_program qemu-arm && has_program qemu-s390x ;;
    clang-[0-9]*) has_program "clang++-${1#clang-}" ;;
    openjdk-17-jre-headless) java -version 2>&1 | grep -q 'version "17' ;;
    g++ | python3 | openssl | meson | pkg-config | cmake) has_program "$1" ;;
    *) dpkg -s "$1" 2>/dev/null | grep -q '^Status: install ok installed' ;;
  esac
}

missing_packages() {
  for package in "$@"; do
    has_package "$package" || printf '%s ' "$package"
  done
}

install_command() { echo "apt-get update && apt-get install -y --no-install-recommends $*"; }

# need WHO PACKAGE...: the packages are there afterwards, or the tool ends with the one command that gets them.
need() {
  who=$1
  shift
  missing=$(missing_packages "$@")
  [ -z "$missing" ] && return 0
  if [ "$(id -u)" = 0 ] && has_program apt-get; then
    echo "$who: installing $missing"
    log=$(mktemp)
    # shellcheck disable=SC2086  # a list of words
    if apt-get update >"$log" 2>&1 &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >>"$log" 2>&1 </dev/null; then
      rm -f "$log"
      missing=$(missing_packages "$@")
      [ -z "$missing" ] && return 0
      log=/dev/null
    fi
    tail -n 15 "$log" >&2
    [ "$log" = /dev/null ] || rm -f "$log"
    echo "Error: $who could not install $missing" >&2
    echo "Why: apt-get failed; its last lines are above" >&2
    echo "Fix: see that apt-get can reach its source, then run: $(install_command "$missing")" >&2
    return 1
  fi
  echo "Error: $who needs what is not installed: $missing" >&2
  echo "Why: only root may install packages, and only with apt-get" >&2
  echo "Fix: run as root: $(install_command "$missing")" >&2
  return 1
}
