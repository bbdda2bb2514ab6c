/** Normalises the name of a region: ARM returns both "East US 2" and "eastus2". */
export function normaliseLocation(location: string): string {
  return location.replaceAll(" ", "").toLowerCase();
}
