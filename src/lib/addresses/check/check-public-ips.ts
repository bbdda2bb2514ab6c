import type { PublicIpId } from "../../azure/resource-id.ts";
import { readInventory, stopPass } from "../../estate/inventory-pass.ts";
import type { PublicIpAnswer } from "../azure-addresses.ts";
import { isComplete } from "../model/observation.ts";
import { observePublicIp } from "../model/observe.ts";
import { isWatched } from "../watch/watch.ts";
import type { CheckPass } from "./check-pass.ts";
import { checkChanged, type Shown } from "./check-resource.ts";

const what = "the public IP resources";

/**
 * Checks the public IP resources that are watched independently of a service. Returns false if it did not see all of
 * them.
 */
export async function checkPublicIps(pass: CheckPass): Promise<boolean> {
  const { ids, tags } = pass.with.watch;
  const byId = ids.length === 0 || (await checkNamed(pass));
  return (tags.length === 0 || (await checkTagged(pass))) && byId;
}

async function checkNamed(pass: CheckPass): Promise<boolean> {
  const { azure, watch } = pass.with;
  const read = await azure.publicIpsOf(watch.ids);
  if (read.kind === "unknown") return stopPass(pass, what, `${what} could not be read (${read.reason})`);
  await checkAnswers(pass, [...read.value.values()]);
  needEventsOf(pass, watch.ids);
  // A resource that the inventory lacks is read directly: it may be deleted, or too new.
  for (const id of watch.ids) if (!read.value.has(id.text)) pass.partial.set(id.text, id);
  return true;
}

async function checkTagged(pass: CheckPass): Promise<boolean> {
  const { azure, watch } = pass.with;
  return readInventory(pass, {
    what,
    page: (within, from) => azure.publicIps(within, from),
    take: (answers) =>
      checkAnswers(
        pass,
        answers.filter(({ id, tags }) => isWatched(watch, id, tags ?? {}) === "yes"),
      ),
    resumes: false,
  });
}

async function checkAnswers(pass: CheckPass, answers: readonly PublicIpAnswer[]): Promise<void> {
  const shown = answers.map((answer): Shown => ({
    resource: answer.id,
    observation: observePublicIp(answer),
  }));
  const whole = shown.filter(({ observation }) => observation.kind !== "settled" || isComplete(observation));
  for (const { resource } of shown) pass.partial.set(resource.text, resource);
  for (const { resource } of whole) pass.partial.delete(resource.text);
  pass.publicIps += answers.length;
  needEventsOf(
    pass,
    answers.map(({ id }) => id),
  );
  await checkChanged(pass, whole);
}

/** A subscription with governed services needs the events of its public IP addresses too. */
function needEventsOf({ eventsNeeded }: CheckPass, ids: readonly PublicIpId[]): void {
  for (const { subscriptionId } of ids)
    if (!eventsNeeded.has(subscriptionId)) eventsNeeded.set(subscriptionId, "publicIps");
}
