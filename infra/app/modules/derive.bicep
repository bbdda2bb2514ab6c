// What the template derives from its parameters.

import { privateNetwork } from 'types.bicep'

@description('The windows that Azure takes for a rule over the log, in minutes.')
var windows = [
  { name: 'PT5M', minutes: 5 }
  { name: 'PT10M', minutes: 10 }
  { name: 'PT15M', minutes: 15 }
  { name: 'PT30M', minutes: 30 }
  { name: 'PT45M', minutes: 45 }
  { name: 'PT1H', minutes: 60 }
  { name: 'PT2H', minutes: 120 }
  { name: 'PT3H', minutes: 180 }
  { name: 'PT4H', minutes: 240 }
  { name: 'PT5H', minutes: 300 }
  { name: 'PT6H', minutes: 360 }
  { name: 'P1D', minutes: 1440 }
  { name: 'P2D', minutes: 2880 }
]

@export()
@description('The name of an environment in the names of resources. azd takes letters, digits and -_.(), most resources only letters, digits and hyphens, and no hyphen at an end.')
func slugOf(environmentName string) string =>
  replace(
    trim(reduce(['-', '_', '.', '(', ')'], toLower(environmentName), (name, each) => replace(name, each, ' '))),
    ' ',
    '-'
  )

@description('The period of an NCRONTAB schedule in minutes: of "0 */5 * * * *" 5, of "0 0 */2 * * *" 120; 0 of every other form.')
func periodOf(schedule string) int =>
  length(split(schedule, ' ')) != 6 || contains(schedule, ',')
    ? 0
    : startsWith(split(schedule, ' ')[1], '*/') && endsWith(schedule, ' * * * *')
        ? int(substring(split(schedule, ' ')[1], 2))
        : startsWith(split(schedule, ' ')[2], '*/') && endsWith(schedule, ' * * *') && !contains(
              split(schedule, ' ')[1],
              '*'
            )
            ? 60 * int(substring(split(schedule, ' ')[2], 2))
            : 0

@export()
@description('The shortest window that holds three periods of a schedule; empty where there is none, or the period is not known.')
func windowOf(schedule string) string =>
  first(map(
    filter(windows, each => periodOf(schedule) > 0 && each.minutes >= 3 * periodOf(schedule)),
    each => each.name
  )) ?? ''

@export()
@description('What a private network names that would otherwise be ignored; empty where nothing is.')
func networkProblemOf(network privateNetwork) string =>
  empty(network.?integrationSubnetId) != empty(network.?endpointSubnetId)
    ? 'network has one of integrationSubnetId and endpointSubnetId: it needs both, or neither'
    : !network.enabled && (!empty(network.?endpointSubnetId) || network.?zoneIds != null || (network.?dnsByPolicy ?? false))
        ? 'network names subnets, zoneIds or dnsByPolicy, but is not enabled'
        : empty(network.?endpointSubnetId) && (network.?zoneIds != null || (network.?dnsByPolicy ?? false))
            ? 'network has zoneIds or dnsByPolicy, but no subnets: nobody can have linked zones to a network that is made here'
            : network.?zoneIds != null && (network.?dnsByPolicy ?? false)
                ? 'network has zoneIds and dnsByPolicy: it needs one of them'
                : ''
