import { createServer } from "node:net";
import { portOf } from "./port.ts";

/**
 * Before `npm start` and `npm run demo` build anything: ends with 1 if the app's port is in use, which is otherwise
 * found out only after the build. Its argument is the port that is taken where `PORT` names none.
 */
const [, , otherwise, command] = process.argv;
let port: number;
try {
  port = portOf(process.env, Number(otherwise));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
}
const server = createServer();
server.once("error", (error: NodeJS.ErrnoException) => {
  console.error(
    error.code === "EADDRINUSE"
      ? `Port ${port} is in use; choose another: PORT=8080 ${command}`
      : `Port ${port} cannot be used (${error.code}); choose another: PORT=8080 ${command}`,
  );
  process.exit(1);
});
server.listen(port, "127.0.0.1", () => server.close());
