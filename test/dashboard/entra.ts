import { principalOf } from "../../local/signed-in.ts";

export { entraSettings } from "../../local/signed-in.ts";

/** What App Service adds to the requests of a person who is signed in. */
export function signedIn(role: string): Record<string, string> {
  return { "x-ms-client-principal": principalOf("ana@contoso.example", role) };
}
