using './main.bicep'

// Copy to main.bicepparam. No secret belongs here.
param image = 'registry.example/session-revoker:0.1.0'
param registryServer = 'registry.example'
param alertEmail = 'security-oncall@contoso.example'
param requesters = [
  '00000000-0000-0000-0000-000000000001' // the group of responders
]
param approvers = [
  '00000000-0000-0000-0000-000000000002' // the group of approvers
]
param protectedUsers = [
  '00000000-0000-0000-0000-000000000003' // break-glass accounts
]
