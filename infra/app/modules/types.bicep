// What the parameters of infra/app/main.bicep look like. infra/settings.json holds the same settings with what each means.

@export()
@sealed()
@description('Settings of the app; docs/operations.md says what each does. An empty one counts as absent.')
type appSettings = {
  DRAWBRIDGE_MODE: ('' | 'off' | 'observe' | 'approve-only' | 'enforce')?
  DRAWBRIDGE_POLICY: string?
  DRAWBRIDGE_POLICY_PARAMETERS: string?
  DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: string?
  DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS: string?
  DRAWBRIDGE_SCOPE_RESOURCE_GROUPS: string?
  DRAWBRIDGE_SCOPE_TAGS: string?
  DRAWBRIDGE_SCOPE_IDS: string?
  DRAWBRIDGE_SCOPE_EXCLUDE: string?
  DRAWBRIDGE_SWEEP_SCHEDULE: string?
  DRAWBRIDGE_ADDRESS_SCHEDULE: string?
  DRAWBRIDGE_ADDRESSES: string?
  DRAWBRIDGE_ADDRESS_WATCH: string?
  DRAWBRIDGE_ALERT_TOPIC_KINDS: string?
  DRAWBRIDGE_ALERT_TEAMS_KINDS: string?
  DRAWBRIDGE_ALERT_WEBHOOK_KINDS: string?
  DRAWBRIDGE_AUTH_CALLERS: string?
  DRAWBRIDGE_KEEP_DAYS: string?
  DRAWBRIDGE_TELEMETRY: ('' | 'off' | 'otlp')?
  DRAWBRIDGE_MAX_APPROVALS_PER_HOUR: string?
  DRAWBRIDGE_MAX_REQUESTS_PER_HOUR: string?
  DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN: string?
  OTEL_EXPORTER_OTLP_ENDPOINT: string?
}

@export()
@description('The windows that Azure takes for a rule over the log.')
type alertWindow =
  | 'PT5M'
  | 'PT10M'
  | 'PT15M'
  | 'PT30M'
  | 'PT45M'
  | 'PT1H'
  | 'PT2H'
  | 'PT3H'
  | 'PT4H'
  | 'PT5H'
  | 'PT6H'
  | 'P1D'
  | 'P2D'

@export()
@description('A setting that is a secret. The app is given a reference to it; its value is put into the vault by hand.')
type secretName = 'DRAWBRIDGE_ALERT_TEAMS_URL' | 'DRAWBRIDGE_ALERT_WEBHOOK_URL' | 'DRAWBRIDGE_ALERT_WEBHOOK_SECRET'

@export()
@sealed()
@description('App Service authentication by Microsoft Entra ID. The app registration is made beforehand, with the roles of app-roles.json.')
type authentication = {
  @description('The application (client) id of the app registration; empty leaves authentication off.')
  clientId: string?

  @description('The tenant of the callers; that of the deployment unless it says otherwise.')
  tenantId: string?

  @description('The audience of the tokens; the client id unless it says otherwise, as tokens of version 2.0 have it.')
  audience: string?
}

@export()
@description('A setting of the app by name, as `az functionapp config appsettings list` prints it.')
type setting = {
  name: string
  value: string
}

@export()
@sealed()
@description('Private networking (docs/deployment/private-network.md). Subnets and zones that have ids are used as they are; the others are made.')
type privateNetwork = {
  enabled: bool

  @description('A subnet delegated to Microsoft.App/environments, for what the app calls. Together with endpointSubnetId.')
  integrationSubnetId: string?

  @description('A subnet for the private endpoints of the storage accounts, the key vault and the app.')
  endpointSubnetId: string?

  @description('The address range of the virtual network that is made where there are no subnets: at least a /26.')
  addressPrefix: string?

  @description('Ids of private DNS zones that exist, by kind, and are linked to the network of the subnets. Without them zones are made.')
  zoneIds: zoneIds?

  @description('Leaves the DNS records of the private endpoints to an Azure Policy of the landing zone: no zone is made or used.')
  dnsByPolicy: bool?
}

@export()
@sealed()
@description('Ids of private DNS zones, one for each kind.')
type zoneIds = {
  blob: string
  queue: string
  table: string
  sites: string
  vault: string
}

@export()
@description('The groups of private link whose zones and endpoints the template knows.')
type zoneKind = 'blob' | 'queue' | 'table' | 'sites' | 'vault'

@export()
@description('Strings by name: tags, or settings.')
type stringMap = { *: string }
