import { isGoverned, readInventory } from "../../estate/inventory-pass.ts";
import { subscriptionIn } from "../../estate/subscription.ts";
import type { PublicIpAnswer, ServiceAnswer } from "../azure-addresses.ts";
import { isComplete } from "../model/observation.ts";
import { observeService } from "../model/observe.ts";
import { publicIpIdsOf } from "../watch/read.ts";
import type { CheckPass } from "./check-pass.ts";
import { checkChanged, saveDigests, type Shown } from "./check-resource.ts";

/** Checks the services that the inventory shows. Returns false if it did not read the whole inventory. */
export async function checkServices(pass: CheckPass): Promise<boolean> {
  const { azure } = pass.with;
  return readInventory(pass, {
    what: "the inventory",
    page: (within, from) => azure.services(within, from),
    take: (answers) => checkPage(pass, answers),
    resumes: true,
  });
}

async function checkPage(pass: CheckPass, answers: readonly ServiceAnswer[]): Promise<void> {
  const governed = answers.filter((answer) => isGoverned(pass, answer));
  pass.services += governed.length;
  for (const { id } of governed) pass.eventsNeeded.set(id.subscriptionId, "services");
  const publicIps = await publicIpsBehind(pass, governed);
  const shown = governed.map((answer): Shown => {
    const subscription = subscriptionIn(pass.subscriptions, answer.id.subscriptionId);
    const subscriptionState = subscription.kind === "known" ? subscription.value.state : undefined;
    return { resource: answer.id, observation: observeService(answer, { subscriptionState, publicIps }) };
  });
  const whole = shown.filter(({ observation }) => observation.kind !== "settled" || isComplete(observation));
  for (const { resource } of shown) pass.partial.set(resource.text, resource);
  for (const { resource } of whole) pass.partial.delete(resource.text);
  await checkChanged(pass, whole);
}

/**
 * Reads the public IP resources that these services name, and records which service each is behind, for events about
 * it.
 */
async function publicIpsBehind(
  pass: CheckPass,
  services: readonly ServiceAnswer[],
): Promise<ReadonlyMap<string, PublicIpAnswer>> {
  const { azure, digests, log } = pass.with;
  const named = services.flatMap((answer) => publicIpIdsOf(answer).map((resource) => ({ resource, answer })));
  if (named.length === 0) return new Map();
  await saveDigests(
    pass,
    named.map(({ resource, answer }) => {
      const known = pass.known.get(digests.keyOf(resource));
      const isOther = known === undefined || (known.behind !== undefined && known.behind !== answer.id.text);
      const version = known === undefined ? {} : { version: known.version };
      return isOther ? { resource, digest: { hash: "", behind: answer.id.text }, ...version } : undefined;
    }),
  );
  const read = await azure.publicIpsOf(named.map(({ resource }) => resource));
  if (read.kind === "known") return read.value;
  log.warn("the public IP resources behind services could not be read", { reason: read.reason });
  return new Map();
}
