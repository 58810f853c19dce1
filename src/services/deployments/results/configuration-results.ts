import {
  errors,
  flag,
  integer,
  json,
  listOf,
  moment,
  nullable,
  reportedAs,
  shape,
  text,
  texts,
} from './result-readers.js'
import { driftStatus, firewallStatus } from './result-states.js'

/** The configuration of an application. */
export const fetchedConfigResult = shape(
  'FetchConfigResult',
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
export const appliedConfigResult = shape('ApplyConfigResult', {
  appCode: text,
  destinationPath: text,
  configApplied: flag,
  appliedAt: moment,
  containerRestarted: nullable,
  restartedAt: moment,
  restartError: text,
})

/** The configuration of many applications. */
export const fetchedConfigsResult = shape('FetchAllConfigsResult', {
  requestedCount: integer,
  fetchedCount: integer,
  appliedCount: integer,
  fetchedConfigs: reportedAs('configs', json),
  archivePath: text,
  fetchedAt: moment,
})

const configDrift = shape('ConfigDrift', {
  appCode: text,
  driftStatus: reportedAs('status', driftStatus),
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
export const proxyResult = shape('ConfigureProxyResult', {
  appCode: text,
  agentStatus: reportedAs('status', text),
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

const firewallRuleResult = shape('AppliedFirewallRule', {
  port: integer,
  protocol: text,
  source: text,
  applied: flag,
  message: text,
})

/** Result of opening and closing ports. */
export const firewallResult = shape('ConfigureFirewallResult', {
  appCode: text,
  firewallOutcome: reportedAs('status', firewallStatus),
  action: text,
  rules: listOf(firewallRuleResult),
  errors,
  rawRules: json,
  dockerUserRules: json,
  removedCount: integer,
})
