import { beforeEach, describe, expect, it } from "vitest";
import {
  answer,
  publicIp,
  service,
  watchFixture,
  type WatchFixture,
} from "../../../../test/addresses/watch-fixture.ts";
import { minuteMs } from "../../clock.ts";
import type { ServiceAnswer } from "../azure-addresses.ts";
import { knownRead, unknownRead, type Read } from "../../estate/read.ts";
import { reconcileAddresses } from "./reconcile.ts";
import { stopWatching } from "./stop-watching.ts";

let fixture: WatchFixture;
beforeEach(async () => {
  fixture = watchFixture();
  await see(knownRead(answer("203.0.113.10")));
});
const see = (read: Read<ServiceAnswer>) => {
  fixture.pass(minuteMs);
  fixture.answers = [read];
  return reconcileAddresses(fixture.services, service);
};
const here = (...addresses: string[]) => see(knownRead(answer(...addresses)));
const news = async () => {
  const { items } = await fixture.services.baselines.history(service, { top: 100 });
  return items.slice(1).map(({ kind, what }) => `${kind}: ${what}`);
};

describe("a service that is there again", () => {
  it("after it was not found once is as it was, without a word", async () => {
    await see(unknownRead("not-found"));
    await here("203.0.113.10");
    expect(await news()).toEqual([]);
    const { head } = await fixture.services.baselines.read(service);
    expect(head).not.toHaveProperty("missingAt");
    expect(head?.contextChanges).toEqual([]);
  });

  it("after it was reported as gone exists again, which explains other addresses", async () => {
    await see(unknownRead("not-found"));
    const since = fixture.now.toISOString();
    await see(unknownRead("not-found"));
    await here("203.0.113.10");
    expect(await news()).toEqual([
      `gone: Azure has reported it as not found since ${since}`,
      `back: it exists again, after it was not found since ${since}`,
    ]);
    const { head } = await fixture.services.baselines.read(service);
    expect(head?.contextChanges).toMatchObject([
      { aspect: "existence", before: `gone since ${since}`, after: "there" },
    ]);
  });

  it("after it was not governed is watched again, which explains nothing", async () => {
    await stopWatching(fixture.services, service);
    await here("203.0.113.10");
    expect(await news()).toEqual(["left: it is not governed any more", "back: it is watched again"]);
    expect((await fixture.services.baselines.read(service)).head?.contextChanges).toEqual([]);
  });

  it("after its subscription was suspended is active again", async () => {
    const stopped = { ...answer("203.0.113.10"), provisioningState: "Stopped" };
    await see(knownRead(stopped));
    const since = fixture.now.toISOString();
    await see(knownRead(stopped));
    await here("203.0.113.10");
    expect(await news()).toEqual([
      "suspended: it is Stopped",
      `changed: it was suspended since ${since} and is active again`,
    ]);
    expect((await fixture.services.baselines.read(service)).head).not.toHaveProperty("suspendedAt");
    await here("203.0.113.10");
    expect(await news()).toHaveLength(2);
  });
});

describe("a service that cannot be read", () => {
  it("and of which nothing is known leaves nothing behind", async () => {
    const fresh = watchFixture();
    for (const reason of ["forbidden", "not-found"] as const) {
      fresh.answers = [unknownRead(reason)];
      await reconcileAddresses(fresh.services, service);
      expect((await fresh.services.baselines.read(service)).head).toBeUndefined();
    }
  });

  it("changes nothing that is not unknown already", async () => {
    await see(unknownRead("forbidden"));
    expect((await fixture.records())[0]?.unsettled?.why).toBe("it cannot be read (forbidden)");
    const before = await fixture.services.baselines.read(service);
    await see(unknownRead("timed-out"));
    expect(await fixture.services.baselines.read(service)).toEqual(before);
  });
});

describe("an answer with nothing new", () => {
  const revisions = () => {
    const count = { of: 0 };
    fixture.beforeRevision = () => {
      count.of += 1;
      return Promise.resolve();
    };
    return count;
  };

  it("is not written", async () => {
    const written = revisions();
    await here("203.0.113.10");
    expect(written.of).toBe(0);
  });

  it("is written the first time, although there is nothing to learn, so that it is noticed if it goes", async () => {
    fixture = watchFixture();
    const written = revisions();
    await see(knownRead({ ...answer("203.0.113.10"), sku: "New" }));
    expect(written.of).toBe(1);
    expect((await fixture.services.baselines.read(service)).head).toBeDefined();
  });
});

it("a drift keeps its id and its causes when another kind drifts", async () => {
  const withGateway = (outbound: string, own = "203.0.113.10") => {
    const { places, ...rest } = answer(own);
    const gateway = { natGatewayState: "Enabled", outboundAddresses: [outbound] };
    return see(knownRead({ ...rest, places: places.map((place) => ({ ...place, ...gateway })) }));
  };
  const driftOf = async (kind: string) => (await fixture.records()).find((each) => each.kind === kind)?.drift;
  await withGateway("203.0.113.50", "203.0.113.99");
  const first = await driftOf("public");
  await withGateway("203.0.113.51", "203.0.113.99");
  expect(await driftOf("public")).toEqual(first);
  expect((await driftOf("outbound"))?.id).not.toBe(first?.id);
});

it("the public IP resources of a service are evidence where they can be read", async () => {
  const named = answer("203.0.113.10");
  const withIp = { ...named, places: named.places.map((place) => ({ ...place, publicIpId: publicIp.text })) };
  fixture.publicIp = unknownRead("forbidden");
  await see(knownRead(withIp));
  const circumstances = async () =>
    (await fixture.services.baselines.read(service)).head?.circumstances ?? {};
  expect(await circumstances()).not.toHaveProperty(["public-ip-guid westeurope"]);
  fixture.publicIp = knownRead({ id: publicIp, location: "westeurope", guid: "g", zones: [] });
  await here("203.0.113.99");
  await see(knownRead({ ...withIp, sku: "Developer" }));
  expect(await circumstances()).toMatchObject({ "public-ip-guid westeurope": "g" });
});

describe("evidence", () => {
  const otherTier = (...addresses: string[]) => see(knownRead({ ...answer(...addresses), sku: "Developer" }));
  const contextChanges = async () => (await fixture.services.baselines.read(service)).head?.contextChanges;

  it("is used up by a drift that it explains", async () => {
    await otherTier("203.0.113.99");
    expect(await contextChanges()).toMatchObject([{ aspect: "sku", usedAt: fixture.now.toISOString() }]);
  });

  it("is kept where only a file declares otherwise", async () => {
    const { text: resource } = service;
    const declaration = {
      resource,
      kind: "public" as const,
      addresses: ["203.0.113.20"],
      file: "prod.yaml:2",
    };
    (fixture.services.declared as Map<string, readonly (typeof declaration)[]>).set(resource, [declaration]);
    await otherTier("203.0.113.10");
    const [shift] = (await contextChanges()) ?? [];
    expect(shift).toMatchObject({ aspect: "sku" });
    expect(shift).not.toHaveProperty("usedAt");
  });
});
