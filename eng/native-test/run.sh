#!/usr/bin/env bash
# Answers the same questions with programs that carry everything they need, and compares labels and rationales with those of the library
# on the regular runtime: samples/NativeAnswer compiled ahead of time for linux-x64 and for linux-arm64 (the latter under qemu), and the
# program of the runtime package's README as a self-contained, a single-file and a trimmed publish. The program of the server package's
# README, compiled ahead of time, answers over a socket. A warning is an error. Prints sizes.
#
#   eng/native-test/run.sh MODEL-FOLDER
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
model=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "skipped: this test needs Linux on x64"; exit 0; }

# What links for this machine and for linux-arm64, and what runs the latter. Debian's packages, installed where they are missing.
needed=()
command -v clang >/dev/null || command -v gcc >/dev/null || needed+=(gcc libc6-dev zlib1g-dev)
command -v aarch64-linux-gnu-gcc >/dev/null && [ -e /usr/aarch64-linux-gnu/lib/libc.so ] || needed+=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
command -v aarch64-linux-gnu-objcopy >/dev/null || needed+=(binutils-aarch64-linux-gnu)
command -v qemu-aarch64-static >/dev/null || needed+=(qemu-user-static)
if [ "${#needed[@]}" -gt 0 ]; then
  { apt-get update && timeout 300 apt-get install -y --no-install-recommends "${needed[@]}"; } >"$work/apt.log" 2>&1 || {
    tail -n 5 "$work/apt.log" >&2
    echo "native test: ${needed[*]} are missing and cannot be installed; install them with apt (as root) and start again" >&2
    exit 1
  }
fi

questions=(
  "What rusts? (A) iron (B) wood"
  "A towel is wet. What dries it? (A) the sun (B) the moon (C) rain"
  "Drops of water fall on a towel. What happens to them? (A) they are soaked up (B) they stay outside or run off (C) they become oil"
  "Which is a mammal? (A) an eagle (B) a whale (C) a cobra (D) a frog"
  "A copper wire joins a battery and a lamp. What happens? (A) the lamp glows (B) the lamp stays dark"
  "What is the opposite of hot?"
)
sample="$repository/samples/NativeAnswer"
bare() { sed -E 's/ [0-9]+ ?% because: / because: /'; } # without the probability, whose last digit depends on the width of the vectors
size() { du -sk --apparent-size "$1" | awk '{ printf "%.1f MB", $1 / 1024 }'; }
files() { find "$1" -type f | wc -l; }
same() { # WHAT ANSWERS EXPECTED
  [ "$2" = "$3" ] || { printf '%s answers otherwise:\n%s\nexpected:\n%s\n' "$1" "$2" "$3" >&2; exit 1; }
}

expected=$(dotnet "$sample/bin/Release/net10.0/NativeAnswer.dll" "$model" "${questions[@]}")
[[ $expected == *"because: "?* ]] || { printf 'no answer:\n%s\n' "$expected" >&2; exit 1; }

echo "== compiled ahead of time for linux-x64"
dotnet publish "$sample" -c Release -r linux-x64 -warnaserror -v quiet -nologo -o "$work/x64"
same NativeAnswer "$(timeout 60 "$work/x64/NativeAnswer" "$model" "${questions[@]}")" "$expected"
[ "$(files "$work/x64")" -eq 1 ] || { echo "the publish has more than one file:" >&2; ls -l "$work/x64" >&2; exit 1; }
loaded=$(LD_DEBUG=libs "$work/x64/NativeAnswer" "$model" "${questions[0]}" 2>&1 | sed -n 's/.*calling init: //p')
if grep -E 'libssl|libcrypto|libtorch' <<<"$loaded"; then echo "a program that only answers loads these libraries" >&2; exit 1; fi
echo "the answers of the library, from one file of $(size "$work/x64"); loaded: $(xargs -n 1 basename <<<"$loaded" | xargs)"

echo "== compiled ahead of time for linux-arm64, under qemu"
# gcc stands in for clang as the linker's front; it knows its target without being told.
cat >"$work/gcc-arm64" <<'END'
#!/usr/bin/env bash
arguments=()
for argument; do [[ $argument == --target=* ]] || arguments+=("$argument"); done
exec aarch64-linux-gnu-gcc "${arguments[@]}"
END
chmod +x "$work/gcc-arm64"
dotnet publish "$sample" -c Release -r linux-arm64 -warnaserror -v quiet -nologo -o "$work/arm64" \
  -p:CppCompilerAndLinker="$work/gcc-arm64" -p:ObjCopyName=aarch64-linux-gnu-objcopy
# The library path: a libc for arm64 of another version elsewhere on the machine does not work with this loader, and hangs.
few=("${questions[@]:0:3}")
answers=$(timeout 240 qemu-aarch64-static -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH=/usr/aarch64-linux-gnu/lib "$work/arm64/NativeAnswer" "$model" "${few[@]}")
same "NativeAnswer on linux-arm64" "$(bare <<<"$answers")" "$(bare <<<"$expected" | head -n "${#few[@]}")"
echo "the answers of the library, from one file of $(size "$work/arm64")"

echo "== the README's program, published"
. "$repository/eng/consumer.sh"
feed
mkdir "$work/app" && cd "$work/app"
code src/SciCoT.Runtime/README.md 'SciCoTPipeline.Load(' | sed "s#models/science#$model#" >Program.cs
grep -q "$model" Program.cs
console "" "$(package SciCoT.Runtime)"
dotnet build -c Release -v quiet --nologo -o "$work/bin"
expected=$(dotnet "$work/bin/app.dll")
expect "$expected" '^.+ \([0-9]+ ?%\), because: .'
publish() { # NAME PROPERTY...
  local name=$1 answers
  dotnet publish -c Release -r linux-x64 --self-contained -v quiet --nologo -o "$work/$name" "${@:2}"
  answers=$(timeout 60 "$work/$name/app")
  same "the $name publish" "$answers" "$expected"
  echo "$name: $(size "$work/$name"), $(files "$work/$name") files"
}
publish self-contained -p:DebugType=none
publish single-file -p:PublishSingleFile=true -p:DebugType=none
publish trimmed -p:PublishTrimmed=true -p:DebugType=none

# What a restore puts into an empty package folder for this program, which needs the shared runtime: each package as it was downloaded
# and unpacked. The packages of the machine are the source, so that nothing is downloaded.
cat >nuget.config <<END
<configuration>
  <packageSources><clear /><add key="scicot" value="$work/feed" /><add key="machine" value="$cache" /></packageSources>
  <fallbackPackageFolders><clear /></fallbackPackageFolders>
</configuration>
END
rm -rf obj
NUGET_PACKAGES="$work/restored" dotnet restore -v quiet
echo "restored for it: $(size "$work/restored"), $(find "$work/restored" -name '*.nupkg' | wc -l) packages"

echo "== the server package's program, compiled ahead of time"
mkdir "$work/server" && cd "$work/server"
code src/SciCoT.Server/README.md 'AddSciCoTServer(' | sed "s#models/science#$model#" >Program.cs
console "<PublishAot>true</PublishAot>
    <OptimizationPreference>Speed</OptimizationPreference>
    <IlcInstructionSet>x86-64-v3</IlcInstructionSet>
    <CppCompilerAndLinker Condition=\"!Exists('/usr/bin/clang')\">gcc</CppCompilerAndLinker>" "$(package SciCoT.Server)"
dotnet publish -c Release -r linux-x64 -warnaserror -v quiet --nologo -o "$work/served" -p:DebugType=none -p:CopyOutputSymbolsToPublishDirectory=false
: >"$work/log"
"$work/served/app" --urls http://127.0.0.1:0 >"$work/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
port=""
for _ in $(seq 600); do
  port=$(sed -n 's/.*Now listening on: http:.*:\([0-9]*\)$/\1/p' "$work/log")
  [ -z "$port" ] && kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
[ -n "$port" ] || { echo "the server does not listen:" >&2; cat "$work/log" >&2; exit 1; }
ask() { # METHOD ADDRESS [BODY]: by bash alone, since a machine may lack curl
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf '%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' "$1" "$2" "${#3}" "$3" >&3
  cat <&3
  exec 3>&-
}
expect "$(ask GET /health/ready "")" '^Healthy'
expect "$(ask GET / "")" '<title>SciCoT'
body='{"model": "science", "messages": [{"role": "user", "content": "What rusts? (A) iron (B) wood"}]}'
label=$("$work/x64/NativeAnswer" "$model" "What rusts? (A) iron (B) wood" | cut -d' ' -f1)
expect "$(ask POST /v1/chat/completions "$body")" "\"content\":\"${label/(/\\(}"
expect "$(ask POST /v1/chat/completions "${body%?}, \"stream\": true}")" '^data: \[DONE\]'
expect "$(ask POST /v1/answers '{"question": ')" '"error":\{"message":"The body is not the JSON'
expect "$(ask GET /metrics "")" '^scicot_stage_duration_seconds_count\{.*scicot_stage="answer"'
kill -TERM "$server"
wait "$server"
[ "$(files "$work/served")" -eq 1 ] || { echo "the publish has more than one file:" >&2; ls -l "$work/served" >&2; exit 1; }
echo "one file of $(size "$work/served/app"), the library's answer over HTTP"
echo "native test passed"
