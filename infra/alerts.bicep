// What wakes the person on call. Each rule's description says what it means and what to look at first.
param name string
param location string
param email string
param appName string
param appId string
param logsId string
param tablesId string

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: '${name}-alerts'
  location: 'global'
  properties: {
    groupShortName: 'revoker'
    enabled: true
    emailReceivers: [{ name: 'operator', emailAddress: email, useCommonAlertSchema: true }]
  }
}

var actionGroups = empty(email) ? [] : [people.id]
var actions = map(actionGroups, id => { actionGroupId: id })
// Lines that are JSON are the bot's own.
var lines = 'ContainerAppConsoleLogs | where ContainerAppName == "${appName}" | extend line = parse_json(Log) | extend msg = tostring(line.msg), level = tostring(line.level)'

var queries = [
  {
    name: 'not-ready'
    severity: 1
    window: 'PT5M'
    // Half minutes in which a replica was not ready, of twenty that two of them have. Not lines: anybody may ask /readyz.
    over: 10
    query: '${lines} | where msg == "not ready" | summarize by ContainerGroupName, bin(TimeGenerated, 30s)'
    description: 'Store, sign-in or Graph does not answer: nothing can be approved. The line names which; see /readyz.'
  }
  {
    name: 'trail-damaged'
    severity: 1
    window: 'PT5M'
    over: 0
    // Said when it is copied, or when the request is read; words in a person's reason do not count.
    query: '${lines} | extend why = tostring(line.err.message) | where msg == "the trail is damaged" or why contains " is damaged at record " or why startswith "the end of the trail is missing"'
    description: 'The record and its copies do not hold together: an incident. Change nothing, and check with npm run audit.'
  }
  {
    name: 'sink-failed'
    severity: 2
    window: 'PT15M'
    over: 3
    query: '${lines} | where msg == "a sink failed"'
    description: 'A copy of the trail cannot be written, again and again. Revocations go on; the line says why.'
  }
  {
    name: 'tokens-unchecked'
    severity: 2
    window: 'PT15M'
    over: 0
    query: '${lines} | where msg == "the keys of the Bot Framework could not be had" or msg startswith "a token named a signing key that was not known"'
    description: 'Requests came with a key that the bot does not have, and were refused; Teams may have sent them. The line says why.'
  }
  {
    name: 'throttled'
    severity: 2
    window: 'PT15M'
    over: 20
    query: '${lines} | where msg == "Graph did not take a write" and toint(line.status) == 429'
    description: 'Graph throttles revocations: large requests take longer, and may run out of their time.'
  }
  {
    name: 'writes-refused'
    severity: 1
    window: 'PT15M'
    over: 0
    query: '${lines} | where msg == "Graph did not take a write" and toint(line.status) in (401, 403)'
    description: 'Graph refuses to revoke: a permission or the sign-in is missing. The log of the start names it.'
  }
  {
    name: 'not-revoked'
    severity: 1
    window: 'PT15M'
    over: 0
    query: '${lines} | where msg == "finished" and tostring(line.phase) in ("failed", "partly")'
    description: 'An approver agreed, and at least one account was not revoked. The result in the chat names it and why.'
  }
  {
    name: 'refused'
    severity: 2
    window: 'PT15M'
    over: 10
    query: '${lines} | where msg == "refused" and tostring(line.rule) in ("notMember", "disabled", "notRequester", "notApprover", "notRequesterNorApprover", "isTarget", "signInOfAnother")'
    description: 'A person tries what they may not. The audit trail has who: records AttemptRefused.'
  }
  {
    name: 'errors'
    severity: 2
    window: 'PT15M'
    over: 5
    query: '${lines} | where level == "error"'
    description: 'Something failed that people may have seen. Each line says what, with the request it belongs to.'
  }
  {
    name: 'crashed'
    severity: 2
    window: 'PT15M'
    over: 0
    query: 'ContainerAppConsoleLogs | where ContainerAppName == "${appName}" and Stream == "stderr"'
    description: 'The process wrote to standard error, which it does only when it cannot start or ends by an error.'
  }
]

resource byLog 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in queries: {
    name: '${name}-${rule.name}'
    location: location
    kind: 'LogAlert'
    properties: {
      displayName: '${name}: ${rule.name}'
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [logsId]
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      autoMitigate: true
      // The tables exist once the first line has arrived.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: rule.over
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: actionGroups }
    }
  }
]

resource restarts 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${name}-restarts'
  location: 'global'
  properties: {
    description: 'A replica restarts again and again. Look at its last lines before each start.'
    severity: 2
    enabled: true
    scopes: [appId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'restarts'
          metricNamespace: 'Microsoft.App/containerApps'
          metricName: 'RestartCount'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 2
        }
      ]
    }
    actions: actions
  }
}

resource replicas 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${name}-replicas'
  location: 'global'
  properties: {
    description: 'Fewer than two replicas for a quarter of an hour: nothing takes over when that one ends.'
    severity: 2
    enabled: true
    scopes: [appId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'replicas'
          metricNamespace: 'Microsoft.App/containerApps'
          metricName: 'Replicas'
          timeAggregation: 'Maximum'
          operator: 'LessThan'
          threshold: 2
        }
      ]
    }
    actions: actions
  }
}

resource strangers 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: '${name}-table-refused'
  location: 'global'
  properties: {
    description: 'The table refused a call: the bot has lost its role there, or another caller tries to reach the record.'
    severity: 1
    enabled: true
    scopes: [tablesId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'refused'
          metricNamespace: 'Microsoft.Storage/storageAccounts/tableServices'
          metricName: 'Transactions'
          dimensions: [
            { name: 'ResponseType', operator: 'Include', values: ['AuthorizationError', 'AuthenticationError'] }
          ]
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 5
        }
      ]
    }
    actions: actions
  }
}
