/** The claims that the simulated services check. They do not check signatures. */
export interface Claims {
  readonly aud: string;
  readonly appid: string;
}

const tenant = "aaaaaaaa-0000-4000-8000-00000000000a";
const lifetimeSeconds = 3600;

/** Issues a token like Entra ID's for a managed identity, without a signature. */
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

/** The claims of a request's token; undefined if it has none. */
export function claimsOf(authorization: string | undefined): Claims | undefined {
  const [, body] = /^Bearer [\w-]+\.([\w-]+)\./.exec(authorization ?? "") ?? [];
  if (body === undefined) return undefined;
  const { aud, appid } = JSON.parse(Buffer.from(body, "base64url").toString()) as Partial<Claims>;
  return aud === undefined || appid === undefined ? undefined : { aud, appid };
}
