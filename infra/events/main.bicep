// The event subscriptions on the governed subscriptions. Without events, sweeps find the same changes later. Deployed after the
// app's code: an event subscription on a function that does not exist yet fails.

targetScope = 'subscription'

import { stringMap } from '../app/modules/types.bicep'

@sealed()
type eventSource = {
  @description('The subscription with services, or with public IP addresses that are watched.')
  subscriptionId: string

  @description('The system topic that the subscription already has: Azure allows one for each subscription. Without a name the template creates one.')
  topicName: string?

  @description('The resource group of that topic; required with topicName.')
  topicResourceGroup: string?

  @description('The principal of that topic\'s system-assigned identity, if it has one. Delivery to the queue requires it; without it there are no dead letters.')
  topicPrincipalId: string?
}

@description('Why a topic that exists already cannot be used as given; empty where it can.')
func problemOf(source eventSource, eventDelivery string) string =>
  empty(source.?topicName)
    ? ''
    : empty(source.?topicResourceGroup)
        ? 'subscription ${source.subscriptionId} has topicName, and needs topicResourceGroup'
        : eventDelivery == 'queue' && empty(source.?topicPrincipalId)
            ? 'the topic of subscription ${source.subscriptionId} has no topicPrincipalId: delivery to the queue needs a system-assigned identity on the topic'
            : ''

@description('The app that events are delivered to: the output DRAWBRIDGE_APP_ID of infra/app.')
param appId string

@description('The account of dead letters and of the queue: the output DRAWBRIDGE_STATE_ACCOUNT_ID of infra/app.')
param stateAccountId string

@description('Subscriptions whose events are subscribed to. Where any is named, this subscription has to be named too; an empty list means this subscription alone.')
param subscriptions eventSource[] = []

@description('How events arrive: as infra/app was deployed.')
param eventDelivery 'function' | 'queue' = 'function'

@description('The resource group of topics that are made, in each of the subscriptions. It holds nothing else.')
param resourceGroupName string = 'rg-drawbridge-events'

@description('The name of topics that are made.')
param topicName string = 'drawbridge-events'

@description('The region of the resource groups; topics are global.')
param location string = deployment().location

@description('Tags of what is made.')
param tags stringMap = {}

@description('The action group of the app, which the alert rules on the topics notify: the output DRAWBRIDGE_APP_ACTION_GROUP_ID of infra/app. Empty where there is none.')
param appActionGroupId string = ''

@description('Other action groups that these rules notify.')
param actionGroupIds string[] = []

// azd and pipelines pass an empty list for a variable that nobody set.
var given eventSource[] = empty(subscriptions) ? [{ subscriptionId: subscription().subscriptionId }] : subscriptions
var sources eventSource[] = map(
  given,
  each => empty(problemOf(each, eventDelivery)) ? each : fail(problemOf(each, eventDelivery))
)
var notifiedGroupIds = union(empty(appActionGroupId) ? [] : [appActionGroupId], actionGroupIds)
var accountParts = split(stateAccountId, '/')

module groups 'modules/group.bicep' = [
  for each in sources: if (empty(each.?topicName)) {
    scope: subscription(each.subscriptionId)
    params: { name: resourceGroupName, location: location, tags: tags }
  }
]

module topics 'modules/topic.bicep' = [
  for each in sources: if (empty(each.?topicName)) {
    scope: resourceGroup(each.subscriptionId, resourceGroupName)
    params: { name: topicName, tags: tags }
    dependsOn: [groups]
  }
]

// Before the event subscriptions: Azure accepts a subscription whose identity lacks the right, and then drops its events.
module grants 'modules/role-assignment.bicep' = [
  for (each, index) in sources: if (empty(each.?topicName) || !empty(each.?topicPrincipalId)) {
    scope: resourceGroup(accountParts[2], accountParts[4])
    params: {
      stateAccountName: last(accountParts)
      // The names of the assignments follow from it, so that what-if cannot show those of a topic that does not exist yet.
      #disable-next-line what-if-short-circuiting
      principalId: empty(each.?topicName) ? topics[index]!.outputs.principalId : each.?topicPrincipalId ?? ''
      eventDelivery: eventDelivery
    }
  }
]

module eventSubscriptions 'modules/subscriptions.bicep' = [
  for each in sources: {
    scope: resourceGroup(
      each.subscriptionId,
      empty(each.?topicName) ? resourceGroupName : each.?topicResourceGroup ?? ''
    )
    params: {
      topicName: empty(each.?topicName) ? topicName : each.?topicName ?? ''
      appId: appId
      stateAccountId: stateAccountId
      eventDelivery: eventDelivery
      deadLetters: empty(each.?topicName) || !empty(each.?topicPrincipalId)
    }
    dependsOn: [topics, grants]
  }
]

module alerts 'modules/topic-alerts.bicep' = [
  for each in sources: {
    scope: resourceGroup(
      each.subscriptionId,
      empty(each.?topicName) ? resourceGroupName : each.?topicResourceGroup ?? ''
    )
    params: {
      topicName: empty(each.?topicName) ? topicName : each.?topicName ?? ''
      prefix: empty(each.?topicName) ? topicName : 'drawbridge-${each.?topicName ?? ''}'
      tags: tags
      actionGroupIds: notifiedGroupIds
      deadLetters: empty(each.?topicName) || !empty(each.?topicPrincipalId)
    }
    dependsOn: [topics]
  }
]
