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

# publish READY_TO_RUN: publishes into $new.
publish() {
  rm -rf "$new"
  mkdir -p "$new"
  touch "$new/.published"
  dotnet publish src/Linkage.Worker -c Release -r "$(rid)" --no-self-contained -v q --nologo \
    "-p:PublishReadyToRun=$1" -o "$new" >"$root/artifacts/publish.log" 2>&1 </dev/null
}

if ! changed; then
  say "artifacts/linkage/linkage is up to date"
  exit 0
fi
say "building artifacts/linkage/linkage"
if ! publish true; then
  if grep -qiE 'NU110[123].*(crossgen2|ilcompiler)' "$root/artifacts/publish.log"; then
    say "note: the feed has no ahead-of-time compiler for this SDK; the program will start more slowly"
    publish false || { cat "$root/artifacts/publish.log" >&2; die "the program could not be built"; }
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
