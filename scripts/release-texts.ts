/**
 * The section of a changelog on one version, without its heading. Throws where the tag is not `v` and the version, or
 * the changelog says nothing of it.
 */
export function notesOf(changelog: string, tag: string, version: string): string {
  if (tag !== `v${version}`)
    throw new Error(`the tag ${tag} is not v${version}, the version in package.json`);
  const section = changelog
    .split(/^## /m)
    .slice(1)
    .find((each) => /^\S+/.exec(each)?.[0] === version);
  const notes = section?.slice(section.indexOf("\n")).trim() ?? "";
  if (notes === "") throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  return notes;
}

interface Template {
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The parameter of infra/app/main.bicep that names the archive to deploy. */
const packageParameter = "packageUri";

/** A compiled template with a default for the archive that it deploys. Throws where it has no such parameter. */
export function templateOf(compiled: string, packageUri: string): string {
  const template = JSON.parse(compiled) as Template;
  const parameter = template.parameters?.[packageParameter];
  if (parameter === undefined) throw new Error(`the template has no parameter ${packageParameter}`);
  const parameters = {
    ...template.parameters,
    [packageParameter]: { ...parameter, defaultValue: packageUri },
  };
  return JSON.stringify({ ...template, parameters }, null, 2);
}
