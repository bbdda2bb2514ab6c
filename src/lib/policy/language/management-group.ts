/**
 * A management group's id: ASCII letters, digits, `-`, `_`, `.`, `(` and `)`, 90 at most (the portal's rule, as in
 * Terraform's azurerm provider; Azure's common types have the length). Its display name may be any text.
 */
export function isManagementGroupId(text: string): boolean {
  return /^[-\w.()]{1,90}$/.test(text);
}

export const managementGroupAdvice =
  "a management group's id such as mg-platform can stand here, which is neither its display name nor its whole ARM id";
