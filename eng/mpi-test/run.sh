#!/usr/bin/env bash
# Runs the tests of SciCoT.Mpi with the MPI libraries of another release of Debian: Open MPI 5 and MPICH 4.2 of trixie, unless another is
# named. Makes the release's root folder with debootstrap (about 600 MB, kept in FOLDER for the next time) and starts the built tests in it.
# What is mounted there is seen by the tests alone and ends with them. Needs root, Linux on x64, and the built tests.
#
#   eng/mpi-test/run.sh [FOLDER] [RELEASE]
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
release=${2:-trixie}
root=${1:-/var/tmp/scicot-mpi-test}/$release
tests=$repository/tests/SciCoT.Tests/bin/Release/net10.0/SciCoT.Tests
[ "$(id -u)-$(uname -s)-$(uname -m)" = 0-Linux-x86_64 ] || { echo "skipped: this test needs root, on Linux on x64"; exit 0; }
[ -x "$tests" ] || { echo "mpi test: build the tests first: dotnet build tests/SciCoT.Tests -c Release" >&2; exit 1; }

if [ ! -e "$root/made" ]; then
  command -v debootstrap >/dev/null || { echo "mpi test: install debootstrap" >&2; exit 1; }
  mkdir -p "$root"
  debootstrap --variant=minbase --include=openmpi-bin,mpich,procps,iproute2 "$release" "$root" >"$root.log" 2>&1 || { tail -n 5 "$root.log" >&2; exit 1; }
  touch "$root/made"
fi

export root repository packages="${NUGET_PACKAGES:-$HOME/.nuget/packages}" runtime
runtime=$(dirname "$(readlink -f "$(command -v dotnet)")")
unshare --mount --propagation private bash -euc '
  mount --bind "$root" "$root" # a mount point, which network namespaces need
  for folder in "$repository" "$packages" "$runtime" /dev; do
    mkdir -p "$root$folder"
    mount --rbind "$folder" "$root$folder"
  done
  mount -t proc proc "$root/proc"
  mount -t sysfs sysfs "$root/sys"
  mount -t tmpfs tmpfs "$root/tmp"
  ln -sfn "$runtime/dotnet" "$root/usr/bin/dotnet"
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 NUGET_PACKAGES="$packages"
  chroot "$root" mpirun.openmpi --version | head -n 1
  chroot "$root" mpirun.mpich --version | sed -n "s/ *Version: */MPICH /p"
  exec chroot "$root" "$@"
' run "$tests" -namespace 'SciCoT.Tests.Mpi*'
