using './main.bicep'

// From the environment, under the names that the bot's own settings have: for `az deployment` export them, for `azd up` use
// `azd env set`. Every other parameter of main.bicep can be given a line here. No secret belongs in this file.
param requesters = split(readEnvironmentVariable('REQUESTERS'), ',')
param approvers = split(readEnvironmentVariable('APPROVERS'), ',')
var neverTouched = readEnvironmentVariable('PROTECTED_USERS', '')
param protectedUsers = empty(neverTouched) ? [] : split(neverTouched, ',')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')

// azd writes this name once it has built the image. With none, everything but the bot itself is made.
param image = readEnvironmentVariable('SERVICE_BOT_IMAGE_NAME', '')
param withRegistry = true
