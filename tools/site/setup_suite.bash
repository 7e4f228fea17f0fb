# For tests of this folder that are run alone: bats takes this file from it.
# shellcheck source=tests/setup_suite.bash
source "${BASH_SOURCE[0]%/*}/../../tests/setup_suite.bash"
