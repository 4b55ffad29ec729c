#!/usr/bin/env bash
# Uses the packages as a stranger does: a new console project outside the repository, packages from a local feed, the
# documentation's own code. Needs the SDK, the packages of the solution's restore, and a model folder to answer with.
#
#   eng/consumer-test/run.sh MODEL_FOLDER
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
model=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. "$repository/eng/consumer.sh"
feed

mkdir "$work/app" && cd "$work/app"
project() { # BACKEND [PACKAGE, instead of SciCoT and SciCoT.Testing]
  local own
  if [ -n "${2:-}" ]; then own=$(package "$2"); else own="$(package SciCoT)$(package SciCoT.Testing)"; fi
  console "" "$own$1"
}
build() {
  dotnet build -c Release -v quiet --nologo -o "$work/bin" || { echo "the consumer does not build" >&2; exit 1; }
}
run() { (cd "$work" && dotnet "$work/bin/app.dll" 2>&1); }

mkdir -p "$work/artifacts/quickstart" && ln -s "$model" "$work/artifacts/quickstart/model"

echo "== without a native backend: it answers"
project ""
code README.md 'SciCoTPipeline.Load(' >Program.cs
build
output=$(run)
echo "$output"
expect "$output" '^.+ \([0-9]+ ?%\), because: .'

echo "== without a native backend: what trains names the package"
echo 'using var model = new SciCoT.Models.T5Model(new SciCoT.Models.T5Config(), seed: 1);' >Program.cs
build
if output=$(run); then echo "it ran without a backend" >&2; exit 1; fi
expect "$output" 'Add a backend package .*libtorch-cpu-'

echo "== with the runtime package alone: it answers, and there is no TorchSharp"
project "" SciCoT.Runtime
code src/SciCoT.Runtime/README.md 'SciCoTPipeline.Load(' | sed 's#models/science#artifacts/quickstart/model#' >Program.cs
rm -rf "$work/bin"
build
output=$(run)
echo "$output"
expect "$output" '^.+ \([0-9]+ ?%\), because: .'
[ ! -e "$work/bin/TorchSharp.dll" ] || { echo "the runtime package brings TorchSharp" >&2; exit 1; }

echo "== what the packages hold"
project "" SciCoT.Server
dotnet restore -v quiet
project ""
for package in scicot:SciCoT scicot.runtime:SciCoT.Runtime scicot.chatclient:SciCoT.ChatClient scicot.server:SciCoT.Server scicot.testing:SciCoT.Testing; do
  folder="$work/packages/${package%:*}/$version"
  for file in README.md icon.png "lib/net10.0/${package#*:}.dll" "lib/net10.0/${package#*:}.xml"; do
    [ -s "$folder/$file" ] || { echo "${package#*:} lacks $file" >&2; exit 1; }
  done
  [ -s "$work/feed/${package#*:}.$version.snupkg" ] || { echo "${package#*:} has no symbols" >&2; exit 1; }
  grep -q '<license type="expression">MIT</license>' "$folder/${package%:*}.nuspec"
done
[ -s "$work/packages/scicot/$version/buildTransitive/SciCoT.targets" ]

echo "== the README's program"
case "$(uname -s)" in Linux) rid=linux-x64 ;; Darwin) rid=osx-arm64 ;; *) rid=win-x64 ;; esac
project "$(package "libtorch-cpu-$rid" 2.10.0)"
build
output=$(run)
echo "$output"
expect "$output" '^.+ \([0-9]+ ?%\), because: .'

echo "== a teacher of one's own, in twenty lines"
code docs/custom-teacher.md 'ITeacherPrompter' >Program.cs
[ "$(grep -c . Program.cs)" -le 20 ] || { echo "the teacher takes $(grep -c . Program.cs) lines" >&2; exit 1; }
build
output=$(run)
echo "$output"
expect "$output" 'because'

echo "== the mini data set of SciCoT.Testing"
code src/SciCoT.Testing/README.md 'MiniScience.Create' >Program.cs
build
output=$(run)
echo "$output"
expect "$output" '^[0-9]+ questions to learn from, for example: .'
[ -s "$work/tokenizer/spiece.model" ]

echo "== the tool"
NUGET_PACKAGES="$cache" dotnet pack "$repository/src/SciCoT.Cli" -c Release -p:PackageVersion="$version" -o "$work/feed" -v quiet
size=$(stat -c %s "$work/feed/SciCoT.Cli.$rid.$version.nupkg" 2>/dev/null || stat -f %z "$work/feed/SciCoT.Cli.$rid.$version.nupkg")
[ "$size" -lt 30000000 ] || { echo "the tool's package has $size bytes" >&2; exit 1; }
dotnet tool install SciCoT.Cli --tool-path "$work/tools" --version "$version"
scicot="$work/tools/scicot"
output=$("$scicot" answer --model "$model" "What rusts? (A) iron (B) wood")
echo "$output"
expect "$output" '^\([AB]\) (iron|wood) .* because: .'
expect "$(echo "What rusts? (A) iron (B) wood" | "$scicot" answer --model "$model" --input - --json)" '"probability":'
expect "$("$scicot" inspect "$model")" '^kind: (run|model)$'
"$scicot" serve --model science="$model" --url http://127.0.0.1:0 --json >"$work/served" 2>/dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 600); do [ ! -s "$work/served" ] && kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
expect "$(cat "$work/served")" '^\{"url":"http://127.0.0.1:[0-9]+","models":\["science"\]\}$'
kill -TERM "$server"
wait "$server"
status=0
"$scicot" answer --model "$work/nowhere" "What rusts?" 2>/dev/null || status=$?
[ "$status" -eq 1 ] || { echo "a missing model ended in $status" >&2; exit 1; }

echo "== the tool trains, with libtorch from NuGet"
output=$("$scicot" reproduce mini --short --output "$work/reproduction" 2>&1)
echo "$output"
expect "$output" '^Training needs libtorch [0-9.]+: NuGet fetches libtorch-cpu-'
expect "$output" 'two-stage'
echo "consumer test passed"
