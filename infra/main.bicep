// Session Revoker on Azure Container Apps: two replicas, one managed identity that is the bot, that calls Graph and that
// writes the store. No key and no secret anywhere. docs/deploy.md says how, and what to check.
targetScope = 'resourceGroup'

@description('Begins the name of everything here.')
@minLength(3)
@maxLength(20)
param name string = 'session-revoker'
param location string = resourceGroup().location

@description('The image, by digest or exact tag, such as registry.example/session-revoker:1.0.0. Empty: everything but the bot itself, so that the permissions can be granted before it asks for its first token.')
param image string = ''
@description('Makes a container registry here, in which the image is built.')
param withRegistry bool = false
@description('Login server of another registry that the identity may pull from (role AcrPull). Empty: the one made here, or a public one.')
param registryServer string = ''

@description('Where alerts go. Empty: they show in the portal, and no mail is sent.')
param alertEmail string = ''
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90
@description('How long the copies of the audit trail cannot be deleted.')
@minValue(1)
param auditRetentionDays int = 365
@description('True from the day on that the policy on the copies is locked by hand: a locked one takes no deployment, only an extension.')
param auditPolicyLocked bool = false
@description('Copies in several zones; where a region has none, Standard_LRS.')
param storageSku string = 'Standard_ZRS'

@description('Object ids of users or groups who may ask.')
@minLength(1)
param requesters string[]
@description('Object ids of users or groups who may approve.')
@minLength(1)
param approvers string[]
@description('Object ids of users or groups who are never touched: the break-glass accounts.')
param protectedUsers string[] = []
@description('Ids of the teams, channels or chats it works in. Empty: any.')
param allowedConversations string[] = []
@allowed(['always', 'privileged', 'never'])
param twoPerson string = 'privileged'
@minValue(1)
@maxValue(10000)
param twoPersonOver int = 5
@minValue(1)
@maxValue(500)
param maxTargets int = 500
@minValue(1)
@maxValue(100000)
param maxTargetsPerHour int = 1000
@minValue(1)
@maxValue(1000)
param maxOpenPerRequester int = 10
@minValue(1)
@maxValue(60)
param requestTtlMinutes int = 15
param reasonRequired bool = false
@description('approvers, none, or object ids separated by commas.')
param notify string = 'approvers'
@description('Id of the channel or group chat in which requests from 1:1 chats are decided. Empty: in the chat.')
param approvalConversation string = ''
@allowed(['global', 'usgov', 'dod', 'china'])
param graphCloud string = 'global'
@allowed(['revokeSignInSessions', 'invalidateAllRefreshTokens'])
param graphAction string = 'revokeSignInSessions'
@allowed(['debug', 'info', 'warn', 'error'])
param logLevel string = 'info'
@description('Any other setting of docs/operating.md by its name. Not for secrets.')
param furtherSettings object = {}

var unique = uniqueString(resourceGroup().id, name)
var port = 3978
var tableDataContributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
)
var blobDataContributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
)
var acrPull = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '7f951dda-4ed3-4680-a7ca-43fe172d538d'
)
var pullFrom = !empty(registryServer) ? registryServer : withRegistry ? registry!.properties.loginServer : ''

// Nothing else of the subscription can be given this identity. Restrictions are in no version that is not a preview.
#disable-next-line use-recent-api-versions
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2025-05-31-preview' = {
  name: name
  location: location
  properties: {
    assignmentRestrictions: { providers: ['Microsoft.App/containerApps', 'Microsoft.BotService/botServices'] }
  }
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = if (withRegistry) {
  name: 'revoker${unique}'
  location: location
  sku: { name: 'Basic' }
  properties: { adminUserEnabled: false }
}

resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (withRegistry) {
  name: guid(registry.id, identity.id, acrPull)
  scope: registry
  properties: {
    roleDefinitionId: acrPull
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logRetentionDays
    features: { disableLocalAuth: true }
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: 'revoker${unique}'
  location: location
  kind: 'StorageV2'
  sku: { name: storageSku }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-08-01' = {
  parent: storage
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-08-01' = {
  parent: tables
  name: 'SessionRevoker'
}

// On the one table, which is all that the bot needs.
resource mayWriteTable 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(table.id, identity.id, tableDataContributor)
  scope: table
  properties: {
    roleDefinitionId: tableDataContributor
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' = {
  parent: storage
  name: 'default'
}

resource copies 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-08-01' = {
  parent: blobs
  name: 'audit'
  properties: { publicAccess: 'None' }
}

// What was written can only be added to. Lock the policy by hand once all is as it shall be: that cannot be undone.
// From then on auditPolicyLocked has to be true: every deployment that still wrote the policy would be refused as a whole.
resource keepCopies 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-08-01' = if (!auditPolicyLocked) {
  parent: copies
  name: 'default'
  properties: {
    immutabilityPeriodSinceCreationInDays: auditRetentionDays
    allowProtectedAppendWrites: true
  }
}

// On the one container of the copies.
resource mayAddCopies 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(copies.id, identity.id, blobDataContributor)
  scope: copies
  properties: {
    roleDefinitionId: blobDataContributor
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

// The table is the record of who approved what.
resource keepStorage 'Microsoft.Authorization/locks@2020-05-01' = {
  name: '${name}-record'
  scope: storage
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the audit trail of Session Revoker.'
  }
}

// Diagnostic settings have no newer version that knows categories.
#disable-next-line use-recent-api-versions
resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: '${name}-logs'
  scope: tables
  properties: {
    workspaceId: logs.id
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

resource environmentOfApps 'Microsoft.App/managedEnvironments@2026-01-01' = {
  name: '${name}-env'
  location: location
  properties: {
    // By a diagnostic setting: the other way would want the workspace's key.
    appLogsConfiguration: { destination: 'azure-monitor' }
  }
}

#disable-next-line use-recent-api-versions
resource appLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: '${name}-logs'
  scope: environmentOfApps
  properties: {
    workspaceId: logs.id
    logs: [
      { category: 'ContainerAppConsoleLogs', enabled: true }
      { category: 'ContainerAppSystemLogs', enabled: true }
    ]
  }
}

var settings = union(
  {
    MicrosoftAppType: 'UserAssignedMSI'
    MicrosoftAppId: identity.properties.clientId
    MicrosoftAppTenantId: tenant().tenantId
    STORE_URL: 'https://${storage.name}.table.${environment().suffixes.storage}'
    // Out of reach of the people who run the bot, and in Log Analytics, where docs/audit.md joins it with Graph's own log.
    AUDIT_SINKS: 'stdout,https://${storage.name}.blob.${environment().suffixes.storage}/${copies.name}'
    REQUESTERS: join(requesters, ',')
    APPROVERS: join(approvers, ',')
    // An empty one counts as not set.
    PROTECTED_USERS: join(protectedUsers, ',')
    ALLOWED_CONVERSATIONS: join(allowedConversations, ',')
    TWO_PERSON: twoPerson
    TWO_PERSON_OVER: string(twoPersonOver)
    MAX_TARGETS: string(maxTargets)
    MAX_TARGETS_PER_HOUR: string(maxTargetsPerHour)
    MAX_OPEN_PER_REQUESTER: string(maxOpenPerRequester)
    REQUEST_TTL_MINUTES: string(requestTtlMinutes)
    REASON_REQUIRED: reasonRequired ? 'true' : 'false'
    NOTIFY: notify
    APPROVAL_CONVERSATION: approvalConversation
    GRAPH_CLOUD: graphCloud
    GRAPH_ACTION: graphAction
    LOG_LEVEL: logLevel
    PORT: string(port)
  },
  furtherSettings
)

resource app 'Microsoft.App/containerApps@2026-01-01' = if (!empty(image)) {
  name: name
  location: location
  tags: { 'azd-service-name': 'bot' }
  dependsOn: [mayWriteTable, mayAddCopies, keepCopies, mayPull]
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    environmentId: environmentOfApps.id
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        allowInsecure: false
        targetPort: port
        transport: 'http'
      }
      registries: empty(pullFrom) ? [] : [{ server: pullFrom, identity: identity.id }]
    }
    template: {
      // The process ends within 10 s of SIGTERM.
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'bot'
          image: image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          env: map(items(settings), setting => { name: setting.key, value: string(setting.value) })
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/healthz', port: port }
              periodSeconds: 3
              failureThreshold: 10
              timeoutSeconds: 3
            }
            {
              type: 'Liveness'
              httpGet: { path: '/healthz', port: port }
              periodSeconds: 10
              failureThreshold: 3
              timeoutSeconds: 5
            }
            {
              // A new revision gets traffic once store, sign-in and Graph answer. One that served is taken out after five
              // minutes only: until then it tells people what is wrong, which is better than silence.
              type: 'Readiness'
              httpGet: { path: '/readyz', port: port }
              periodSeconds: 30
              failureThreshold: 10
              timeoutSeconds: 10
            }
          ]
        }
      ]
      // Limits of Teams and Graph are shared by halves: two, no more. While a revision takes over there are four for a moment.
      scale: { minReplicas: 2, maxReplicas: 2 }
    }
  }
}

resource bot 'Microsoft.BotService/botServices@2022-09-15' = if (!empty(image)) {
  name: '${name}-${unique}'
  location: 'global'
  kind: 'azurebot'
  sku: { name: 'F0' }
  properties: {
    displayName: 'Session Revoker'
    endpoint: 'https://${app!.properties.configuration.ingress.fqdn}/api/messages'
    msaAppType: 'UserAssignedMSI'
    msaAppId: identity.properties.clientId
    msaAppTenantId: tenant().tenantId
    msaAppMSIResourceId: identity.id
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = if (!empty(image)) {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {
    channelName: 'MsTeamsChannel'
    properties: { isEnabled: true }
  }
}

module alerts 'alerts.bicep' = if (!empty(image)) {
  name: '${name}-alerts'
  params: {
    name: name
    location: location
    email: alertEmail
    appName: app.name
    appId: app.id
    logsId: logs.id
    tablesId: tables.id
  }
}

@description('For npm run grant and npm run package, which read it under this name.')
output MicrosoftAppId string = identity.properties.clientId
@description('Empty until there is an image.')
output host string = empty(image) ? '' : app!.properties.configuration.ingress.fqdn
output storeUrl string = settings.STORE_URL
output storageAccount string = storage.name
@description('Where the copies of the trail are, in the storage account.')
output auditContainer string = copies.name
@description('The name under which azd looks for the registry.')
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = pullFrom
