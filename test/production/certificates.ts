import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate authority for one test, and a certificate that it issued. */
export interface Certificates {
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  remove(): void;
}

/** Issues a certificate for these names, by a new authority that exists only for the test. */
export function issueCertificates(names: readonly string[]): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-certificates-"));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    file("ca.key"),
    "-out",
    file("ca.pem"),
    "-days",
    "2",
    "-subj",
    "/CN=Drawbridge tests",
  );
  openssl(
    "req",
    "-new",
    ...newKey,
    "-keyout",
    file("key.pem"),
    "-out",
    file("request.csr"),
    "-subj",
    "/CN=azure of the tests",
  );
  writeFileSync(file("names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`);
  const signed = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2"];
  openssl(
    "x509",
    "-req",
    "-in",
    file("request.csr"),
    ...signed,
    "-extfile",
    file("names"),
    "-out",
    file("certificate.pem"),
  );
  return {
    authorityFile: file("ca.pem"),
    certificateFile: file("certificate.pem"),
    keyFile: file("key.pem"),
    authority: readFileSync(file("ca.pem"), "utf8"),
    certificate: readFileSync(file("certificate.pem"), "utf8"),
    key: readFileSync(file("key.pem"), "utf8"),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
