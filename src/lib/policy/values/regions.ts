/**
 * The regions of Azure's public, government and China clouds, named as ARM returns them (Microsoft's "Azure regions
 * list" and the documents of the sovereign clouds). Azure opens new regions, so an unlisted name is only a warning.
 */
export const regions: readonly string[] = `
australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth
brazilsoutheast canadacentral canadaeast centralindia centralus centraluseuap chilecentral denmarkeast eastasia eastus
eastus2 eastus2euap francecentral francesouth germanynorth germanywestcentral global indonesiacentral israelcentral
italynorth japaneast japanwest jioindiacentral jioindiawest koreacentral koreasouth malaysiawest mexicocentral
newzealandnorth northcentralus northeurope norwayeast norwaywest polandcentral qatarcentral southafricanorth
southafricawest southcentralus southeastasia southindia spaincentral swedencentral swedensouth switzerlandnorth
switzerlandwest taiwannorth taiwannorthwest uaecentral uaenorth uksouth ukwest westcentralus westeurope westindia westus
westus2 westus3 usdodcentral usdodeast usgovarizona usgovtexas usgovvirginia chinaeast chinaeast2 chinaeast3 chinanorth
chinanorth2 chinanorth3
`
  .trim()
  .split(/\s+/);
