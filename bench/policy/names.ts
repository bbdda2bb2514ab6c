const of = (prefix: string, list: string) => list.split(" ").map((name) => `${prefix}.${name}`);

/** Every fact that a request can have. */
export const names: readonly string[] = [
  of("requester", "tenantId subscriptionName managementGroups"),
  of("endpoint", "subscriptionId id name resourceGroup provisioningState location privateAddress"),
  of("endpoint.tags", "environment team costcenter owner domain dataclass"),
  of("endpoint.virtualNetwork", "id name addressPrefixes customDns flowTimeout"),
  of("endpoint.subnet", "id name addressPrefix"),
  of("connection", "name groupId ageMinutes manual message"),
  of("service", "id name subscriptionId resourceGroup location sku capacity publicNetworkAccess"),
  of("service.tags", "environment domain dataclass exposure"),
  of("counts", "approved pending fromSubscription fromVirtualNetwork rejectedFromSubscription"),
  of("time", "epochSeconds hour weekday freeze"),
].flat();
