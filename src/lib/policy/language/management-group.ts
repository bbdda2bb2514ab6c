/**
 * Whether a text is a valid management group id: at most 90 ASCII letters, digits, `-`, `_`, `.`, `(` and `)` (the
 * portal's rule, as in Terraform's azurerm provider; the length is from Azure's common types). Display names are free.
 */
export function isManagementGroupId(text: string): boolean {
  return /^[-\w.()]{1,90}$/.test(text);
}

export const managementGroupAdvice =
  "use the id of a management group such as mg-platform, not its display name or ARM id";
