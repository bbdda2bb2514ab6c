import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";

function checkPort(port: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "check-port.ts"), "0", "npm start"],
    { encoding: "utf8", env: { ...process.env, PORT: port } },
  );
  return { status, out: stdout + stderr };
}

it("the port of npm start is refused where it is in use or none, and else accepted", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  expect(checkPort(String(port))).toEqual({
    status: 1,
    out: `Port ${port} is in use; choose another: PORT=8080 npm start\n`,
  });
  await new Promise((resolve) => server.close(resolve));
  expect(checkPort(String(port))).toEqual({ status: 0, out: "" });
  expect(checkPort("eighty")).toEqual({ status: 2, out: 'PORT is "eighty"; it must be a port number\n' });
});
