import type { Resource } from "./deployment.ts";

/** What names may be, as Azure documents it ("Naming rules and restrictions for Azure resources"). */
const rules: Readonly<Record<string, RegExp>> = {
  "Microsoft.Resources/resourceGroups": /^[\w\-.()]{0,89}[\w\-()]$/,
  "Microsoft.ManagedIdentity/userAssignedIdentities": /^[a-z\d][\w-]{2,127}$/i,
  "Microsoft.Storage/storageAccounts": /^[a-z\d]{3,24}$/,
  "Microsoft.KeyVault/vaults": /^(?!.*--)[a-z][a-z\d-]{1,22}[a-z\d]$/i,
  "Microsoft.Web/serverfarms": /^[a-z\d-]{1,60}$/i,
  "Microsoft.Web/sites": /^[a-z\d][a-z\d-]{0,58}[a-z\d]$/i,
  "Microsoft.OperationalInsights/workspaces": /^[a-z\d][a-z\d-]{2,61}[a-z\d]$/i,
  "Microsoft.Insights/components": /^[^%&\\?/]{0,259}[^%&\\?/ .]$/,
  "Microsoft.Insights/actionGroups": /^[^*#&+:<>?@%{}\\/]{0,259}[^*#&+:<>?@%{}\\/ .]$/,
  "Microsoft.Insights/metricAlerts": /^[^*#&+:<>?@%{}\\/]{0,259}[^*#&+:<>?@%{}\\/ .]$/,
  "Microsoft.Insights/scheduledQueryRules": /^[^*<>%{}&:\\?/#|]{0,259}[^*<>%{}&:\\?/#| .]$/,
  "Microsoft.EventGrid/topics": /^[a-z\d-]{3,50}$/i,
  "Microsoft.EventGrid/systemTopics": /^[a-z\d-]{3,50}$/i,
  "Microsoft.Network/virtualNetworks": /^[a-z\d][\w.-]{0,62}\w$/i,
  "Microsoft.Network/privateEndpoints": /^[a-z\d][\w.-]{0,62}\w$/i,
};

/** The resources whose names Azure would refuse. */
export function nameProblems(resources: readonly Resource[]): string[] {
  return resources.flatMap(({ type, name }) =>
    rules[type]?.test(name) === false ? [`a ${type} cannot have the name ${name}`] : [],
  );
}
