export function subscriptionAdvice(text: string): string {
  return `"${text.slice(0, 100)}" is no subscription id; write the id, such as 11111111-1111-4111-8111-111111111111, and not its name`;
}
