/** "East US 2" and "eastus2" name one region: ARM answers with either. */
export function normaliseLocation(location: string): string {
  return location.replaceAll(" ", "").toLowerCase();
}
