import type { TemplateName } from "./deployment.ts";

/** A mistake in a copy of the templates, and what the checks say of it. */
export interface Planted {
  readonly name: string;
  readonly template: TemplateName;
  /** Set where it keeps the template from compiling, or a case from resolving. */
  readonly alone?: true;
  readonly file: string;
  readonly instead: readonly [string, string];
  /** A part of the problem. */
  readonly found: string;
}

const modules = "infra/app/modules";

export const planted: readonly Planted[] = [
  {
    name: "a property is misspelt",
    template: "app",
    file: `${modules}/storage.bicep`,
    instead: ["allowBlobPublicAccess: false", "allowBlobPublicAcces: false"],
    found: "BCP037",
  },
  {
    name: "a built-in role has another one's id",
    template: "app",
    file: "infra/built-in-roles.json",
    instead: ["974c5e8b-45b9-4653-ba55-5f855dd0fb88", "8a0f0c08-91a1-4084-bc3d-661d67233fed"],
    found: "Storage Queue Data Contributor on state is missing",
  },
  {
    name: "a filter has an operation that the function does not read",
    template: "events",
    file: "infra/events/operations.json",
    instead: ["privateEndpointConnections/write", "privateEndpointConnection/write"],
    found: "connectionChanged does not read",
  },
  {
    name: "a filter lacks an operation",
    template: "events",
    file: "infra/events/operations.json",
    instead: ['    "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/write",\n', ""],
    found: "privateEndpointConnectionProxies/write does not pass the filter",
  },
  {
    name: "an event goes to a function that is not there",
    template: "events",
    file: "infra/events/modules/subscriptions.bicep",
    instead: ["function: 'connectionChanged'", "function: 'connectionsChanged'"],
    found: "the app has no function connectionsChanged",
  },
  {
    name: "a setting is one that the app does not know",
    template: "app",
    file: "infra/app/main.bicep",
    instead: ["DRAWBRIDGE_ARCHIVE: storage", "DRAWBRIDGE_ARCHIVE_URL: storage"],
    found: "DRAWBRIDGE_ARCHIVE_URL is not a setting of this version",
  },
  {
    name: "a setting of the list is none of the template's",
    template: "app",
    file: `${modules}/types.bicep`,
    instead: ["  DRAWBRIDGE_ADDRESS_WATCH: string?\n", ""],
    found: "DRAWBRIDGE_ADDRESS_WATCH is missing",
  },
  {
    name: "a setting is one that Flex Consumption refuses",
    template: "app",
    file: "infra/app/main.bicep",
    instead: [
      "AZURE_TOKEN_CREDENTIALS: 'Man",
      "FUNCTIONS_WORKER_RUNTIME: 'node'\n  AZURE_TOKEN_CREDENTIALS: 'Man",
    ],
    found: "FUNCTIONS_WORKER_RUNTIME is not for Flex Consumption",
  },
  {
    name: "a right is granted on the whole account instead of one container",
    template: "app",
    file: `${modules}/role-assignments.bicep`,
    instead: ["scope: state::blobs::policy\n", "scope: state\n"],
    found: "Storage Blob Data Reader on state is too many",
  },
  {
    name: "the approver is assigned on the management group",
    template: "estate",
    file: "infra/estate/main.bicep",
    instead: ["roleDefinitionId: readerRole.id", "roleDefinitionId: approverRole.id"],
    found: "Drawbridge Approver on managementGroups/contoso is too many",
  },
  {
    name: "a queue is not declared",
    template: "app",
    file: "infra/app/main.bicep",
    instead: ["'alerts', 'reevaluations']", "'alerts']"],
    found: "queue reevaluations-poison is missing",
  },
  {
    name: "shared keys are on",
    template: "app",
    file: `${modules}/storage.bicep`,
    instead: ["allowSharedKeyAccess: false", "allowSharedKeyAccess: true"],
    found: "properties.allowSharedKeyAccess is true, not false",
  },
  {
    name: "the mode is enforce from the first day",
    template: "app",
    file: "infra/app/main.bicep",
    instead: [
      "settings appSettings = { DRAWBRIDGE_MODE: 'observe' }",
      "settings appSettings = { DRAWBRIDGE_MODE: 'enforce' }",
    ],
    found: "DRAWBRIDGE_MODE is enforce, not observe",
  },
  {
    name: "a role has an action too many",
    template: "estate",
    file: "infra/estate/roles/approver.json",
    instead: [
      '"action": "Microsoft.ApiManagement/service/read"',
      '"action": "Microsoft.ApiManagement/service/write", "reason": "" }, { "action": "Microsoft.ApiManagement/service/read"',
    ],
    found: "the actions of Drawbridge Approver",
  },
  {
    name: "the app starts before its rights are there",
    template: "app",
    file: "infra/app/main.bicep",
    instead: ["dependsOn: [grants, storageEndpoints]", "dependsOn: [storageEndpoints]"],
    found: "app does not wait for grants",
  },
  {
    name: "events are subscribed to before the topic may write dead letters",
    template: "events",
    file: "infra/events/main.bicep",
    instead: ["dependsOn: [topics, grants]", "dependsOn: [topics]"],
    found: "eventSubscriptions does not wait for grants",
  },
  {
    name: "an output tells a key",
    template: "app",
    alone: true,
    file: `${modules}/storage.bicep`,
    instead: [
      "output hostId string = host.id",
      "output hostId string = host.id\noutput key string = host.listKeys().keys[0].value",
    ],
    found: "outputs-should-not-contain-secrets",
  },
  {
    name: "an output tells a connection string",
    template: "app",
    file: "infra/app/main.bicep",
    instead: [
      "output AZURE_RESOURCE_GROUP string = group.name",
      "output AZURE_RESOURCE_GROUP string = group.name\noutput insights string = monitoring.outputs.connectionString",
    ],
    found: "the output insights tells a secret",
  },
  {
    name: "a parameter has no default",
    template: "app",
    alone: true,
    file: "infra/app/main.bicep",
    instead: ["param stateLock bool = false", "param stateLock bool"],
    found: "the parameter stateLock has no default",
  },
  {
    name: "an alert waits for a line that the app does not write",
    template: "app",
    file: `${modules}/alert-rules.bicep`,
    instead: ['said == "swept"', 'said == "sweep ended"'],
    found: 'the app does not log "sweep ended"',
  },
  {
    name: "Event Grid is shut out of the state account",
    template: "app",
    file: `${modules}/storage.bicep`,
    instead: ["bypass: 'AzureServices'", "bypass: 'None'"],
    found: "properties.networkAcls.bypass is None",
  },
  {
    name: "no rule waits for a breaker that opens",
    template: "app",
    file: `${modules}/alert-rules.bicep`,
    instead: [', "Drawbridge.BreakerOpened"', ""],
    found: "no rule finds the alert Drawbridge.BreakerOpened",
  },
  {
    name: "the rule on missing rights waits for some reads alone",
    template: "app",
    file: `${modules}/alert-rules.bicep`,
    instead: ['said == "Azure refused a request with 403"', 'said == "a listed service cannot be read"'],
    found: "does not wait for each 403 of Azure",
  },
  {
    name: "a role assignment on the dead letters is named after something else than its principal",
    template: "events",
    file: "infra/events/modules/role-assignment.bicep",
    instead: [
      "guid(state::blobs::deadLetters.id, principalId,",
      "guid(state::blobs::deadLetters.id, 'topic',",
    ],
    found: "'topic', 'Storage Blob Data Contributor')] is not named after its principal",
  },
  {
    name: "a topic of somebody else has no alert rules",
    template: "events",
    file: "infra/events/main.bicep",
    instead: [
      "module alerts 'modules/topic-alerts.bicep' = [\n  for each in sources: {",
      "module alerts 'modules/topic-alerts.bicep' = [\n  for each in sources: if (empty(each.?topicName)) {",
    ],
    found: "DroppedEventCount of 22222222-2222-4222-8222-222222222222/theirs is missing",
  },
  {
    name: "the rules on topics do not notify the app's action group",
    template: "events",
    file: "infra/events/main.bicep",
    instead: ["union(empty(appActionGroupId)", "union(!empty(appActionGroupId)"],
    found: "the action group ag-drawbridge is missing",
  },
  {
    name: "a rule on a topic counts the events of other subscribers",
    template: "events",
    file: "infra/events/modules/topic-alerts.bicep",
    instead: ["values: ['drawbridge-connections', 'drawbridge-addresses']", "values: ['*']"],
    found: "drawbridge-addresses is missing",
  },
  {
    name: "a further setting is not passed on",
    template: "app",
    file: "infra/app/main.bicep",
    instead: ["each => each.name, each => each.value)", "each => each.name, each => '')"],
    found: "WEBSITE_DNS_SERVER is , not 10.0.0.4",
  },
  {
    name: "the name of an environment goes into names of resources as it is",
    template: "app",
    file: "infra/app/main.bicep",
    instead: ["siteName: 'func-${slug}", "siteName: 'func-${environmentName}_"],
    found: "Microsoft.Web/sites cannot have the name",
  },
  {
    name: "a role is assigned where the document does not list it",
    template: "app",
    file: `${modules}/role-assignments.bicep`,
    instead: ["scope: state::blobs::archive\n", "scope: state\n"],
    found: "docs/operations.md, Rights: Storage Blob Data Contributor on state account is missing",
  },
];
