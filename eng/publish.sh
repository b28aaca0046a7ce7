#!/usr/bin/env bash
# Set-up, then the program as artifacts/linkage/linkage, compiled ahead of time for a quick start.
# Does nothing when the sources are older than the program.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

out=$root/artifacts/linkage
new=$root/artifacts/linkage.new

"$root/eng/setup.sh" </dev/null
lock_build

# changed: whether anything the program is made from is newer than the program.
changed() {
  [[ ! -x $out/linkage || ! -f $out/.published ]] ||
    [[ -n $(find src schemas eng/env.sh eng/publish.sh Directory.*.props .editorconfig eng/BannedSymbols.txt global.json .packages/.ready \
      \( -name bin -o -name obj \) -prune -o -newer "$out/.published" -print -quit 2>/dev/null) ]]
}

# publish ARGUMENT...: publishes into $new.
publish() {
  rm -rf "$new"
  mkdir -p "$new"
  touch "$new/.published"
  dotnet publish src/Linkage.Worker -c Release -r "$(rid)" -v q --nologo "$@" -o "$new" >"$root/artifacts/publish.log" 2>&1 </dev/null
}

# lacks PATTERN: whether the last publish failed because the feed lacks such a package.
lacks() { grep -qiE "NU110[123].*($1)" "$root/artifacts/publish.log"; }

if ! changed; then
  say "artifacts/linkage/linkage is up to date"
  exit 0
fi
say "building artifacts/linkage/linkage"
# Compiled together with the runtime, so that little is left to compile at start, and that once and well: a run of 2,000,000 events takes two thirds of the processor time (measured).
if ! publish --self-contained -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true -p:TieredCompilationQuickJit=false; then
  if lacks 'Microsoft\.NETCore\.App\.Runtime|crossgen2|ilcompiler'; then
    say "note: the feed lacks the runtime or the ahead-of-time compiler of this SDK; the program will start more slowly"
    publish --no-self-contained -p:PublishReadyToRun=true || { lacks 'crossgen2|ilcompiler' && publish --no-self-contained -p:PublishReadyToRun=false; } ||
      { cat "$root/artifacts/publish.log" >&2; die "the program could not be built"; }
  else
    cat "$root/artifacts/publish.log" >&2
    die "the program could not be built"
  fi
fi
# In one move, so that a running program keeps the files it has open.
rm -rf "$out.old"
[[ ! -e $out ]] || mv "$out" "$out.old"
mv "$new" "$out"
rm -rf "$out.old"
say "artifacts/linkage/linkage is ready after $SECONDS s"
