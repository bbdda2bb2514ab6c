import { isGoverned, readInventory } from "../../estate/inventory-pass.ts";
import { subscriptionIn } from "../../estate/subscription.ts";
import type { PublicIpAnswer, ServiceAnswer } from "../azure.ts";
import { isComplete } from "../model/observation.ts";
import { observeService } from "../model/observe.ts";
import { publicIpIdsOf } from "../watch/read.ts";
import type { Checking } from "./checking.ts";
import { checkChanged, saveDigests, type Shown } from "./check-resource.ts";

/** Goes through the services that the inventory shows; false where it did not come to its end. */
export async function checkServices(checking: Checking): Promise<boolean> {
  const { azure } = checking.with;
  return readInventory(checking, {
    what: "the inventory",
    page: (within, from) => azure.services(within, from),
    take: (answers) => checkPage(checking, answers),
    resumes: true,
  });
}

async function checkPage(checking: Checking, answers: readonly ServiceAnswer[]): Promise<void> {
  const governed = answers.filter((answer) => isGoverned(checking, answer));
  checking.services += governed.length;
  const publicIps = await publicIpsBehind(checking, governed);
  const shown = governed.map((answer): Shown => {
    const subscription = subscriptionIn(checking.subscriptions, answer.id.subscriptionId);
    const subscriptionState = subscription.kind === "known" ? subscription.value.state : undefined;
    return { resource: answer.id, observation: observeService(answer, { subscriptionState, publicIps }) };
  });
  const whole = shown.filter(({ observation }) => observation.kind !== "settled" || isComplete(observation));
  for (const { resource } of shown) checking.partial.set(resource.text, resource);
  for (const { resource } of whole) checking.partial.delete(resource.text);
  await checkChanged(checking, whole);
}

/** The public IP resources that these services name; an event about one of them leads to its service. */
async function publicIpsBehind(
  checking: Checking,
  services: readonly ServiceAnswer[],
): Promise<ReadonlyMap<string, PublicIpAnswer>> {
  const { azure, digests, log } = checking.with;
  const named = services.flatMap((answer) => publicIpIdsOf(answer).map((resource) => ({ resource, answer })));
  if (named.length === 0) return new Map();
  await saveDigests(
    checking,
    named.map(({ resource, answer }) => {
      const known = checking.known.get(digests.keyOf(resource));
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
