/** A token as Entra ID's for an app's identity; nobody here looks at its signature, and everybody at what it says. */
export interface Claims {
  readonly aud: string;
  readonly appid: string;
}

const tenant = "aaaaaaaa-0000-4000-8000-00000000000a";
const lifetimeSeconds = 3600;

export function issueToken({ aud, appid }: Claims): { readonly token: string; readonly expiresOn: number } {
  const now = Math.floor(Date.now() / 1000);
  const expiresOn = now + lifetimeSeconds;
  const claims = {
    aud,
    appid,
    tid: tenant,
    iss: `https://sts.windows.net/${tenant}/`,
    iat: now,
    nbf: now,
    exp: expiresOn,
  };
  const child = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return { token: `${child({ alg: "none", typ: "JWT" })}.${child(claims)}.`, expiresOn };
}

/** What a request's token says; undefined where it has none. */
export function claimsOf(authorization: string | undefined): Claims | undefined {
  const [, body] = /^Bearer [\w-]+\.([\w-]+)\./.exec(authorization ?? "") ?? [];
  if (body === undefined) return undefined;
  const { aud, appid } = JSON.parse(Buffer.from(body, "base64url").toString()) as Partial<Claims>;
  return aud === undefined || appid === undefined ? undefined : { aud, appid };
}
