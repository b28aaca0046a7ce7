#!/usr/bin/env bash
# Set-up, build, then every test: the .NET projects, the scripts, and what analysts' tools read (tests/interop).
# The last line is `N passed, N failed[, N skipped]`; the exit code is 1 when anything failed or could not be run.
#   eng/test.sh                                       everything
#   eng/test.sh --filter FullyQualifiedName~Postcode  the .NET tests only, with these arguments for `dotnet test`
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

results=$root/artifacts/tests
# Longer than any suite takes: a hanging test ends the run, it does not hold it.
limit=${LINKAGE_TEST_LIMIT:-30m}
passed=0 failed=0 skipped=0
group=

# Every suite runs as a process group of its own, and nothing of the group outlives it.
end_group() {
  [[ -n $group ]] || return 0
  if kill -TERM -- "-$group" 2>/dev/null; then
    sleep 0.5
    kill -KILL -- "-$group" 2>/dev/null
  fi
  group=
}
trap end_group EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# run LOG COMMAND...: runs a suite, its output in LOG.
run() {
  local log=$1 status; shift
  setsid timeout --kill-after=30s "$limit" "$@" >"$log" 2>&1 </dev/null &
  group=$!
  wait "$group"; status=$?
  ((status != 124 && status != 137)) || echo "stopped: not done after $limit" >>"$log"
  end_group
  return "$status"
}

# count NAME STATUS LOG PASSED FAILED SKIPPED: adds a suite to the total. A suite that ends badly without a
# failed test, or that has no test at all, counts as one failure.
count() {
  local name=$1 status=$2 log=$3 p=${4:-0} f=${5:-0} s=${6:-0} why=
  if ((status != 0 && f == 0)); then why="ended with exit code $status"; fi
  if ((p + f + s == 0)) && [[ -z $filtered ]]; then why=${why:-"has no tests"}; fi
  [[ -z $why ]] || f=$((f + 1))
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  if ((f > 0)); then
    sed 's/^/  | /' "$log"
  fi
  sed -nE 's/^  Skipped (.*) \[[^]]*\]$/  skipped: \1/p' "$log"
  say "$name: $p passed, $f failed, $s skipped in $((SECONDS - started)) s${why:+ ($why)}"
}

# counter FILE NAME: one counter of a results file in the trx format.
counter() { sed -nE "s/.*<Counters [^>]*\b$2=\"([0-9]+)\".*/\1/p" "$1" 2>/dev/null | head -n 1; }

# dotnet_suite PROJECT LABEL [NAME=VALUE...] [-- ARGUMENT...]: one test project, under these environment variables.
dotnet_suite() {
  local name=$1 label=$2 dll trx log status total executed environment=(); shift 2
  while (($#)) && [[ $1 != -- ]]; do environment+=("$1"); shift; done
  shift $(($# > 0))
  dll=tests/$name/bin/Release/net10.0/$name.dll
  trx=$results/$label.trx log=$results/$label.log
  started=$SECONDS
  run "$log" env "${environment[@]}" dotnet test "$dll" --results-directory "$results" \
    --logger "trx;LogFileName=$label.trx" --logger 'console;verbosity=minimal' "${filter[@]}" "$@"
  status=$?
  total=$(counter "$trx" total) executed=$(counter "$trx" executed)
  count "$label" "$status" "$log" "$(counter "$trx" passed)" "$(counter "$trx" failed)" $((${total:-0} - ${executed:-0}))
}

# tap_counter LOG NAME: one counter from the last lines of Node's test runner, as TAP or as its own format.
tap_counter() { sed -nE "s/^(#|ℹ) $2 ([0-9]+)$/\2/p" "$1" | tail -n 1; }

tap_suite() {
  local label=$1 log=$results/$1.log status failures cancelled; shift
  started=$SECONDS
  run "$log" "$@"; status=$?
  failures=$(tap_counter "$log" fail) cancelled=$(tap_counter "$log" cancelled)
  count "$label" "$status" "$log" "$(tap_counter "$log" pass)" $((${failures:-0} + ${cancelled:-0})) "$(tap_counter "$log" skipped)"
}

# interop_packages: the readers that analysts use, for the .NET tests that call them and for tests/interop itself.
interop_packages() {
  started=$SECONDS
  [[ -f tests/interop/package.json ]] || return 0
  if ! have_node; then
    say "note: no Node.js 20 or newer with npm; tests that need it are skipped"
  elif [[ ! tests/interop/node_modules/.package-lock.json -nt tests/interop/package-lock.json ]]; then
    say "fetching the readers of tests/interop"
    run "$results/npm.log" npm --prefix tests/interop ci --ignore-scripts --no-audit --no-fund ||
      count "tests/interop (npm ci)" $? "$results/npm.log"
  fi
}

interop_suite() {
  grep -qs '"test":' tests/interop/package.json || return 0
  if have_node; then
    tap_suite interop env LINKAGE="$root/src/Linkage.Worker/bin/Release/net10.0/linkage" npm --prefix tests/interop test
  else
    skipped=$((skipped + 1))
  fi
}

have_node() {
  local version
  command -v npm >/dev/null && version=$(node --version 2>/dev/null) && version=${version#v} && ((${version%%.*} >= 20))
}

finish() {
  local line="$passed passed, $failed failed"
  ((skipped == 0)) || line+=", $skipped skipped"
  echo "$line"
  ((failed == 0))
  exit
}

filter=("$@")
filtered=${1:-}
started=$SECONDS
rm -rf "$results" && mkdir -p "$results" || die "$results cannot be written"

if ! "$root/eng/setup.sh" </dev/null; then
  failed=1; finish
fi
say "building"
lock_build
if ! run "$results/build.log" dotnet build Linkage.sln -c Release -v q --nologo; then
  grep -E '(error|warning) ' "$results/build.log" | sort -u || cat "$results/build.log"
  say "the build failed"
  failed=1; finish
fi
exec 7>&-
say "built in $((SECONDS - started)) s"

interop_packages
for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  dotnet_suite "$name" "$name"
done
# The kernels once more for every narrower path that this processor would never choose; and that a path is forced when asked for: the choice only, since the tests of the
# kernels name the path they run, and run all of them above.
if grep -rqs --include='*.cs' 'Intrinsics' src/Linkage.Kernels; then
  for feature in AVX512 AVX2 HWIntrinsic; do
    dotnet_suite Linkage.Kernels.Tests "Linkage.Kernels.Tests without $feature" "DOTNET_Enable$feature=0"
  done
  for path in scalar vector128 vector256; do
    [[ -n $filtered ]] ||
      dotnet_suite Linkage.Kernels.Tests "Linkage.Kernels.Tests forced to $path" "LINKAGE_FORCE_PATH=$path" -- --filter FullyQualifiedName~KernelDispatchTests
  done
fi
if [[ -z $filtered ]]; then
  [[ ! -f tests/scripts/run.sh ]] || tap_suite scripts bash tests/scripts/run.sh
  interop_suite
fi
finish
