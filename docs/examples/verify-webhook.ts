import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether a delivery is Drawbridge's: `body` is the request's body as it came, byte for byte, `header` its
 * x-drawbridge-signature. Older than five minutes is refused, so that what was heard once cannot be played again.
 */
export function isFromDrawbridge(
  body: string,
  header: string | undefined,
  secret: string,
  now = new Date(),
): boolean {
  const [, seconds = "", signature = ""] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? "") ?? [];
  if (signature === "" || Math.abs(now.getTime() / 1000 - Number(seconds)) > 300) return false;
  const expected = createHmac("sha256", secret).update(`${seconds}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex"));
}
