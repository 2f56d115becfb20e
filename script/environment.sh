# shellcheck shell=bash
# Sourced by the other scripts: makes .venv ready, or ends the script with one line that says why not.
#
#   . "$(dirname -- "${BASH_SOURCE[0]}")/environment.sh"
#   prepare_environment [--no-install] [mariadb] [compose] [strace] [scale] [long]
#
# mariadb       the database server is needed too
# compose       docker-compose, which reads docker-compose.yaml without an engine
# strace        what a test watches the calls of a worker with
# scale         Postgres, Redis and the packages of the image, for script/cluster
# long          for tests marked so: a compiler and headers, the client that makes backups, and on Debian a browser
# --no-install  change nothing outside this folder
# sets PROJECT, this folder, and PYTHON, to be run as "$PYTHON" -m NAME: console scripts break if the path
# holds a blank.

# The root of system folders that are not in PATH. Only the tests of these scripts change it, to hide the programs that
# their machine has installed.
SYSTEM_ROOT=${SCRIPT_SYSTEM_ROOT:-}

PROJECT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON=$PROJECT/.venv/bin/python

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# usage: step WORDS COMMAND...; prints one line with the seconds taken, and the command's output only if it fails.
step() {
  local words=$1 began=$SECONDS output
  shift
  printf '%s ... ' "$words"
  if ! output=$("$@" 2>&1); then
    printf 'failed\n'
    fail "$output"
  fi
  printf '%d s\n' $((SECONDS - began))
}

# usage: check_platform OS-RELEASE-FILE
check_platform() {
  local name='another system'
  # shellcheck disable=SC1090
  [ -r "$1" ] && name=$(. "$1" && printf '%s %s (%s)' "$ID" "${VERSION_ID:-}" "${PRETTY_NAME:-$ID}")
  case $name in
    'debian 12 '* | 'debian 13 '* | 'ubuntu 24.04 '*) ;;
    *) fail "session-archive runs on Debian 12, Debian 13 and Ubuntu 24.04; this is $name" ;;
  esac
}

# The newest Python 3.11 to 3.13 that can make a virtual environment, or only the one that SCRIPT_PYTHON names; nothing
# if none exists.
find_python() {
  local name names=(python3.13 python3.12 python3.11 python3 "$SYSTEM_ROOT/usr/bin/python3")
  [ -z "${SCRIPT_PYTHON:-}" ] || names=("$SCRIPT_PYTHON")
  for name in "${names[@]}"; do
    if "$name" -c 'import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
      >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
}

# Ubuntu has Chromium as a snap alone, which does not run in a container.
is_debian() {
  grep -Eqx 'ID="?debian"?' "$SYSTEM_ROOT/etc/os-release"
}

has_python_headers() {
  local python
  python=$(find_python)
  [ -n "$python" ] && "$python" -c 'import os, sysconfig, sys
sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))'
}

# usage: missing_packages [mariadb] [compose] [strace] [scale] [long]; prints the Debian packages that are needed and missing.
missing_packages() {
  local need
  usable_venv || [ -n "$(find_python)" ] || printf 'python3-venv '
  for need in "$@"; do
    case $need in
      mariadb)
        { command -v mariadbd && command -v mariadb-install-db; } >/dev/null || printf 'mariadb-server-core '
        command -v mariadb >/dev/null || printf 'mariadb-client-core '
        ;;
      compose) command -v docker-compose >/dev/null || printf 'docker-compose ' ;;
      strace) command -v strace >/dev/null || printf 'strace ' ;;
      scale)
        compgen -G "$SYSTEM_ROOT/usr/lib/postgresql/*/bin/postgres" >/dev/null || printf 'postgresql '
        command -v redis-server >/dev/null || printf 'redis-server '
        command -v curl >/dev/null || printf 'curl '
        ;;
      long)
        command -v mariadb-dump >/dev/null || printf 'mariadb-client '
        command -v gcc >/dev/null || printf 'gcc libc6-dev '
        command -v pkg-config >/dev/null || printf 'pkg-config '
        pkg-config --exists libmariadb 2>/dev/null || printf 'default-libmysqlclient-dev '
        has_python_headers || printf 'python3-dev '
        # By its path, as the tests start it. One that is there and does not start is a stub: those tests say so.
        [ -e "$SYSTEM_ROOT/usr/bin/chromium" ] || ! is_debian || printf 'chromium '
        ;;
    esac
  done
}

# usage: install_packages INSTALL PACKAGE...; INSTALL is yes or no.
install_packages() {
  local install=$1
  shift
  local command="apt-get install -y --no-install-recommends $*"
  [ "$install" = yes ] || fail "missing: $*; with --no-install nothing is installed; as root: $command"
  [ "$(id -u)" = 0 ] || fail "missing: $*; only root can install it: $command"
  printf '%s\n' "$command"
  # An outdated list names files that no longer exist.
  step "  refreshing the package lists" apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive step "  installing" $command
}

# What .venv was made from: it is made again after a change of the lock, of the folder or of Python.
venv_stamp() {
  "$PYTHON" -c 'import sys; print(sys.version_info[:2], sys.prefix)' 2>/dev/null &&
    sha256sum <"$PROJECT/requirements.lock"
}

usable_venv() {
  [ -f "$PROJECT/.venv/made-from" ] && [ "$(venv_stamp)" = "$(cat "$PROJECT/.venv/made-from")" ]
}

pip_install() {
  "$PYTHON" -m pip install --quiet --disable-pip-version-check --no-input "$@"
}

# usage: requirements_of LOCK; each requirement of a lock on one line, with its hashes.
requirements_of() {
  sed -e ':more' -e '/\\$/{' -e 'N' -e 's/ *\\\n */ /' -e 'b more' -e '}' "$1"
}

# usage: locked NAME; the requirement of one package, as requirements.lock has it.
locked() {
  requirements_of "$PROJECT/requirements.lock" | grep "^$1=="
}

# On every core, while pip would use one. Some packages ship files of other Python versions, whose errors are ignored.
compile_packages() {
  "$PYTHON" -m compileall -qq -j 0 "$PROJECT/.venv/lib" || true
}

make_venv() {
  local python
  python=$(find_python)
  [ -n "$python" ] || fail "no Python 3.11 to 3.13 with the venv module; as root: apt-get install python3-venv"
  step "making .venv with $("$python" --version)" "$python" -m venv --clear "$PROJECT/.venv"
  # The pip that Debian 12 brings takes three times as long.
  step "bringing pip up to date" \
    pip_install --no-deps --require-hashes --only-binary :all: --requirement <(locked pip)
  # The lock holds everything: pip must not look for mysqlclient, which would need a C compiler. Wheels only: what is built
  # from source fetches build tools that no hash stands for.
  step "installing $(grep -c == "$PROJECT/requirements.lock") locked packages" pip_install --no-compile \
    --no-deps --require-hashes --only-binary :all: --requirement "$PROJECT/requirements.lock"
  step "compiling them" compile_packages
  venv_stamp >"$PROJECT/.venv/made-from"
}

# Console commands and entry points are in the metadata, so a changed pyproject.toml is installed again.
install_project() {
  local stamp=$PROJECT/.venv/installed-from
  cmp -s "$PROJECT/pyproject.toml" "$stamp" && return
  step "installing session-archive" pip_install --no-deps --no-build-isolation --editable "$PROJECT"
  cp "$PROJECT/pyproject.toml" "$stamp"
}

# The requirements that the image has in addition to .venv's.
scale_requirements() {
  comm -13 <(requirements_of "$PROJECT/requirements.lock" | sort) \
    <(requirements_of "$PROJECT/requirements-image.lock" | sort)
}

# Not in .venv itself: an Airflow that finds the FAB provider makes
# its tables everywhere.
install_scale() {
  local folder=$PROJECT/.venv/scale
  local list=$folder.txt
  scale_requirements >"$list.new"
  cmp -s "$list.new" "$list" && return
  rm -rf -- "$folder"
  step "installing $(grep -c == "$list.new") more packages for several workers" \
    pip_install --no-deps --require-hashes --only-binary :all: --target "$folder" --requirement "$list.new"
  mv -- "$list.new" "$list"
}

# usage: prepare_environment [--no-install] [mariadb] [compose] [strace] [scale] [long]
prepare_environment() {
  local install=yes needs=() packages
  while [ $# -gt 0 ]; do
    case $1 in
      --no-install) install=no ;;
      mariadb | compose | strace | scale | long) needs+=("$1") ;;
      *) fail "prepare_environment: unknown word $1" ;;
    esac
    shift
  done
  # Debian keeps servers in sbin, which a user's PATH may lack.
  PATH=$PATH:$SYSTEM_ROOT/usr/local/sbin:$SYSTEM_ROOT/usr/sbin:$SYSTEM_ROOT/sbin
  # Another Airflow's home, another lab's settings or another project's modules must not interfere.
  unset PYTHONPATH PYTHONHOME "${!AIRFLOW@}" "${!SESSION_ARCHIVE@}" "${!GLOBUS@}" "${!DJ_@}"
  # Every server is on this machine.
  export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
  check_platform "$SYSTEM_ROOT/etc/os-release"
  packages=$(missing_packages "${needs[@]}")
  # shellcheck disable=SC2086
  [ -z "$packages" ] || install_packages "$install" $packages
  usable_venv || make_venv
  install_project
  [[ " ${needs[*]} " != *' scale '* ]] || install_scale
}
