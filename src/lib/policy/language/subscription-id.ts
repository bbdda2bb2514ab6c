export function subscriptionAdvice(text: string): string {
  return `"${text.slice(0, 100)}" is not a subscription id; use an id such as 11111111-1111-4111-8111-111111111111, not the name`;
}
