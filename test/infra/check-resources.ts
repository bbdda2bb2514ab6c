import { difference } from "./check-grants.ts";
import { at, cases, ofType, type CaseName, type Deployment, type Resource } from "./deployment.ts";
import { nameProblems } from "./check-names.ts";
import { registered } from "./registered.ts";

type Wanted = Readonly<Record<string, unknown>>;

const account: Wanted = {
  "properties.allowSharedKeyAccess": false,
  "properties.allowBlobPublicAccess": false,
  "properties.allowCrossTenantReplication": false,
  "properties.minimumTlsVersion": "TLS1_2",
  "properties.supportsHttpsTrafficOnly": true,
  // Event Grid is a trusted service: without this exception its events and dead letters stop, with everything green.
  "properties.networkAcls.bypass": "AzureServices",
};
const site: Wanted = {
  kind: "functionapp,linux",
  "identity.type": "UserAssigned",
  "properties.httpsOnly": true,
  "properties.siteConfig.minTlsVersion": "1.2",
  "properties.functionAppConfig.runtime.name": "node",
  "properties.functionAppConfig.deployment.storage.authentication.type": "UserAssignedIdentity",
  "tags.azd-service-name": "app",
};

/** What every resource of a type has to be, in every case. */
const everywhere: Readonly<Record<string, Wanted>> = {
  "Microsoft.Storage/storageAccounts": account,
  "Microsoft.Web/sites": site,
  "Microsoft.Web/serverfarms": {
    "sku.name": "FC1",
    "sku.tier": "FlexConsumption",
    "properties.reserved": true,
  },
  "Microsoft.Web/sites/basicPublishingCredentialsPolicies": { "properties.allow": false },
  "Microsoft.Insights/components": { "properties.DisableLocalAuth": true },
  "Microsoft.OperationalInsights/workspaces": { "properties.features.disableLocalAuth": true },
  "Microsoft.EventGrid/topics": {
    "properties.disableLocalAuth": true,
    "properties.inputSchema": "CloudEventSchemaV1_0",
  },
  "Microsoft.EventGrid/systemTopics": {
    "identity.type": "SystemAssigned",
    "properties.topicType": "Microsoft.Resources.Subscriptions",
    location: "global",
  },
  "Microsoft.KeyVault/vaults": {
    "properties.enableRbacAuthorization": true,
    "properties.enablePurgeProtection": true,
  },
};

/** What is different by case. */
const byCase: Partial<Readonly<Record<CaseName, Readonly<Record<string, Wanted>>>>> = {
  app: {
    "Microsoft.Web/sites": {
      "properties.functionAppConfig.runtime.version": "24",
      "properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount": 40,
    },
  },
  "app-full": {
    "Microsoft.Storage/storageAccounts": {
      "properties.publicNetworkAccess": "Disabled",
      "properties.networkAcls.defaultAction": "Deny",
    },
    "Microsoft.KeyVault/vaults": {
      "properties.publicNetworkAccess": "Disabled",
      "properties.createMode": "recover",
    },
    "Microsoft.Web/sites": { "properties.publicNetworkAccess": "Disabled" },
    "Microsoft.Authorization/locks": { "properties.level": "CanNotDelete" },
    "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies": {
      "properties.immutabilityPeriodSinceCreationInDays": 2555,
    },
    "Microsoft.Web/sites/extensions": { "properties.remoteBuild": false },
  },
  "app-given-network": {
    "Microsoft.Web/sites": {
      "properties.siteConfig.ipSecurityRestrictionsDefaultAction": "Deny",
      "properties.siteConfig.ipSecurityRestrictions.0.ipAddress": "AzureEventGrid",
    },
  },
};

export function resourceProblems(deployment: Deployment): string[] {
  const names = [...cases.app, ...cases.events];
  return [
    ...names.flatMap((name) => propertyProblems(deployment.resources[name], name)),
    ...names.flatMap((name) => nameProblems(deployment.resources[name]).map((each) => `${name}: ${each}`)),
    ...cases.app.flatMap((name) => queueProblems(deployment.resources[name], name)),
    ...cases.app.flatMap((name) => containerProblems(deployment.resources[name], name)),
    ...endpointProblems(deployment),
    ...authProblems(deployment),
  ];
}

function propertyProblems(resources: readonly Resource[], name: CaseName): string[] {
  const own = Object.entries(byCase[name] ?? {});
  const absent = own
    .filter(([type]) => ofType(resources, type).length === 0)
    .map(([type]) => `${name}: there is no ${type}`);
  return [
    ...absent,
    ...[...Object.entries(everywhere), ...own].flatMap(([type, wanted]) =>
      ofType(resources, type).flatMap((each) => unlike(each, wanted).map((problem) => `${name}: ${problem}`)),
    ),
  ];
}

function unlike(resource: Resource, wanted: Wanted): string[] {
  return Object.entries(wanted)
    .filter(([path, value]) => at(resource, path) !== value)
    .map(
      ([path, value]) => `${resource.type}: ${path} is ${String(at(resource, path))}, not ${String(value)}`,
    );
}

/** Just the queues that the app registers, each with its poison queue, whose messages have a function of their own. */
function queueProblems(resources: readonly Resource[], name: CaseName): string[] {
  const used = registered().queues.filter((each) => !each.endsWith("-poison"));
  const wanted = used.flatMap((each) => [each, `${each}-poison`]);
  const found = ofType(resources, "Microsoft.Storage/storageAccounts/queueServices/queues");
  return [
    ...difference(wanted, found.map(lastName)),
    ...difference(wanted, registered().queues).map((each) => `${each} without a function`),
  ].map((each) => `${name}: queue ${each}`);
}

function containerProblems(resources: readonly Resource[], name: CaseName): string[] {
  const found = ofType(resources, "Microsoft.Storage/storageAccounts/blobServices/containers").map(lastName);
  const tables = ofType(resources, "Microsoft.Storage/storageAccounts/tableServices/tables").map(lastName);
  return [
    ...difference(["app-package", "archive", "dead-letters", "policy"], found).map(
      (each) => `container ${each}`,
    ),
    ...difference(["drawbridge"], tables).map((each) => `table ${each}`),
  ].map((each) => `${name}: ${each}`);
}

/** Both accounts, the vault where there is one, and the app; zones and networks only where none are given. */
function endpointProblems({ resources }: Deployment): string[] {
  const accounts = ["blob", "queue", "table"].flatMap((kind) => [`host-${kind}`, `state-${kind}`]);
  const wanted: Partial<Record<CaseName, readonly string[]>> = {
    app: [],
    "app-full": [...accounts, "vault", "app"],
    "app-given-network": [...accounts, "app"],
  };
  const made = (name: CaseName, type: string) => ofType(resources[name], type).length;
  const given = ["Microsoft.Network/virtualNetworks", "Microsoft.Network/privateDnsZones"]
    .filter((type) => made("app-given-network", type) > 0)
    .map((type) => `app-given-network: ${type} is made beside the one that is given`);
  return [
    ...given,
    ...cases.app.flatMap((name) => {
      const found = ofType(resources[name], "Microsoft.Network/privateEndpoints");
      const targets = found.map((each) =>
        String(at(each, "properties.privateLinkServiceConnections.0.name")),
      );
      return difference(wanted[name] ?? [], targets).map((each) => `${name}: private endpoint ${each}`);
    }),
  ];
}

/** Sign-in is asked for everywhere but where the platform, the page and Event Grid come. */
function authProblems({ resources }: Deployment): string[] {
  const auth = ofType(resources["app-full"], "Microsoft.Web/sites/config").find(({ id }) =>
    id.endsWith("/authsettingsV2"),
  );
  const wanted: Wanted = {
    "properties.platform.enabled": true,
    "properties.globalValidation.requireAuthentication": true,
    "properties.globalValidation.unauthenticatedClientAction": "Return401",
    "properties.globalValidation.excludedPaths.0": "/api/health",
    "properties.globalValidation.excludedPaths.2": "/runtime/webhooks/EventGrid",
    "properties.globalValidation.excludedPaths.3": "/api/dashboard",
    "properties.globalValidation.excludedPaths.4": "/api/dashboard/*",
    "properties.globalValidation.excludedPaths.5": undefined,
  };
  return auth === undefined ? ["app-full: there is no authentication"] : unlike(auth, wanted);
}

function lastName({ name }: Resource): string {
  return name.split("/").at(-1) ?? "";
}
