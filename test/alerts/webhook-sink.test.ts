import { describe, expect, it } from "vitest";
import { isFromDrawbridge } from "../../docs/examples/verify-webhook.ts";
import { anywhere, isInside, outside } from "../../src/lib/alerts/sinks/reach.ts";
import { webhookSink } from "../../src/lib/alerts/sinks/webhook.ts";
import { clock, held, ok, receiver, secret } from "./receiver.ts";

const receive = receiver();

describe("a webhook's delivery", () => {
  it("is signed, so the receiver can verify the sender", async () => {
    const { url, received } = await receive(ok);
    await webhookSink({ url, secret }, clock, anywhere).send(held("üñí"));
    const [{ body, headers } = { body: "", headers: {} }] = received;
    const signature = String(headers["x-drawbridge-signature"]);
    expect(headers["content-type"]).toContain("application/cloudevents+json");
    expect(isFromDrawbridge(body, signature, secret, clock.now())).toBe(true);
    expect(isFromDrawbridge(`${body} `, signature, secret, clock.now())).toBe(false);
    expect(isFromDrawbridge(body, signature, "another", clock.now())).toBe(false);
    expect(isFromDrawbridge(body, undefined, secret, clock.now())).toBe(false);
    expect(isFromDrawbridge(body, signature, secret, new Date("2026-11-24T12:06:00Z"))).toBe(false);
  });

  it("is a CloudEvent with the alert's id and severity", async () => {
    const { url, received } = await receive(ok);
    const sent = held("please");
    await webhookSink({ url, secret }, clock, anywhere).send(sent);
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
      specversion: "1.0",
      id: sent.id,
      type: "Drawbridge.ConnectionHeld",
      source: "/drawbridge",
      subject: "/subscriptions/x",
      data: { severity: "warning", reason: "please" },
    });
  });

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "169.254.0.1",
    "169.254.170.2",
    "192.168.0.1",
    "172.31.0.1",
    "100.64.0.1",
    "168.63.129.16",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::10.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:a00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2001:0:1::1",
    "2002:a00:1::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
  ])("is never sent to %s, an internal address", async (address) => {
    expect(isInside(address)).toBe(true);
    const host = address.includes(":") ? `[${address}]` : address;
    const sink = webhookSink({ url: `https://${host}/hook`, secret }, clock, outside);
    await expect(sink.send(held("please"))).rejects.toMatchObject({
      why: "its address is inside the network",
    });
  });

  it.each(["8.8.8.8", "203.0.113.10", "167.255.255.255", "::ffff:8.8.8.8", "2603:1030::1", "2001:db8::1"])(
    "may be sent to %s, a public address",
    (address) => {
      expect(isInside(address)).toBe(false);
    },
  );

  it.each(["localhost", "", "10.1", "fe80::1%eth0"])(
    "treats %j, which is not a plain address, as internal",
    (address) => {
      expect(isInside(address)).toBe(true);
    },
  );

  it("is never sent to a public address without TLS", async () => {
    const sink = webhookSink({ url: "http://203.0.113.10/hook", secret }, clock, outside);
    await expect(sink.send(held("please"))).rejects.toMatchObject({ why: "its URL is not https" });
  });

  it("is never sent to a host name that resolves to an internal address", async () => {
    const { url, received } = await receive(ok);
    const byName = url.replace("http://127.0.0.1", "https://localhost");
    const sink = webhookSink({ url: byName, secret }, clock, outside);
    await expect(sink.send(held("please"))).rejects.toMatchObject({
      why: "its address is inside the network",
    });
    expect(received).toEqual([]);
  });
});
