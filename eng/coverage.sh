#!/usr/bin/env bash
# Runs all tests with coverlet and fails when fewer of the library's lines than the floor are run. The report is Cobertura's XML in artifacts/coverage.
# Not counted are lines that other processes run (the server, the tool, ranks, workers), and kernels, which counting would slow down: they have tests of
# their own for each kind of processor.
#
#   eng/coverage.sh             builds and runs
#   eng/coverage.sh --options   prints the options of a test run, a line each, for a solution that was built with -p:Coverage=true
set -euo pipefail
cd "$(dirname "$0")/.."
floor=97
measured=(SciCoT SciCoT.Runtime SciCoT.ChatClient SciCoT.Testing)
output=tests/SciCoT.Tests/bin/Release/net10.0

options() {
  # coverlet writes into the assemblies that it measures: they must not be links to those of other projects.
  for assembly in "${measured[@]}"; do
    cp "$output/$assembly.dll" "$output/$assembly.own"
    mv "$output/$assembly.own" "$output/$assembly.dll"
  done

  rm -rf artifacts/coverage
  printf '%s\n' --results-directory "$PWD/artifacts/coverage" --coverlet --coverlet-output-format cobertura --coverlet-single-hit \
    --coverlet-threshold "$floor" --coverlet-threshold-type line --coverlet-threshold-stat total
  printf -- '--coverlet-include\n[%s]*\n' "${measured[@]}"
  printf -- '--coverlet-exclude\n[*]SciCoT.%s.*\n' Compute TileKernels Fused
}

if [ "${1:-}" = --options ]; then
  options
  exit
fi

dotnet build SciCoT.Library.sln -c Release -p:Coverage=true
mapfile -t run < <(options)
dotnet test --solution SciCoT.Library.sln -c Release --no-build -- "${run[@]}"
