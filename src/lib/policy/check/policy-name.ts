/** Whether a file belongs to a policy, by its name. */
export function isPolicyName(name: string): boolean {
  return /\.(ya?ml|json)$/i.test(name) && !/\.schema\.json$/i.test(name);
}

/** Folders inside a policy folder that are not part of the policy. */
const besides = ["parameters", "cases"];

/** Whether a file belongs to a policy, by its path relative to the policy's folder or container. */
export function isPolicyPath(path: string): boolean {
  const segments = path.split(/[\\/]/);
  const folders = segments.slice(0, -1);
  const isBeside = folders.some((each) => besides.includes(each.toLowerCase()));
  return isPolicyName(path) && !isBeside && !segments.some((each) => each.startsWith("."));
}
