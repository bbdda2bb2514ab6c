import { beforeEach, describe, expect, it } from "vitest";
import {
  answer,
  publicIp,
  service,
  watchFixture,
  type WatchFixture,
} from "../../../../test/addresses/watch-fixture.ts";
import type { ScopeConfig } from "../../config/config.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import type { Addressed } from "../model/baseline.ts";
import { recheck } from "./recheck.ts";

let fixture: WatchFixture;
beforeEach(() => {
  fixture = watchFixture();
  fixture.answers = [knownRead(answer("203.0.113.10"))];
});

const scoped = (more: Partial<ScopeConfig>) => ({
  ...fixture.services,
  scope: { ...fixture.services.scope, subscriptions: [], ...more },
});
const watching = (...tags: string[]) => ({
  ...fixture.services,
  watch: { ids: [], tags: tags.map((name) => ({ name })) },
});
const knownIp = (tags: Record<string, string>) =>
  knownRead({
    id: publicIp,
    location: "westeurope",
    address: "203.0.113.1",
    zones: [],
    provisioningState: "Succeeded",
    tags,
  });
const isBehind = () =>
  fixture.services.digests.save([{ resource: publicIp, digest: { hash: "h", behind: service.text } }]);
const hashOf = async (resource: Addressed) => (await fixture.services.digests.find(resource))?.hash;

describe("after an event, a service", () => {
  it("is checked, and compared by the next check too", async () => {
    await fixture.services.digests.save([{ resource: service, digest: { hash: "h" } }]);
    expect(await recheck(fixture.services, service)).toBe("checked");
    expect([await fixture.kinds(), await hashOf(service)]).toEqual([["learned"], ""]);
  });

  it("that is not governed is not read", async () => {
    expect(await recheck(scoped({}), service)).toBe("not governed");
    expect(fixture.reads).toBe(0);
  });

  it("that its tags take out of the scope is read, and no more", async () => {
    const tags = [{ name: "team" }];
    expect(await recheck(scoped({ tags }), service)).toBe("not governed");
    fixture.answers = [unknownRead("forbidden")];
    expect(await recheck(scoped({ tags }), service)).toBe("unread");
    expect(await fixture.kinds()).toEqual([]);
  });

  it("that cannot be read is unread", async () => {
    fixture.answers = [unknownRead("timed-out")];
    expect(await recheck(fixture.services, service)).toBe("unread");
  });
});

describe("after an event, a public IP resource", () => {
  it("that nobody watches is not read", async () => {
    expect(await recheck(fixture.services, publicIp)).toBe("not governed");
  });

  it("that is watched by its id or its tags is checked itself", async () => {
    fixture.publicIp = knownIp({ Watch: "1" });
    const byId = { ...fixture.services, watch: { ids: [publicIp], tags: [] } };
    await isBehind();
    expect(await recheck(byId, publicIp)).toBe("checked");
    expect(fixture.reads).toBe(0);
    await fixture.services.digests.forget(publicIp);
    expect(await recheck(watching("watch"), publicIp)).toBe("checked");
    expect(await recheck(watching("other"), publicIp)).toBe("not governed");
    fixture.publicIp = unknownRead("failed");
    expect(await recheck(watching("watch"), publicIp)).toBe("unread");
  });

  it("of a service leads to that service, where it is governed", async () => {
    await isBehind();
    expect(await recheck(fixture.services, publicIp)).toBe("checked");
    expect([fixture.reads, await fixture.kinds()]).toEqual([1, ["learned"]]);
    expect(await recheck(scoped({}), publicIp)).toBe("not governed");
    expect(fixture.reads).toBe(1);
  });
});
