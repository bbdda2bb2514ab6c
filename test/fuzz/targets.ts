import fc from "fast-check";
import { callerOf } from "../../src/functions/access.ts";
import { adaptiveCard } from "../../src/lib/alerts/sinks/teams.ts";
import { cloudEvent } from "../../src/lib/alerts/sinks/cloud-event.ts";
import { isInside } from "../../src/lib/alerts/sinks/reach.ts";
import { alert } from "../../src/lib/alerts/alert.ts";
import { conforms } from "../../src/lib/azure/allowed-requests.ts";
import { refusalReason } from "../../src/lib/azure/errors.ts";
import { parseConnectionId } from "../../src/lib/azure/resource-id.ts";
import { readEvent } from "../../src/lib/connections/event-targets.ts";
import { connectionCatalogue } from "../../src/lib/policy/language/fields.ts";
import { load } from "../../src/lib/policy/load.ts";
import { like } from "../../src/lib/policy/values/pattern.ts";
import { hostileTexts } from "../hostile-texts.ts";
import { mutatedEvents } from "../mutated-events.ts";
import { httpTargets } from "./http-targets.ts";
import { pageTargets } from "./page-targets.ts";
import { active, spoilt, target, texts, type Target } from "./target.ts";
import { webhookTargets } from "./webhook-targets.ts";
import { textsIn } from "../texts-in.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const service = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim`;
const connection = `${service}/privateEndpointConnections/pe.1`;
const scope = {
  subscriptions: [subscription],
  managementGroups: [],
  resourceGroups: [],
  tags: [],
  ids: [],
  exclude: [],
};
const event = {
  eventType: "Microsoft.Resources.ResourceWriteSuccess",
  subject: connection,
  data: {
    operationName: "Microsoft.ApiManagement/service/privateEndpointConnections/write",
    resourceUri: connection,
  },
};
export const targets: Readonly<Record<string, Target>> = {
  /** Nothing outside of the scope is selected. */
  events: target(mutatedEvents([event], [connection, service, ...hostileTexts.slice(0, 40)]), (input) => {
    const found = readEvent(input, scope);
    return found.kind !== "targets" || found.ids.every(({ text }) => text.includes(subscription));
  }),
  /** An id that is accepted is its own canonical form, and its address is in the grammar, unchanged by URL parsers. */
  ids: target(fc.oneof(spoilt(connection), texts), (input) => {
    const id = parseConnectionId(input);
    if (id === undefined) return true;
    const url = new URL(`https://management.azure.com${id.text}`);
    return parseConnectionId(id.text)?.text === id.text && conforms("PUT", url);
  }),
  /** An answer that is no JSON of ARM's never says that something is foreign or gone. */
  answers: target(fc.tuple(fc.integer({ min: 100, max: 599 }), texts), ([status, text]) =>
    ["failed", "timed-out", "throttled"].includes(refusalReason({ status, text })),
  ),
  /** A policy loads, or has located problems. */
  policies: target(
    spoilt(
      `name: p\nrules:\n  - name: r\n    if: { field: endpoint.subscriptionId, equals: ${subscription} }\n    then: { effect: approve }\n`,
    ),
    (text) => {
      const loaded = load([{ file: "p.yaml", text }], connectionCatalogue);
      return loaded.kind === "valid" || loaded.problems.some(({ severity }) => severity === "error");
    },
  ),
  /** An expression is a formula, or has located problems. */
  expressions: target(spoilt("[concat(field('endpoint.name'), parameters('x')[0].y, 'a')]"), (value) => {
    const rules = [{ name: "r", if: { value, equals: 1 }, then: { effect: "hold" } }];
    const loaded = load(
      [{ file: "p.json", text: JSON.stringify({ name: "p", rules }) }],
      connectionCatalogue,
    );
    return loaded.kind === "valid" || loaded.problems.some(({ severity }) => severity === "error");
  }),
  /** A pattern matches what is put in the place of its stars. */
  patterns: target(fc.array(fc.string({ maxLength: 5 }), { minLength: 1, maxLength: 6 }), (parts) => {
    const plain = parts.map((part) => part.replaceAll("*", ""));
    return like(plain.join("*"))(plain.join("x")) && like(plain.join("*"))(plain.join(""));
  }),
  /** A header that names nobody admits nobody. */
  headers: target(
    fc.oneof(
      texts,
      texts.map((text) => Buffer.from(text).toString("base64")),
    ),
    (sent) => {
      const entra = { tenant: subscription, audience: "api://drawbridge", callers: [] };
      return "refusal" in callerOf({ platform: true, entra }, "reader", sent);
    },
  ),
  /** What requesters wrote arrives at the sinks without characters that steer or hide, and in bounded length. */
  sinks: target(fc.tuple(texts, texts), ([reason, name]) => {
    const raised = alert("Drawbridge.ConnectionHeld", name, {
      version: "1",
      time: "2026-11-28T00:00:00Z",
      data: { reason, [name]: reason },
    });
    const sent = [cloudEvent(raised).data, adaptiveCard(raised)];
    return sent.flatMap(textsIn).every((text) => !active.test(text) && text.length <= 1_500);
  }),
  /** Only the text of a plain address counts as one outside. */
  addresses: target(fc.oneof(fc.ipV4Extended(), fc.ipV6(), texts), (text) => {
    const parsed = URL.canParse(`https://${text}/`) ? new URL(`https://${text}/`).hostname : "";
    return isInside(text) || parsed === text || text.includes(":");
  }),
  ...httpTargets,
  ...webhookTargets,
  ...pageTargets,
};
