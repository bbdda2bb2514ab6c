import { randomUUID } from "node:crypto";
import { ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { ArchiveDiffers } from "../../../src/lib/archive/archive.ts";
import { archiveBlobs } from "../../../src/lib/azure/archive-blobs.ts";
import { recordBlobs } from "../../../src/lib/azure/record-blobs.ts";

/** The archive over the wire, in the blobs of Azurite. */
const part = (name: string) => new RegExp(`(?:^|;)${name}=([^;]+)`).exec(inject("storage"))?.[1] ?? "";

let url: string;
let container: ContainerClient;
const account = () => ({ name: part("AccountName"), key: part("AccountKey") });
beforeEach(async () => {
  url = `${part("BlobEndpoint")}/${randomUUID()}`;
  const { name, key } = account();
  container = new ContainerClient(url, new StorageSharedKeyCredential(name, key));
  await container.create();
});
const read = async (name: string) => String(await container.getBlobClient(name).downloadToBuffer());

describe("the archive", () => {
  it("returns what was stored", async () => {
    await archiveBlobs(url, account()).put("decisions/a/1.jsonl", '{"a":"ä"}\n');
    expect(await read("decisions/a/1.jsonl")).toBe('{"a":"ä"}\n');
  });

  it("is read for a replay: the blobs with decisions in order, or the one that is named", async () => {
    const archive = archiveBlobs(url, account());
    await archive.put("decisions/b/1.jsonl", "b\n");
    await archive.put("decisions/a/1.jsonl", "a\n");
    await archive.put("alerts/a/1.jsonl", "alert\n");
    const all = async (place: string) => {
      const found: string[] = [];
      for await (const { name, bytes } of recordBlobs(place, inject("storage")))
        for await (const chunk of bytes) found.push(`${name} ${String(Buffer.from(chunk))}`);
      return found;
    };
    expect(await all(url)).toEqual(["decisions/a/1.jsonl a\n", "decisions/b/1.jsonl b\n"]);
    expect(await all(`${url}/decisions/b/1.jsonl`)).toEqual(["decisions/b/1.jsonl b\n"]);
    await expect(all(`${url}-none`)).rejects.toThrow("container does not exist");
  });

  it("accepts the same content a second time", async () => {
    const archive = archiveBlobs(url, account());
    await archive.put("a", "the same\n");
    await archive.put("a", "the same\n");
    expect(await read("a")).toBe("the same\n");
  });

  it("never overwrites other content", async () => {
    const archive = archiveBlobs(url, account());
    await archive.put("a", "first\n");
    await expect(archive.put("a", "second\n")).rejects.toBeInstanceOf(ArchiveDiffers);
    expect(await read("a")).toBe("first\n");
  });

  it("that does not exist is an error, not an empty success", async () => {
    await container.delete();
    await expect(archiveBlobs(url, account()).put("a", "first\n")).rejects.toThrow(
      "container does not exist",
    );
  });
});
