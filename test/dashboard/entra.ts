/** A person who is signed in with Entra ID, behind App Service authentication. */
const tenant = "aaaaaaaa-0000-4000-8000-00000000000a";
const audience = "api://drawbridge";

export const entraSettings = {
  WEBSITE_AUTH_ENABLED: "True",
  DRAWBRIDGE_AUTH: "entra",
  DRAWBRIDGE_AUTH_TENANT: tenant,
  DRAWBRIDGE_AUTH_AUDIENCE: audience,
};

/** What App Service adds to the requests of a person who is signed in. */
export function signedIn(role: string): Record<string, string> {
  const claims = [
    { typ: "tid", val: tenant },
    { typ: "aud", val: audience },
    { typ: "preferred_username", val: "ana@contoso.example" },
    { typ: "roles", val: role },
  ];
  return {
    "x-ms-client-principal": Buffer.from(JSON.stringify({ auth_typ: "aad", claims })).toString("base64"),
  };
}
