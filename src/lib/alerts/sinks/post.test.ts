import { expect, it } from "vitest";
import { post } from "./post.ts";
import { outside } from "./reach.ts";

it("says why nothing could be sent to a name that nobody has, and not to which", async () => {
  await expect(post(new URL("https://name-secret.invalid/hook"), "{}", {}, outside)).rejects.toMatchObject({
    why: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string,
  });
});
