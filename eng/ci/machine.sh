#!/usr/bin/env bash
# Prepares a machine for the tests that would be skipped otherwise: a browser, two MPI libraries, Slurm, a database server, a file system that is
# full soon and one that cannot be written. Prints what has to be exported, as a shell reads it. What the machine does not allow is left out: eng/ci/skipped.sh knows which
# tests may be skipped then.
#
#   eng/ci/machine.sh FOLDER > exports; source exports
set -euo pipefail
folder=$1
[ "$(uname -s)" = Linux ] || exit 0

if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update && timeout 300 apt-get install -y --no-install-recommends chromium; } >&2 || echo "no browser: its tests are skipped" >&2
fi

if ! { command -v mpirun.openmpi && command -v mpirun.mpich && command -v slurmd; } >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update && timeout 300 apt-get install -y --no-install-recommends openmpi-bin libopenmpi-dev mpich slurm-wlm; } >&2 || echo "no MPI: its tests are skipped" >&2
fi

if ! command -v pg_ctl >/dev/null && ! ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # The tests start servers of their own: the package's one is neither made nor started.
  mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  { apt-get update && timeout 300 apt-get install -y --no-install-recommends postgresql; } >&2 || echo "no PostgreSQL: its tests are skipped" >&2
fi

mount_at() { mkdir -p "$folder/$1" && mount -t tmpfs -o "$2" tmpfs "$folder/$1" 2>/dev/null; }
mount_at small size=64k && echo "export SCICOT_SMALL_FILE_SYSTEM='$folder/small'"
mount_at read-only ro && echo "export SCICOT_READ_ONLY_FILE_SYSTEM='$folder/read-only'"
exit 0
