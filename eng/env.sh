# Sourced by the scripts beside it: where the checkout is, a quiet and repeatable dotnet, and how
# a script speaks. Sourcing it changes into the checkout.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root" || exit 1

export DOTNET_NOLOGO=1
export DOTNET_CLI_TELEMETRY_OPTOUT=1
export DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export DOTNET_CLI_UI_LANGUAGE=en
# No build server may outlive the script that started it.
export DOTNET_CLI_USE_MSBUILD_SERVER=0
export MSBUILDDISABLENODEREUSE=1
export UseSharedCompilation=false

script=$(basename "$0" .sh)
say() { printf '%s: %s\n' "$script" "$*"; }
die() { printf '%s: %s\n' "$script" "$*" >&2; exit 1; }

# rid: the runtime identifier of this machine, in .NET's words.
rid() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64 | Linux-arm64) echo linux-arm64 ;;
    *) die "this system ($(uname -s) $(uname -m)) is not supported; Linkage runs on 64-bit Linux" ;;
  esac
}

# lock_build: two scripts do not build in one checkout at a time. Held until the script ends.
lock_build() {
  mkdir -p "$root/artifacts"
  exec 7>"$root/artifacts/.lock"
  flock 7
}
