// Rules over the app's log. Each finds lines that the app writes: test/infra holds their stringMap against the source.

import { stringMap } from 'types.bicep'

param location string
param tags stringMap
param name string
param workspaceId string
param actionGroupIds string[]

@description('How long no sweep may end before the rule fires: three periods of DRAWBRIDGE_SWEEP_SCHEDULE.')
param sweepWindow string

var lines = 'AppTraces | extend line = parse_json(Message) | extend said = tostring(line.message) '

type rule = {
  key: string
  displayName: string
  description: string
  severity: int
  query: string
  window: string

  @description('Fires where fewer rows than this are found, instead of where any is.')
  fewerThan: int?
}

var rules rule[] = [
  {
    key: 'sweep-overdue'
    displayName: 'Drawbridge: no sweep has ended'
    description: 'No sweep completed within three periods, so requests without an event wait. The app may be down or stopped.'
    severity: 1
    query: '${lines}| where said == "swept"'
    window: sweepWindow
    fewerThan: 1
  }
  {
    key: 'poisoned'
    displayName: 'Drawbridge: poison message'
    description: 'A message failed five times and was taken from the poison queue. The next sweep finds its work again.'
    severity: 2
    query: '${lines}| where said in ("the queue gave up a review", "the queue gave up a delivery of alerts", "the queue gave up a reevaluation", "the queue gave up an event")'
    window: 'PT15M'
  }
  {
    key: 'policy-invalid'
    displayName: 'Drawbridge: the policy cannot be used'
    description: 'The policy does not load or cannot be read: every request is held.'
    severity: 1
    query: '${lines}| where said == "alert" and tostring(line.alert.type) == "Drawbridge.PolicyInvalid"'
    window: 'PT15M'
  }
  {
    key: 'forbidden'
    displayName: 'Drawbridge: Azure refuses the app (403)'
    description: 'The app lacks a right on the resource that the log line names: facts are unknown, and connections are held. See Rights in docs/operations.md.'
    severity: 2
    query: '${lines}| where said == "Azure refused a request with 403" or (said == "the services of a subscription could not be listed" and tostring(line.reason) in ("forbidden", "not-visible"))'
    window: 'PT30M'
  }
  {
    key: 'events'
    displayName: 'Drawbridge: events, sweeps or sinks do not work, or a breaker is open'
    description: 'The app says itself that no events arrive, that a timer is overdue, that a sink takes nothing, or that a breaker has opened.'
    severity: 2
    query: '${lines}| where said == "alert" and tostring(line.alert.type) in ("Drawbridge.EventPathBroken", "Drawbridge.SweepOverdue", "Drawbridge.SinkDead", "Drawbridge.BreakerOpened")'
    window: 'PT15M'
  }
]

resource alertRules 'Microsoft.Insights/scheduledQueryRules@2025-01-01-preview' = [
  for each in rules: {
    name: '${name}-${each.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: each.displayName
      description: each.description
      severity: each.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: each.window
      // The tables are there only once the app has written its first line.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: each.query
            timeAggregation: 'Count'
            operator: each.?fewerThan == null ? 'GreaterThan' : 'LessThan'
            threshold: each.?fewerThan ?? 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: { actionGroups: actionGroupIds }
    }
  }
]
