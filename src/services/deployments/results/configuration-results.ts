import { errors, flag, json, listOf, nullable, moment, shape, text, texts, integer } from './result-readers.js'
import { driftStatus, firewallStatus } from './result-states.js'

/** The configuration of an application. */
export const fetchedConfigResult = shape(
  'FetchedConfigResult',
  {
    appCode: text,
    contentType: text,
    destinationPath: text,
    fileMode: text,
    contentLength: integer,
    fetchedAt: moment,
    applied: nullable,
    appliedAt: moment,
    applyError: text,
  },
  ['config'],
)

/** Result of writing a configuration. */
export const appliedConfigResult = shape('AppliedConfigResult', {
  appCode: text,
  destinationPath: text,
  configApplied: flag,
  appliedAt: moment,
  containerRestarted: nullable,
  restartedAt: moment,
  restartError: text,
})

/** The configuration of many applications. */
export const fetchedConfigsResult = shape('FetchedConfigsResult', {
  requestedCount: integer,
  fetchedCount: integer,
  appliedCount: integer,
  configs: json,
  archivePath: text,
  fetchedAt: moment,
})

const configDrift = shape('ConfigDrift', {
  appCode: text,
  status: driftStatus,
  destinationPath: text,
  vaultHash: text,
  deployedHash: text,
  diff: json,
})

/** Difference between the stored configuration and the server. */
export const configDiffResult = shape(
  'ConfigDiffResult',
  {
    hasDrift: flag,
    total: integer,
    synced: integer,
    drifted: integer,
    missing: integer,
    configs: listOf(configDrift),
    checkedAt: moment,
  },
  ['summary'],
)

/** Result of configuring a route. */
export const proxyResult = shape('ProxyResult', {
  appCode: text,
  status: text,
  action: text,
  reason: text,
  managed: nullable,
  proxyHostId: integer,
  deletedProxyHostId: integer,
  domainNames: texts,
  forwardHost: text,
  forwardPort: integer,
  sslRequested: nullable,
  sslEnabled: nullable,
  sslStatus: text,
  routeAdopted: nullable,
  routeUsable: nullable,
  unchanged: nullable,
  errorCode: text,
  message: text,
  details: json,
  npmResponse: json,
  createdAt: moment,
  deletedAt: moment,
})

const firewallRuleResult = shape('FirewallRuleResult', {
  port: integer,
  protocol: text,
  source: text,
  applied: flag,
  message: text,
})

/** Result of opening and closing ports. */
export const firewallResult = shape('FirewallResult', {
  appCode: text,
  status: firewallStatus,
  action: text,
  rules: listOf(firewallRuleResult),
  errors,
  rawRules: json,
  dockerUserRules: json,
  removedCount: integer,
})
