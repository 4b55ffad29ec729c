#!/usr/bin/env bash
# Trains with the getting-started page's own program in three kinds of programs that have no reflection-based JSON: a file-based app
# (dotnet run train.cs), a trimmed, self-contained publish and one compiled ahead of time. All must learn, and must give the same
# answers. Runs the samples of one file besides. Needs the built solution; the publishes restore the runtime's packages from the machine's own feeds.
#
#   eng/program-test/run.sh
set -euo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case "$(uname -s)" in Linux) rid=linux-x64 ;; Darwin) rid=osx-arm64 ;; *) rid=win-x64 ;; esac

. "$repository/eng/consumer.sh"
feed

# The blocks of the page's section "A training in one file".
blocks() { # LANGUAGE
  awk -v open="\`\`\`$1" '
    /^## / { section = index($0, "A training in one file") > 0 }
    /^```/ { wanted = !inside && section && $0 == open; inside = !inside; next }
    inside && wanted { print }
  ' "$repository/docs/getting-started.md"
}

learned() { # NAME OUTPUT
  grep -qE '^[0-9]+ of 40 right after 20 steps$' <<<"$2" && grep -qE '^.+, because: .' <<<"$2" || { printf '%s did not train:\n%s\n' "$1" "$2" >&2; exit 1; }
  grep -E ' right after |, because: ' <<<"$2"
}

echo "== a file-based app"
mkdir "$work/one" && cd "$work/one"
{ blocks "" | sed -E "s/^(#:package SciCoT[.A-Za-z]*)@.*/\1@$version/; s/libtorch-cpu-linux-x64/libtorch-cpu-$rid/"; echo; blocks csharp; } >train.cs
grep -q "^#:package SciCoT@$version" train.cs
one=$(learned "the file-based app" "$(dotnet run -c Release train.cs 2>&1)")
echo "$one"
unexpected=$(ls -A | grep -vxE 'train\.cs|tokenizer|run' || true)
[ -z "$unexpected" ] || { echo "the build left $unexpected beside train.cs" >&2; exit 1; }

echo "== samples of one file"
mkdir "$work/walk" && cd "$work/walk"
for sample in "$repository"/samples/FileBased/*.cs; do
  sed -E "s/^(#:package SciCoT[.A-Za-z]*)@.*/\1@$version/; s/libtorch-cpu-linux-x64/libtorch-cpu-$rid/; /LLamaSharp.Backend/d" "$sample" >"${sample##*/}"
done
step() { # PATTERN FILE [ARGUMENT...]
  said=$(dotnet run -c Release "${@:2}" 2>&1) || true
  expect "$said" "$1"
  grep -qE "   at |Unhandled" <<<"$said" && { printf '%s ended with a stack trace:\n%s\n' "$2" "$said" >&2; exit 1; }
  grep -E "$1" <<<"$said"
}
step '^walk/train.jsonl is missing: run 1-questions.cs' 2-rationales.cs
step '^[0-9]+ questions in walk/test.jsonl$' 1-questions.cs
step '^10064 rationales judged, 9590 accepted' 2-rationales.cs
step '^walk/losses.svg shows' 3-train.cs -- 20
step '^[0-9]+ of 40 right' 4-evaluate.cs -- 40
step '^dotnet run ask.cs -- MODEL_FOLDER' ask.cs
step '^(iron|wood), because: .' ask.cs -- walk/run "What rusts? (A) iron (B) wood"
step '^MODEL.gguf is an instruction-tuned model' llama-teacher.cs
for drawing in walk/lengths.svg walk/losses.svg; do grep -q "^<svg.*</svg>$" "$drawing"; done
test -f walk/report/report.html

# Publishes the page's program with properties of its own. Any warning is an error, but those of TorchSharp, of Parquet.Net and of the
# stream that it uses. Hard links keep one copy of libtorch on the disk.
publish() { # NAME PROPERTIES
  mkdir "$work/$1" && cd "$work/$1"
  blocks csharp >Program.cs
  console "
    <RuntimeIdentifier>$rid</RuntimeIdentifier>
    $2
    <CppCompilerAndLinker Condition=\"\$([MSBuild]::IsOSPlatform('Linux')) and !Exists('/usr/bin/clang')\">gcc</CppCompilerAndLinker>
    <WarningsNotAsErrors>\$(WarningsNotAsErrors);IL2104;IL3053;IL3000</WarningsNotAsErrors>
    <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
    <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>" \
    "$(package SciCoT)$(package SciCoT.Testing)$(package "libtorch-cpu-$rid" 2.10.0)"
  published=$(dotnet publish -c Release -o "$work/$1/published" -v minimal --nologo 2>&1) || { echo "$published" >&2; exit 1; }
  if grep -E 'warning IL' <<<"$published" | grep -vE 'TorchSharp|Parquet|RecyclableMemoryStream'; then echo "the library has warnings of $1" >&2; exit 1; fi
  answer=$(learned "the program, $1," "$("$work/$1/published/app" 2>&1)")
  echo "$answer"
  [ "$one" = "$answer" ] || { echo "the two programs learned differently" >&2; exit 1; }
}

echo "== a trimmed program"
publish trimmed "<SelfContained>true</SelfContained><PublishTrimmed>true</PublishTrimmed>"

echo "== a program compiled ahead of time"
publish native "<PublishAot>true</PublishAot>"
echo "program test passed"
