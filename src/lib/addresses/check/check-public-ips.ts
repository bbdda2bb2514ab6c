import { isDue } from "../../clock.ts";
import { isByTraits, subscriptionsOf } from "../../estate/scope.ts";
import type { PublicIpAnswer } from "../azure.ts";
import { isComplete } from "../model/observation.ts";
import { observePublicIp } from "../model/observe.ts";
import { isWatched } from "../watch/watch.ts";
import type { Checking } from "./checking.ts";
import { lookAtChanged, type Shown } from "./look-at.ts";

/** Checks the public IP resources that are watched for themselves; false where it did not see all of them. */
export async function checkPublicIps(checking: Checking): Promise<boolean> {
  const { ids, tags } = checking.with.watch;
  const byId = ids.length === 0 || (await checkNamed(checking));
  return (tags.length === 0 || (await checkTagged(checking))) && byId;
}

async function checkNamed(checking: Checking): Promise<boolean> {
  const { azure, watch } = checking.with;
  const read = await azure.publicIpsOf(watch.ids);
  if (read.kind === "unknown") return stop(checking, read.reason);
  await checkAnswers(checking, [...read.value.values()]);
  // What the inventory lacks is read itself: it may be gone, or not be there yet.
  for (const id of watch.ids) if (!read.value.has(id.text)) checking.partial.set(id.text, id);
  return true;
}

async function checkTagged(checking: Checking): Promise<boolean> {
  const { azure, clock, scope, watch } = checking.with;
  const within = isByTraits(scope) ? "all" : subscriptionsOf(scope);
  let from: string | undefined;
  do {
    if (isDue(checking.deadline, clock.now())) return stop(checking, "no time is left");
    const page = await azure.publicIps(within, from);
    if (page.kind === "unknown") return stop(checking, page.reason);
    const { items, next } = page.value;
    await checkAnswers(
      checking,
      items.filter(({ id, tags }) => isWatched(watch, id, tags ?? {}) === "yes"),
    );
    from = next;
  } while (from !== undefined);
  return true;
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
  await lookAtChanged(checking, whole);
}

function stop(checking: Checking, reason: string): false {
  checking.unread.add("the public IP resources");
  checking.stopped = `the public IP resources could not be read (${reason})`;
  return false;
}
