/** The loopback origin of a simulator; undefined on Azure. */
export function readArmEndpoint(value: string | undefined, problems: string[]): string | undefined {
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !isLoopback(new URL(value)))
    problems.push(
      "DRAWBRIDGE_ARM_ENDPOINT must be a loopback address of a simulator, such as http://127.0.0.1:8123",
    );
  return value;
}

export function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
}
