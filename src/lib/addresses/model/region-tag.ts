/**
 * Regions whose tag is not named as ARM names the region (Microsoft's page "Virtual network service tags", section
 * "Discover service tags by using downloadable JSON files",
 * https://learn.microsoft.com/azure/virtual-network/service-tags-overview). The page does not name `brazilse`, which
 * the published lists have.
 */
const irregular: Readonly<Record<string, string>> = {
  brazilsoutheast: "brazilse",
  francecentral: "centralfrance",
  francesouth: "southfrance",
  germanynorth: "germanyn",
  germanywestcentral: "germanywc",
  norwayeast: "norwaye",
  norwaywest: "norwayw",
  switzerlandnorth: "switzerlandn",
  switzerlandwest: "switzerlandw",
};

/** The service tag that stands for every address of a region. */
export function regionTagOf(region: string): string {
  return `AzureCloud.${irregular[region] ?? region}`;
}
