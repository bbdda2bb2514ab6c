import { readInventory, stopPass } from "../../estate/inventory-pass.ts";
import type { PublicIpAnswer } from "../azure.ts";
import { isComplete } from "../model/observation.ts";
import { observePublicIp } from "../model/observe.ts";
import { isWatched } from "../watch/watch.ts";
import type { Checking } from "./checking.ts";
import { checkChanged, type Shown } from "./check-resource.ts";

const what = "the public IP resources";

/** Checks the public IP resources that are watched for themselves; false where it did not see all of them. */
export async function checkPublicIps(checking: Checking): Promise<boolean> {
  const { ids, tags } = checking.with.watch;
  const byId = ids.length === 0 || (await checkNamed(checking));
  return (tags.length === 0 || (await checkTagged(checking))) && byId;
}

async function checkNamed(checking: Checking): Promise<boolean> {
  const { azure, watch } = checking.with;
  const read = await azure.publicIpsOf(watch.ids);
  if (read.kind === "unknown") return stopPass(checking, what, `${what} could not be read (${read.reason})`);
  await checkAnswers(checking, [...read.value.values()]);
  // What the inventory lacks is read itself: it may be gone, or not be there yet.
  for (const id of watch.ids) if (!read.value.has(id.text)) checking.partial.set(id.text, id);
  return true;
}

async function checkTagged(checking: Checking): Promise<boolean> {
  const { azure, watch } = checking.with;
  return readInventory(checking, {
    what,
    page: (within, from) => azure.publicIps(within, from),
    take: (answers) =>
      checkAnswers(
        checking,
        answers.filter(({ id, tags }) => isWatched(watch, id, tags ?? {}) === "yes"),
      ),
    resumes: false,
  });
}

async function checkAnswers(checking: Checking, answers: readonly PublicIpAnswer[]): Promise<void> {
  const shown = answers.map((answer): Shown => ({
    resource: answer.id,
    observation: observePublicIp(answer),
  }));
  const whole = shown.filter(({ observation }) => observation.kind !== "settled" || isComplete(observation));
  for (const { resource } of shown) checking.partial.set(resource.text, resource);
  for (const { resource } of whole) checking.partial.delete(resource.text);
  checking.publicIps += answers.length;
  await checkChanged(checking, whole);
}
