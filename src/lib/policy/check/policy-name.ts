/** Whether a file is one of a policy, by its name. */
export function isPolicyName(name: string): boolean {
  return /\.(ya?ml|json)$/i.test(name) && !/\.schema\.json$/i.test(name);
}

/** Folders beside a policy, of what is no part of it. */
const besides = ["parameters", "cases"];

/** Whether a file is one of the policy that a folder, or a container, holds, by its path from there. */
export function isPolicyPath(path: string): boolean {
  const segments = path.split(/[\\/]/);
  const folders = segments.slice(0, -1);
  const isBeside = folders.some((each) => besides.includes(each.toLowerCase()));
  return isPolicyName(path) && !isBeside && !segments.some((each) => each.startsWith("."));
}
