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

/**
 * The page of the branch `release`, which holds the latest template: the portal's button for a repository,
 * `owner/name`. The portal loads the template and the form from their addresses, so that they have to be public.
 */
export function releasePage(repository: string, tag: string): string {
  const raw = `https://raw.githubusercontent.com/${repository}/release`;
  const [template, form] = ["azuredeploy.json", "uiFormDefinition.json"].map((file) =>
    encodeURIComponent(`${raw}/${file}`),
  );
  const portal = `https://portal.azure.com/#create/Microsoft.Template/uri/${template}`;
  const image = "https://aka.ms/deploytoazurebutton";
  const guide = `https://github.com/${repository}/blob/${tag}/docs/deployment/release.md`;
  return `# Drawbridge ${tag}

[![Deploy to Azure](${image})](${portal}/uiFormDefinitionUri/${form})

It deploys the app in mode observe, which changes nothing on API Management. What follows, and the same from a command
line, is in [From a release](${guide}). If the portal does not show the form, take [the template without it](${portal}).
`;
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
