/** Characters that could reorder or hide what stands beside them. They are shown as their code. */
const active = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\uffff]/gu;

export function visible(text: string): string {
  return text.replaceAll(active, (each) => `\\u${each.codePointAt(0)?.toString(16).padStart(4, "0") ?? ""}`);
}
