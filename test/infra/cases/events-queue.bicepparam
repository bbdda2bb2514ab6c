using '../../../infra/events/main.bicep'

param appId = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-drawbridge/providers/Microsoft.Web/sites/func-drawbridge'
param stateAccountId = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-drawbridge/providers/Microsoft.Storage/storageAccounts/stsdrawbridge'
param appActionGroupId = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-drawbridge/providers/Microsoft.Insights/actionGroups/ag-drawbridge'
param eventDelivery = 'queue'
param subscriptions = [
  { subscriptionId: '11111111-1111-4111-8111-111111111111' }
  {
    subscriptionId: '33333333-3333-4333-8333-333333333333'
    topicName: 'with-identity'
    topicResourceGroup: 'rg-theirs'
    topicPrincipalId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
  }
]
