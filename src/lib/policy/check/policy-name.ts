/** Whether a file is one of a policy, by its name. */
export function isPolicyName(name: string): boolean {
  return /\.(ya?ml|json)$/.test(name) && !name.endsWith(".schema.json");
}
