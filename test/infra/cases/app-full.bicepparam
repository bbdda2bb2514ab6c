using '../../../infra/app/main.bicep'

// Everything that is optional, switched on.
param environmentName = 'prod-weu'
param tags = { owner: 'platform' }
param settings = {
  DRAWBRIDGE_MODE: 'enforce'
  DRAWBRIDGE_POLICY_PARAMETERS: '{"landingZones":["22222222-2222-4222-8222-222222222222"]}'
  DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS: 'platform'
  DRAWBRIDGE_SCOPE_TAGS: ''
  DRAWBRIDGE_KEEP_DAYS: '400'
  DRAWBRIDGE_SWEEP_SCHEDULE: '0 */30 * * * *'
}
param extraSettings = [{ name: 'WEBSITE_DNS_SERVER', value: '10.0.0.4' }]
param secretNames = ['DRAWBRIDGE_ALERT_TEAMS_URL', 'DRAWBRIDGE_ALERT_WEBHOOK_URL', 'DRAWBRIDGE_ALERT_WEBHOOK_SECRET']
param nodeVersion = '22'
param zoneRedundant = true
param recoverVault = true
param stateSku = 'Standard_GZRS'
param stateLock = true
param archiveImmutabilityDays = 2555
param policyContainer = true
param eventDelivery = 'queue'
param alertEmails = ['platform@contoso.example']
param auth = { clientId: 'dddddddd-dddd-4ddd-8ddd-dddddddddddd' }
param network = { enabled: true }
param packageUri = 'https://example.com/releases/drawbridge.zip'
