#!/usr/bin/env bash
# Packs the libraries of a built solution under a version of their own into a folder, for the tests that use the packages as a stranger does.
#
#   eng/pack.sh FOLDER
set -euo pipefail
dotnet pack "$(dirname "$0")/packages.slnf" -c Release --no-build -p:Version="0.1.0-feed.$(date -u +%Y%m%d%H%M%S)" -o "$1" -v quiet
