import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { bicepVersion, cachedBicep } from "./find-bicep.ts";

/**
 * Installs the Bicep compiler from NuGet into the user's cache, and prints where it is. It needs the .NET SDK, which
 * brings packages by the feeds that it is configured with.
 */
if (process.argv.length > 2) {
  console.error(
    "npm run bicep takes no arguments: it installs the compiler and prints its path, to be called with them",
  );
  process.exit(2);
}
const target = cachedBicep();
if (!existsSync(target)) install();
console.log(`${target}: ${execFileSync(target, ["--version"], { encoding: "utf8" }).trim()}`);

function install(): void {
  const system = { linux: "linux", darwin: "osx", win32: "win" }[process.platform as string];
  if (system === undefined) throw new Error(`there is no Bicep compiler for ${process.platform}`);
  const name = `Azure.Bicep.CommandLine.${system}-${process.arch}`;
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-bicep-"));
  try {
    const project = join(folder, "bicep.csproj");
    writeFileSync(project, projectWith(name));
    const packages = join(folder, "packages");
    execFileSync("dotnet", ["restore", project, "--packages", packages], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    mkdirSync(dirname(target), { recursive: true });
    const tools = join(packages, name.toLowerCase(), bicepVersion, "tools");
    // Copied under another name first: a program that is half written is never found.
    const partial = `${target}.${process.pid}`;
    copyFileSync(join(tools, basename(target)), partial);
    chmodSync(partial, 0o755);
    renameSync(partial, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A project that downloads a package and builds nothing. */
function projectWith(name: string): string {
  return `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net$(BundledNETCoreAppTargetFrameworkVersion)</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="${name}" Version="[${bicepVersion}]" />
  </ItemGroup>
</Project>
`;
}
