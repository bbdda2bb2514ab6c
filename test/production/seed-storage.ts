import { readFileSync } from "node:fs";
import { ManagedIdentityCredential } from "@azure/identity";
import { BlobServiceClient } from "@azure/storage-blob";

/**
 * Prepares storage as a deployment does: creates the containers for the policy and the archive, and uploads the policy.
 */
const [url = "", clientId = "", policy = ""] = process.argv.slice(2);
const storage = new BlobServiceClient(url, new ManagedIdentityCredential({ clientId }));
for (const name of ["policies", "archive"]) await storage.getContainerClient(name).createIfNotExists();
const text = readFileSync(policy, "utf8");
await storage
  .getContainerClient("policies")
  .getBlockBlobClient("policy.yaml")
  .upload(text, Buffer.byteLength(text));
console.log("seeded");
