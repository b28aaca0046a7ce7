#!/usr/bin/env bash
# Set-up, then the benchmarks; their tables go to bench/results/<cpu>/*.md. See docs/benchmarks.md.
#   eng/bench.sh                          all of them, and the whole pipeline
#   eng/bench.sh Patient                  the classes with Patient in their name
#   eng/bench.sh pipeline [ARGUMENT...]   the whole pipeline, with arguments for `linkage bench`
#   eng/bench.sh --allocations            every benchmark against bench/allocation-budget.json; no time is measured
#   eng/bench.sh --tables                 the tables of README.md and docs/ from bench/results
#   eng/bench.sh --filter '*Hash*' ...    any arguments of BenchmarkDotNet (--job short); a look only, nothing is written
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

out=$root/artifacts/bench

# cpu: this processor as a folder name, "intel-xeon-processor-model-167" for one that does not say more.
cpu() {
  local name model
  name=$(LC_ALL=C lscpu | sed -nE 's/^Model name: *//p' | sed -n 1p)
  model=$(LC_ALL=C lscpu | sed -nE 's/^Model: *//p' | sed -n 1p)
  printf '%s' "${name:-$(uname -m)}-model-${model:-unknown}" | sed -E 's/\((R|TM)\)//g' | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9' '-'
}

# keep FILE: a table into the results.
keep() {
  mkdir -p "$results"
  cp "$1" "$results/"
  say "written: ${results#"$root"/}/${1##*/}"
}

# pipeline [ARGUMENT...]: `linkage bench`; a file of its own for every number of participants but the default.
pipeline() {
  local name=pipeline argument previous=
  for argument in "$@"; do
    [[ $previous != --participants ]] || name=pipeline-$argument
    [[ $argument != --participants=* ]] || name=pipeline-${argument#*=}
    previous=$argument
  done
  mkdir -p "$out"
  "$root/src/Linkage.Worker/bin/Release/net10.0/linkage" bench --json "$out/$name.json" "$@" </dev/null
  dotnet "$program" --pipeline "$out/$name.json" "$out/$name.md"
  keep "$out/$name.md"
}

"$root/eng/setup.sh" </dev/null
lock_build
say "building"
dotnet build bench/Linkage.Benchmarks -c Release -v q --nologo </dev/null
dotnet build src/Linkage.Worker -c Release -v q --nologo </dev/null
exec 7>&-

program=bench/Linkage.Benchmarks/bin/Release/net10.0/Linkage.Benchmarks.dll
results=$root/bench/results/$(cpu)
case ${1:-} in
  --allocations | --tables) exec dotnet "$program" "$@" ;;
  -*) exec dotnet "$program" --artifacts "$out" "$@" ;;
  pipeline) shift; pipeline "$@"; exit ;;
  '') pattern='*' ;;
  # Whole classes, so that a table in bench/results is never half of one.
  *) pattern="*.*$1*.*" ;;
esac
rm -rf "$out"
status=0
dotnet "$program" --artifacts "$out" --filter "$pattern" </dev/null || status=$?
for report in "$out"/results/*.md; do
  [[ ! -f $report ]] || keep "$report"
done
[[ -n ${1:-} ]] || pipeline || status=$?
exit "$status"
