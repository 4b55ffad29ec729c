#!/usr/bin/env bash
# Shows, as Markdown, what the public surface gains and loses against another commit, a branch or a tag, by package. The build keeps the files
# that it reads in step with the code (PublicAPI.*.txt), and packing checks each package against itself.
#
#   eng/api-diff.sh [COMMIT]
set -euo pipefail
cd "$(dirname "$0")/.."
base=${1:-main}
surface() { # COMMIT PACKAGE
  { git show "$1:$2/PublicAPI.Shipped.txt" 2>/dev/null; git show "$1:$2/PublicAPI.Unshipped.txt" 2>/dev/null; } | grep -v '^#' | sort -u || true
}

changed=0
for package in src/*/; do
  package=${package%/}
  [ -e "$package/PublicAPI.Unshipped.txt" ] || continue
  difference=$(diff <(surface "$base" "$package") <(surface HEAD "$package") | sed -n 's/^>/+/p; s/^</-/p' || true)
  [ -n "$difference" ] || continue
  changed=1
  printf '### %s: %s added, %s removed\n\n```diff\n%s\n```\n\n' "${package#src/}" "$(grep -c '^+' <<<"$difference" || true)" "$(grep -c '^-' <<<"$difference" || true)" "$difference"
done
[ "$changed" = 1 ] || echo "The public surface is that of $base."
