/**
 * The port that `PORT` names for the app, or else the given one.
 * @throws {Error} if it is no port number
 */
export function portOf({ PORT: text }: NodeJS.ProcessEnv, otherwise: number): number {
  const port = Number(text ?? otherwise);
  if (text?.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is "${text}"; it must be a port number`);
  return port;
}
