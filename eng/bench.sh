#!/usr/bin/env bash
# Set-up, then the benchmarks; their tables go to bench/results/<cpu>/*.md.
#   eng/bench.sh                          all of them
#   eng/bench.sh Patient                  the classes with Patient in their name
#   eng/bench.sh --filter '*Hash*' ...    any arguments of BenchmarkDotNet; a look only, nothing is written
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

# cpu: this processor as a folder name, "intel-xeon-processor-model-167" for one that does not say more.
cpu() {
  local name model
  name=$(LC_ALL=C lscpu | sed -nE 's/^Model name: *//p' | sed -n 1p)
  model=$(LC_ALL=C lscpu | sed -nE 's/^Model: *//p' | sed -n 1p)
  printf '%s' "${name:-$(uname -m)}-model-${model:-unknown}" | sed -E 's/\((R|TM)\)//g' | tr '[:upper:]' '[:lower:]' | tr -cs 'a-z0-9' '-'
}

"$root/eng/setup.sh" </dev/null
lock_build
say "building"
dotnet build bench/Linkage.Benchmarks -c Release -v q --nologo </dev/null
exec 7>&-

program=bench/Linkage.Benchmarks/bin/Release/net10.0/Linkage.Benchmarks.dll
out=$root/artifacts/bench
case ${1:-} in
  -*) exec dotnet "$program" --artifacts "$out" "$@" ;;
  '') pattern='*' ;;
  # Whole classes, so that a table in bench/results is never half of one.
  *) pattern="*.*$1*.*" ;;
esac
results=$root/bench/results/$(cpu)
rm -rf "$out"
status=0
dotnet "$program" --artifacts "$out" --filter "$pattern" </dev/null || status=$?
for report in "$out"/results/*-report-github.md; do
  [[ -f $report ]] || continue
  name=${report##*/}; name=${name%-report-github.md}
  mkdir -p "$results"
  cp "$report" "$results/${name##*.}.md"
  say "written: ${results#"$root"/}/${name##*.}.md"
done
exit "$status"
