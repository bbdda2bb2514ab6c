using '../../../infra/events/main.bicep'

param appId = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-drawbridge/providers/Microsoft.Web/sites/func-drawbridge'
param stateAccountId = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-drawbridge/providers/Microsoft.Storage/storageAccounts/stsdrawbridge'
// As azd passes them where nobody set a variable.
param actionGroupIds = []
param subscriptions = []
