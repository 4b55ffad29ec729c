#!/usr/bin/env bash
# Runs all tests with coverlet and fails when fewer of the library's lines than the floor are run. Lines that only other processes run
# (the tool, ranks, workers) are not counted. The report is Cobertura's XML in artifacts/coverage.
#
#   eng/coverage.sh [FLOOR]
set -euo pipefail
cd "$(dirname "$0")/.."
floor=${1:-97}
# coverlet writes into the assemblies that it measures: they must not be links to those of other projects.
dotnet build tests/SciCoT.Tests -c Release -p:Coverage=true -p:CreateHardLinksForCopyLocalIfPossible=false
rm -rf artifacts/coverage
dotnet test --project tests/SciCoT.Tests -c Release --no-build -- --results-directory artifacts/coverage \
  --coverlet --coverlet-output-format cobertura --coverlet-single-hit \
  --coverlet-include "[SciCoT]*" --coverlet-include "[SciCoT.Runtime]*" --coverlet-include "[SciCoT.ChatClient]*" \
  --coverlet-include "[SciCoT.Server]*" --coverlet-include "[SciCoT.Testing]*" \
  --coverlet-threshold "$floor" --coverlet-threshold-type line --coverlet-threshold-stat total
