using '../../../infra/estate/main.bicep'

param principalId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
param approverScopes = [
  { subscriptionId: '11111111-1111-4111-8111-111111111111' }
  { subscriptionId: '22222222-2222-4222-8222-222222222222', resourceGroup: 'rg-apim' }
]
