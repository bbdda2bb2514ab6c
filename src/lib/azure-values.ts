// The values that Azure documents for its properties, in its own spelling. Azure adds values, so others may occur.

/** `Disconnected` is what other Azure services show for a connection that was removed. */
export const connectionStates = ["Pending", "Approved", "Rejected", "Disconnected"] as const;
export const connectionProvisioningStates = [
  "Creating",
  "Deleting",
  "Failed",
  "Succeeded",
  "Updating",
] as const;
export const serviceTiers = [
  "Developer",
  "Basic",
  "Standard",
  "Premium",
  "Isolated",
  "Consumption",
  "BasicV2",
  "StandardV2",
  "PremiumV2",
] as const;
export const virtualNetworkTypes = ["None", "External", "Internal"] as const;
export const publicNetworkAccesses = ["Enabled", "Disabled"] as const;
export const platformVersions = ["undetermined", "stv1", "stv2", "stv2.1", "mtv1"] as const;

/** How many connections Azure lets a service have (Azure's documents on private endpoints for API Management). */
export const connectionsMax = 100;
