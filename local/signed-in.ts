/**
 * Sign-in with Entra ID on this machine: what App Service authentication adds to the requests of a person who is signed
 * in. Here it is the local host that adds it (`npm start -- --as-operator`), or a test. Nothing of it is in the package
 * that is deployed.
 */
const tenant = "aaaaaaaa-0000-4000-8000-00000000000a";
const audience = "api://drawbridge";
const objectId = "aaaaaaaa-0000-4000-8000-00000000000b";

/** The settings with which the app asks for a token, as on Azure. */
export const entraSettings = {
  WEBSITE_AUTH_ENABLED: "True",
  DRAWBRIDGE_AUTH: "entra",
  DRAWBRIDGE_AUTH_TENANT: tenant,
  DRAWBRIDGE_AUTH_AUDIENCE: audience,
};

/** The value of the header `x-ms-client-principal` for a person with an app role. */
export function principalOf(name: string, role: string): string {
  const claims = [
    { typ: "tid", val: tenant },
    { typ: "aud", val: audience },
    { typ: "oid", val: objectId },
    { typ: "preferred_username", val: name },
    { typ: "roles", val: role },
  ];
  return Buffer.from(JSON.stringify({ auth_typ: "aad", claims })).toString("base64");
}
