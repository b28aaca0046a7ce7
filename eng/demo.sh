#!/usr/bin/env bash
# Set-up, the program, then the main job: a million synthetic GP records from the embedded Kafka broker to Parquet.
# Arguments go to `linkage demo`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

"$root/eng/publish.sh" </dev/null
exec "$root/artifacts/linkage/linkage" demo "$@"
