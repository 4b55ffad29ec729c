#!/usr/bin/env bash
# Packs the libraries of another commit and lets package validation compare the present ones with them: a public type or member that is gone or has
# changed fails, as it would break programs that were built before. Until a version is published, a commit is what there is to compare with.
#
#   eng/package-validation.sh [COMMIT]
set -euo pipefail
cd "$(dirname "$0")/.."
base=$(git rev-parse --verify --short=8 "${1:-main}^{commit}")
version=0.0.1-$base
packages=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
work=$(mktemp -d)
clean_up() {
  git worktree remove --force "$work/base" 2>/dev/null || true
  rm -rf "$work"
  [ -z "${packages:-}" ] || rm -rf "$packages"/scicot*/"$version" # NuGet's folder keeps what was compared with
}
trap clean_up EXIT

git worktree add --quiet --detach "$work/base" "$base"
# Analyzers have judged that commit already.
dotnet pack "$work/base/eng/packages.slnf" -c Release -p:Version="$version" -p:RunAnalyzers=false -p:EnablePackageValidation=false -o "$work/feed" -v quiet

dotnet pack eng/packages.slnf -c Release -o "$work/packed" -v quiet \
  -p:Version=0.0.2-now -p:PackageValidationBaselineVersion="$version" -p:RestoreAdditionalProjectSources="$work/feed"
echo "The packages keep what those of $base promise."
