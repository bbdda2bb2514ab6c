// The two roles and their assignments. An administrator who may assign roles at the management group deploys it:
//   az deployment mg create --management-group-id <id> --location <region> --template-file infra/estate/main.bicep \
//     --parameters principalId=<DRAWBRIDGE_PRINCIPAL_ID> approverScopes=@approvers.json
// Run it again with the whole list when a scope is added, when an upgrade changes a role, and when the app's identity is a new
// one. It deletes no assignment: a scope that leaves the list keeps its assignment until you delete it. It fails with
// RoleAssignmentExists where the same role was assigned to the same identity by hand: delete that assignment first.

targetScope = 'managementGroup'

@sealed()
type approverScope = {
  @description('A subscription with governed services.')
  subscriptionId: string

  @description('Only this resource group of it.')
  resourceGroup: string?
}

@description('The app\'s identity: the output DRAWBRIDGE_PRINCIPAL_ID of infra/app. Without it the roles are defined, and nobody has them.')
param principalId string = ''

@description('Where the app may approve: the subscriptions or resource groups of the governed services.')
param approverScopes approverScope[] = []

@description('Grants the Reader on the whole management group: requesters may be anywhere below it.')
param assignReader bool = true

@description('Ends the roles\' names: names of roles are unique in a tenant, and this management group may not be the only one.')
param roleNameSuffix string = ''

var approver = loadJsonContent('roles/approver.json')
var reader = loadJsonContent('roles/reader.json')

resource approverRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, approver.name)
  properties: {
    roleName: '${approver.name}${roleNameSuffix}'
    description: approver.description
    type: 'CustomRole'
    permissions: [{ actions: map(approver.actions, each => each.action), notActions: [] }]
    assignableScopes: [managementGroup().id]
  }
}

resource readerRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(managementGroup().id, reader.name)
  properties: {
    roleName: '${reader.name}${roleNameSuffix}'
    description: reader.description
    type: 'CustomRole'
    permissions: [{ actions: map(reader.actions, each => each.action), notActions: [] }]
    assignableScopes: [managementGroup().id]
  }
}

resource readerAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (assignReader && principalId != '') {
  name: guid(managementGroup().id, principalId, readerRole.id)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: readerRole.id
  }
}

module onSubscriptions 'modules/assignment.bicep' = [
  for each in approverScopes: if (principalId != '' && empty(each.?resourceGroup)) {
    scope: subscription(each.subscriptionId)
    params: { principalId: principalId, roleDefinitionId: approverRole.id }
  }
]

module onGroups 'modules/group-assignment.bicep' = [
  for each in approverScopes: if (principalId != '' && !empty(each.?resourceGroup)) {
    scope: resourceGroup(each.subscriptionId, each.?resourceGroup ?? '')
    params: { principalId: principalId, roleDefinitionId: approverRole.id }
  }
]

output approverRoleId string = approverRole.id
output readerRoleId string = readerRole.id
