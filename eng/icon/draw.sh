#!/usr/bin/env bash
# Makes icon.png, which the packages carry, from icon.svg. Needs Chromium.
set -euo pipefail
cd "$(dirname "$0")"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --default-background-color=00000000 \
  --window-size=128,128 --screenshot=icon.png icon.svg
