#!/usr/bin/env bash
# Makes a fresh clone buildable: checks the tools, installs the few Debian packages that are missing,
# and puts the NuGet packages that the configured feed lacks into .packages/ (see Directory.Build.props).
# Safe to call again at any time; with nothing to do it takes a moment.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

feed=$root/.packages
cache=${XDG_CACHE_HOME:-${HOME:?HOME is not set}/.cache}/linkage

# librdkafka's source comes from this npm package, which carries it whole. The sum makes a changed download an error.
kafka_source=@confluentinc/kafka-javascript@1.10.1
kafka_source_sha256=ada7d703bb1d3237e2292bfabf438d663b6160c9f1ac2a2406b5dc4257c81b66
librdkafka_flags=(--disable-gssapi --disable-curl --disable-lz4-ext --disable-syslog --disable-debug-symbols)

work=
trap '[[ -z $work ]] || rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

have() { command -v "$1" >/dev/null 2>&1; }
have_library() { grep -q "[[:space:]]$1 " <<<"$({ ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null)"; }
have_header() { have cc && printf '#include <%s>\n' "$1" | cc -E -x c - >/dev/null 2>&1; }

# pin ID: the version of a package in Directory.Packages.props.
pin() {
  local version
  version=$(sed -nE "s/.*<PackageVersion Include=\"$1\" Version=\"([^\"]+)\".*/\1/p" Directory.Packages.props)
  [[ -n $version ]] || die "Directory.Packages.props has no version of $1"
  echo "$version"
}

check_tools() {
  have flock || die "flock is missing (package util-linux)"
  have dotnet || die "the .NET SDK is missing: install version 10 and have 'dotnet' on the PATH"
  sdk_version=$(dotnet --version 2>/dev/null) ||
    die "no .NET SDK that global.json accepts; installed: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' '); needed: 10.0.100 or newer of 10.0"
  if have node && have npm; then
    local node_version; node_version=$(node --version)
    node_major=${node_version#v}; node_major=${node_major%%.*}
  else
    node_major=0
  fi
  ((node_major >= 20)) || say "note: no Node.js 20 or newer with npm; the interop tests need it"
}

# install PACKAGE...: installs Debian packages; fails where it cannot.
install() {
  local sudo=()
  if ! have apt-get; then
    say "this is not a Debian system; install what these Debian packages give: $*" >&2; return 1
  fi
  if ((EUID != 0)); then
    have sudo && sudo=(sudo -n) || { say "not root and no sudo; as root: apt-get install $*" >&2; return 1; }
  fi
  say "installing Debian packages: $*"
  local log; log=$(mktemp)
  if "${sudo[@]}" apt-get update -qq >"$log" 2>&1 </dev/null &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; then
    rm -f "$log"
  else
    tail -n 20 "$log" >&2; rm -f "$log"
    say "apt-get could not install: $*" >&2; return 1
  fi
}

# The program calls libzstd, and the other codecs' libraries only when a setting asks for them; the tests send batches with
# kcat as another Kafka client.
install_runtime() {
  have_library libzstd.so.1 || install libzstd1 || die "libzstd.so.1 is needed to write Parquet"
  local extra=()
  have kcat || extra+=(kcat)
  have_library libsnappy.so.1 || extra+=(libsnappy1v5)
  have_library liblz4.so.1 || extra+=(liblz4-1)
  have_library libz.so.1 || extra+=(zlib1g)
  ((${#extra[@]} == 0)) || install "${extra[@]}" || say "note: without ${extra[*]} the tests that use them are skipped"
}

install_toolchain() {
  local needed=()
  have cc && have make && have strip || needed+=(gcc libc6-dev make binutils)
  have python3 || needed+=(python3-minimal)
  have_header openssl/ssl.h || needed+=(libssl-dev)
  have_header zlib.h || needed+=(zlib1g-dev)
  have_header zstd.h || needed+=(libzstd-dev)
  ((${#needed[@]} == 0)) || install "${needed[@]}" || die "librdkafka cannot be built without: ${needed[*]}"
}

# missing ID VERSION...: prints the ids of the pairs that the configured feeds do not have. Asks NuGet itself, by a
# restore of nothing else, past every cache. Anything but a plain "no such package" is an error, not an absence.
missing() {
  work=$(mktemp -d "$root/artifacts/setup.XXXXXX")
  local file
  for file in Directory.Build.props Directory.Build.targets Directory.Packages.props; do
    printf '<Project />\n' >"$work/$file"
  done
  {
    echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>'
    while (($#)); do printf '<PackageDownload Include="%s" Version="[%s]" />\n' "$1" "$2"; shift 2; done
    echo '</ItemGroup></Project>'
  } >"$work/probe.csproj"
  local output codes
  if ! output=$(dotnet restore "$work/probe.csproj" --no-http-cache --packages "$work/packages" -v q 2>&1 </dev/null); then
    codes=$(grep -oE 'error [A-Z]+[0-9]+' <<<"$output" | sort -u || true)
    if [[ -z $codes ]] || grep -qvE 'NU110[123]$' <<<"$codes"; then
      printf '%s\n' "$output" >&2
      rm -rf "$work"
      die "the package feed could not be asked (see above); check the network and the NuGet configuration, then run again"
    fi
    sed -nE 's/.*NU110[123]: Unable to find package ([A-Za-z0-9.]*[A-Za-z0-9]).*/\1/p' <<<"$output" | sort -u
  fi
  rm -rf "$work"; work=
}

# fetch_librdkafka: unpacks the source into $work/src.
fetch_librdkafka() {
  ((node_major > 0)) || die "npm is needed to fetch librdkafka's source: install Node.js 20 or newer"
  local tarball=$cache/kafka-javascript-${kafka_source##*@}.tgz
  if ! sha256sum --status -c - <<<"$kafka_source_sha256  $tarball" 2>/dev/null; then
    (cd "$work" && npm pack "$kafka_source" --ignore-scripts --silent </dev/null >npm.log 2>&1) ||
      { cat "$work/npm.log" >&2; die "npm could not fetch $kafka_source"; }
    sha256sum --status -c - <<<"$kafka_source_sha256  $(echo "$work"/*.tgz)" ||
      die "the download of $kafka_source is not the one this script knows (SHA-256 differs)"
    mv "$work"/*.tgz "$tarball"
  fi
  mkdir "$work/src"
  tar -xzf "$tarball" -C "$work/src" --strip-components=3 package/deps/librdkafka
}

build_librdkafka() {
  local version=$1
  install_toolchain
  fetch_librdkafka
  say "building librdkafka $version (about a minute on two cores)"
  (
    cd "$work/src"
    ./configure "${librdkafka_flags[@]}" && make -j"$(nproc)" -C src librdkafka.so.1
  ) >"$work/build.log" 2>&1 </dev/null || { tail -n 30 "$work/build.log" >&2; die "librdkafka could not be built"; }
  local built feature
  built=$(sed -nE 's/^RDKAFKA_VERSION_STR[^0-9]*([0-9.]+).*/\1/p' "$work/src/Makefile.config")
  [[ $built == "$version" ]] || die "$kafka_source carries librdkafka $built, the pinned version is $version"
  for feature in SSL ZSTD SASL_SCRAM SASL_OAUTHBEARER; do
    grep -q "define WITH_$feature 1" "$work/src/config.h" || die "librdkafka was built without $feature"
  done
  strip --strip-unneeded -o "$work/librdkafka.so" "$work/src/src/librdkafka.so.1"
  cp "$work/src/LICENSES.txt" "$work/"
  pack librdkafka.redist "$version" "$kafka_source"
}

build_hashing() {
  local version=$1 sdk dll real
  sdk=$(dotnet --list-sdks | sed -nE "s/^${sdk_version//./\\.} \[(.*)\]$/\1\/$sdk_version/p")
  # The first is plain IL; the second is compiled for the SDK's own platform and serves as well.
  for dll in "$sdk/Sdks/Microsoft.Build.Tasks.Git/tools/net/System.IO.Hashing.dll" "$sdk/System.IO.Hashing.dll"; do
    [[ -f $dll ]] && break
  done
  [[ -f $dll ]] || die "the .NET SDK $sdk_version has no System.IO.Hashing.dll to pack"
  real=$(tr -d '\0' <"$dll" | grep -aoE 'ProductVersion.?[0-9]+\.[0-9]+\.[0-9]+' | grep -oE '[0-9.]+$' | sed -n 1p)
  [[ ${real%.*} == "${version%.*}" ]] ||
    die "the SDK's System.IO.Hashing is $real, which cannot stand in for the pinned $version"
  cp "$dll" "$work/"
  pack System.IO.Hashing "$version" "$real"
}

# pack ID VERSION SOURCE: packs eng/packages/ID.csproj into $work.
pack() {
  dotnet pack "eng/packages/$1.csproj" -c Release -o "$work/out" -v q \
    "-p:PackageVersion=$2" "-p:SourceName=$3" "-p:WorkDirectory=$work" "-p:NativeRid=$(rid)" \
    >"$work/pack.log" 2>&1 </dev/null || { cat "$work/pack.log" >&2; die "$1 could not be packed"; }
}

# recipe: names everything a locally made package depends on.
recipe() {
  {
    echo "$kafka_source_sha256" "${librdkafka_flags[@]}" "$sdk_version" "$(uname -m)"
    cat eng/packages/*
    [[ ! -f /etc/os-release ]] || cat /etc/os-release
  } | sha256sum | cut -c1-12
}

# provide ID VERSION BUILDER: makes the package, or takes it from the cache, and puts it into the feed in one move.
provide() {
  local id=$1 version=$2 builder=$3 started=$SECONDS stored
  stored=$cache/$(recipe)/$id.$version.nupkg
  mkdir -p "${stored%/*}"
  exec 8>"$cache/lock"
  flock 8
  if [[ -f $stored ]]; then
    say "$id $version: not on the feed; taken from an earlier build"
  else
    say "$id $version: not on the feed; making it here"
    rm -rf "$cache"/work.*
    work=$(mktemp -d "$cache/work.XXXXXX")
    "$builder" "$version"
    mv "$work/out/$id.$version.nupkg" "$stored"
    rm -rf "$work"; work=
    say "$id $version: made in $((SECONDS - started)) s"
  fi
  exec 8>&-
  cp "$stored" "$feed/.$id.part" && mv "$feed/.$id.part" "$feed/$id.$version.nupkg"
}

check_tools
install_runtime

mkdir -p "$feed" "$root/artifacts"
exec 9>"$feed/.lock"
flock 9
librdkafka=$(pin librdkafka.redist)
hashing=$(pin System.IO.Hashing)
# Feeds are configured per user, so another home asks again.
stamp=$({ recipe; echo "$HOME" "$librdkafka" "$hashing"; } | sha256sum | cut -c1-16)
if [[ -f $feed/.ready ]] && { read -r known && [[ $known == "$stamp" ]] && xargs -r ls >/dev/null 2>&1; } <"$feed/.ready"; then
  say "ready"
  exit 0
fi

rm -rf "$feed/.ready" "$feed"/*.nupkg "$root"/artifacts/setup.*
absent=$(missing librdkafka.redist "$librdkafka" System.IO.Hashing "$hashing")
for id in $absent; do
  case $id in
    librdkafka.redist) provide "$id" "$librdkafka" build_librdkafka ;;
    System.IO.Hashing) provide "$id" "$hashing" build_hashing ;;
  esac
done
[[ -n $absent ]] || say "the feed has every package"
{ echo "$stamp"; find "$feed" -name '*.nupkg'; } >"$feed/.part" && mv "$feed/.part" "$feed/.ready"
say "ready after $SECONDS s"
