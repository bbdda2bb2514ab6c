// The system topic of a subscription, where it has none yet: Azure takes one for each subscription. Its identity delivers.

import { stringMap } from '../../app/modules/types.bicep'

param name string
param tags stringMap

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  // `drawbridge events` knows by it which topics are made here.
  tags: union(tags, { drawbridge: 'events' })
  identity: { type: 'SystemAssigned' }
  properties: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
  }
}

output principalId string = topic.identity.principalId
