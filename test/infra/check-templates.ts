import type { Deployment, Template } from "./deployment.ts";

/** What has to be done before what, by the names of resources and modules. */
const order: readonly (readonly ["app" | "events", later: string, earlier: string])[] = [
  ["app", "app", "grants"],
  ["app", "app", "storage"],
  ["app", "app", "storageEndpoints"],
  ["app", "grants", "storage"],
  ["app", "grants", "monitoring"],
  ["app", "grants", "vault"],
  ["events", "eventSubscriptions", "grants"],
  ["events", "eventSubscriptions", "topics"],
  ["events", "grants", "topics"],
  ["events", "topics", "groups"],
];

/** Rights come before what needs them: an app that starts without stays without until its tokens expire. */
export function orderProblems({ templates }: Deployment): string[] {
  const late = order
    .filter(([name, later, earlier]) => !waitsFor(templates[name], later, earlier))
    .map(([name, later, earlier]) => `${name}: ${later} does not wait for ${earlier}`);
  const inside = templates.app.resources["app"]?.properties?.template;
  const isLast = inside !== undefined && waitsFor(inside, "site::package", "site::settings");
  return isLast ? late : [...late, "app: the package does not wait for the settings"];
}

function waitsFor({ resources }: Template, later: string, earlier: string): boolean {
  const direct = (resources[later]?.dependsOn ?? []).map(
    (each) => /^\[format\('(\w+)\[/.exec(each)?.[1] ?? each,
  );
  return direct.some((each) => each === earlier || waitsFor({ resources }, each, earlier));
}

/** Nothing that a deployment asks for: `azd up` in a pipeline has nobody to answer. */
export function promptProblems({ templates, json }: Deployment): string[] {
  return (["app", "events", "estate"] as const).flatMap((name) => {
    const file = name === "estate" ? undefined : (json(`${name}/main.parameters.json`) as ParameterFile);
    const given = Object.keys(file?.parameters ?? {});
    const asked = Object.entries(templates[name].parameters ?? {})
      .filter(([parameter, { defaultValue }]) => defaultValue === undefined && !given.includes(parameter))
      .map(([parameter]) => `${name}: the parameter ${parameter} has no default`);
    const unknown = given
      .filter((parameter) => templates[name].parameters?.[parameter] === undefined)
      .map((parameter) => `${name}/main.parameters.json: there is no parameter ${parameter}`);
    return [...asked, ...unknown];
  });
}

interface ParameterFile {
  readonly parameters: Readonly<Record<string, unknown>>;
}

const secretOutput = /listKeys|listSecrets|listAccountSas|connectionString|InstrumentationKey|primaryKey/i;

/**
 * Outputs are kept in plain text in the history of deployments; a module's may carry a component's address to the
 * settings.
 */
export function outputProblems({ templates }: Deployment): string[] {
  const own = Object.entries(templates).flatMap(([name, { outputs = {} }]) =>
    Object.entries(outputs)
      .filter(([, { type, value }]) => type.startsWith("secure") || secretOutput.test(String(value)))
      .map(([output]) => `${name}: the output ${output} tells a secret`),
  );
  const texts = Object.entries(templates).map(
    ([name, template]) => [name, JSON.stringify(template)] as const,
  );
  const keys = texts
    .filter(([, text]) => /\blist(Keys|Secrets|AccountSas|ServiceSas)\(/.test(text))
    .map(([name]) => `${name}: a key is asked for`);
  return [...own, ...keys];
}
