#!/usr/bin/env bash
# Reads the output of `dotnet test` and fails when a test was skipped for a reason that does not hold on this machine.
#
#   eng/ci/skipped.sh LOG
#   eng/ci/skipped.sh --knows REASON...   prints the reasons that it cannot judge, and fails when there is one
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)

processor_lacks() { ! grep -qw "$1" /proc/cpuinfo; }
shared_is_here() { [ -d "${SCICOT_SHARED:-$repository/../shared}" ]; }
lacks() { ! command -v "$1" >/dev/null; }

# The program that a reason names in quotes.
named() { local rest=${1#*\'}; echo "${rest%%\'*}"; }

# The reasons of the tests, and whether they hold here; 2 where a reason is not known.
holds() {
  case "$1" in
    "Root may write every file"*) [ "$(id -u)" = 0 ] ;;
    "This process may not make network namespaces"*) ! { ip netns add scicot-probe && ip netns del scicot-probe && unshare --uts true; } 2>/dev/null ;;
    *"is not here: set SCICOT_SHARED"*) ! shared_is_here ;;
    *"has neither AVX-512 nor AVX2"*) processor_lacks avx2 ;;
    "This processor has no AVX512_BF16"*) processor_lacks avx512_bf16 ;;
    "This processor has no AVX512_VNNI"*) processor_lacks avx512_vnni ;;
    "The code is x64's"* | "Only Linux on x64"*) [ "$(uname -sm)" != "Linux x86_64" ] ;;
    "The system gives no executable memory"*) false ;;
    *Windows* | *Linux* | "A Mac may"* | "Links need a privilege"* | "There is no cp"*) [ "$(uname -s)" != Linux ] ;;
    "There is no PostgreSQL server program here"*) lacks pg_ctl && ! ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 ;;
    "There is no Chromium here"*) lacks chromium && lacks google-chrome ;;
    SCICOT_SMALL_FILE_SYSTEM*) [ -z "${SCICOT_SMALL_FILE_SYSTEM:-}" ] ;;
    SCICOT_READ_ONLY_FILE_SYSTEM*) [ -z "${SCICOT_READ_ONLY_FILE_SYSTEM:-}" ] ;;
    "This process may not mount"*) ! unshare --mount true 2>/dev/null ;;
    "This machine has no ICU"*) ! ldconfig -p | grep -q libicuuc ;;
    "There is no '"*"' program"*) lacks "$(named "$1")" ;;
    "There is no Slurm here"*) lacks slurmd ;;
    "Only root may start a Slurm"*) [ "$(id -u)" != 0 ] ;;
    "A long test: SCICOT_LONG_TESTS=1"*) [ "${SCICOT_LONG_TESTS:-}" != 1 ] ;;
    "There is no bash here"*) lacks bash ;;
    "There is no curl here"*) lacks curl ;;
    *) return 2 ;;
  esac
}

if [ "$1" = --knows ]; then
  shift
  unknown=0
  for reason in "$@"; do
    answer=0
    holds "$reason" || answer=$?
    [ "$answer" -ne 2 ] || { unknown=1; echo "$reason"; }
  done
  exit "$unknown"
fi

log=$1

skipped=0 wrong=0
declare -A reasons
while IFS= read -r reason; do
  skipped=$((skipped + 1))
  # The reason of a missing file names the file; one line for all of them is enough.
  kind=$reason
  [[ $reason == *"is not here: set SCICOT_SHARED"* ]] && kind="a file of the folder that SCICOT_SHARED names is not here"
  reasons[$kind]=$((${reasons[$kind]:-0} + 1))
  holds "$reason" || { wrong=$((wrong + 1)); echo "skipped without need: $reason"; }
done < <(grep -aE -A 1 '^skipped ' "$log" | grep -avE '^(skipped |--$)' | sed 's/^ *//')

for kind in "${!reasons[@]}"; do echo "${reasons[$kind]} skipped: $kind"; done | sort -rn
counted=$(grep -aE '^ *skipped: [0-9]+' "$log" | tail -n 1 | grep -oE '[0-9]+' || echo 0)
[ "$skipped" -eq "$counted" ] || { echo "$counted tests were skipped, $skipped of them with a reason that can be read"; wrong=1; }
[ "$wrong" -eq 0 ]
