/**
 * An unresolved Key Vault reference, which arrives as its own literal text: `@Microsoft.KeyVault(SecretUri=…)` or
 * `@Microsoft.KeyVault(VaultName=…;SecretName=…)`.
 */
export function isVaultReference(value: string): boolean {
  return value.startsWith("@Microsoft.KeyVault(");
}

/**
 * Says which secret of which vault a setting refers to. Names alone are repeated, and nothing else of the setting's
 * value.
 */
export function unresolvedReference(setting: string, value: string): string {
  const [, vaultInUri, secretInUri] =
    /SecretUri=https:\/\/([\w-]+)[\w.-]*\/secrets\/([\w-]+)/i.exec(value) ?? [];
  const vault = vaultInUri ?? /VaultName=([\w-]+)/i.exec(value)?.[1];
  const secret = secretInUri ?? /SecretName=([\w-]+)/i.exec(value)?.[1];
  const named =
    vault === undefined || secret === undefined ? "" : ` (secret ${secret} of the vault ${vault})`;
  return (
    `${setting} is a Key Vault reference that did not resolve${named}; ` +
    "check that the secret has a value, and that the app's identity may read it"
  );
}
