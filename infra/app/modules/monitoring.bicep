// The log workspace, the action group of the alert rules, and one workbook. Keys are off: the app sends its logs with its identity.

import { stringMap } from 'types.bicep'

param location string
param tags stringMap
param workspaceName string
param insightsName string
param actionGroupName string

@description('Keeps logs for so many days.')
@minValue(30)
@maxValue(730)
param retentionInDays int

@description('Mail recipients of the alert rules. Without any there is no action group.')
param alertEmails string[]

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionInDays
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmails)) {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'drawbridge'
    enabled: true
    emailReceivers: [
      for (address, index) in alertEmails: {
        name: 'mail-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'drawbridge')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Drawbridge'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: loadTextContent('../../workbook.json')
  }
}

output workspaceId string = workspace.id
output insightsName string = insights.name
output connectionString string = insights.properties.ConnectionString

@description('Empty where there is none.')
output actionGroupId string = empty(alertEmails) ? '' : actionGroup.id
