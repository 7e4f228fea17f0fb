#!/usr/bin/env bash
# setup.sh: Gradescope runs this once, where it makes the container.
set -euo pipefail
cd "${AUTOGRADER:-/autograder}/source"
apt-get update -qq
# shellcheck disable=SC2046 # words
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(cat kit/tools/grade/adapters/packages.txt)
make -s -C kit SANITIZE= steps build/tests/peer
