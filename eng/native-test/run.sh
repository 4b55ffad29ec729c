#!/usr/bin/env bash
# Publishes samples/NativeAnswer ahead of time for linux-x64 and compares its answers with those of the library on the regular
# runtime. A warning of the compiler is an error.
#
#   eng/native-test/run.sh MODEL-FOLDER
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
model=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "skipped: this test needs Linux on x64"; exit 0; }
if ! command -v clang >/dev/null && ! command -v gcc >/dev/null; then
  { apt-get update && timeout 300 apt-get install -y --no-install-recommends gcc libc6-dev zlib1g-dev; } >"$work/apt.log" 2>&1 \
    || { echo "skipped: there is neither clang nor gcc to link with, and none can be installed"; exit 0; }
fi

questions=("What rusts? (A) iron (B) wood" "A towel is wet. What dries it? (A) the sun (B) the moon (C) rain")
sample="$repository/samples/NativeAnswer"
expected=$(dotnet "$sample/bin/Release/net10.0/NativeAnswer.dll" "$model" "${questions[@]}")
[[ $expected == *"because: "?* ]] || { printf 'no answer:\n%s\n' "$expected" >&2; exit 1; }

dotnet publish "$sample" -c Release -r linux-x64 -warnaserror -v quiet -nologo -o "$work/native"
answers=$(timeout 60 "$work/native/NativeAnswer" "$model" "${questions[@]}")
[ "$answers" = "$expected" ] || { printf 'it answers otherwise:\n%s\nexpected:\n%s\n' "$answers" "$expected" >&2; exit 1; }
printf 'the answers of the library, from one file of %s bytes\n' "$(stat -c %s "$work/native/NativeAnswer")"
