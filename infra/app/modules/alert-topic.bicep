// The topic that alerts are published to, for those who subscribe to them. It takes no key: the app's identity is granted.

import { stringMap } from 'types.bicep'

param location string
param tags stringMap
param name string

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
  }
}

output id string = topic.id
output endpoint string = topic.properties.endpoint
