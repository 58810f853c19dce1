import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { DriftStatus, FirewallStatus } from './result-states.type.js'

/** The configuration of an application. */
@objectType('The configuration of an application.')
export class FetchedConfigResult {
  readonly __typename!: 'FetchedConfigResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('What kind of file it is.', () => String, { nullable: true })
  contentType!: string | null

  @field('Where it lies.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('Its permissions.', () => String, { nullable: true })
  fileMode!: string | null

  @field('How long it is.', () => SafeInt, { nullable: true })
  contentLength!: number | null

  @field('When it was read.', () => DateTime, { nullable: true })
  fetchedAt!: Date | null

  @field('Whether it was written to the server; null when nobody asked for it.', () => Boolean, { nullable: true })
  applied!: boolean | null

  @field('When it was written.', () => DateTime, { nullable: true })
  appliedAt!: Date | null

  @field('Why it could not be written.', () => String, { nullable: true })
  applyError!: string | null
}

/** What came of writing a configuration. */
@objectType('What came of writing a configuration.')
export class AppliedConfigResult {
  readonly __typename!: 'AppliedConfigResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('Where it was written.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('Whether it was written.', () => Boolean)
  configApplied!: boolean

  @field('When.', () => DateTime, { nullable: true })
  appliedAt!: Date | null

  @field('Whether the application was restarted; null when nobody asked for it.', () => Boolean, { nullable: true })
  containerRestarted!: boolean | null

  @field('When.', () => DateTime, { nullable: true })
  restartedAt!: Date | null

  @field('Why it could not be restarted.', () => String, { nullable: true })
  restartError!: string | null
}

/** The configuration of many applications. */
@objectType('The configuration of many applications.')
export class FetchedConfigsResult {
  readonly __typename!: 'FetchedConfigsResult'

  @field('How many were asked for.', () => SafeInt, { nullable: true })
  requestedCount!: number | null

  @field('How many were read.', () => SafeInt, { nullable: true })
  fetchedCount!: number | null

  @field('How many were written to the server.', () => SafeInt, { nullable: true })
  appliedCount!: number | null

  @field('Each of them.', () => JSONValue, { nullable: true })
  configs!: unknown

  @field('Where they were packed.', () => String, { nullable: true })
  archivePath!: string | null

  @field('When.', () => DateTime, { nullable: true })
  fetchedAt!: Date | null
}

/** How the configuration of one application compares. */
@objectType('How the configuration of one application compares.')
export class ConfigDrift {
  readonly __typename!: 'ConfigDrift'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('Whether it is the one that is kept.', () => DriftStatus)
  status!: DriftStatus

  @field('Where it lies.', () => String, { nullable: true })
  destinationPath!: string | null

  @field('The hash of the one that is kept.', () => String, { nullable: true })
  vaultHash!: string | null

  @field('The hash of the one on the server.', () => String, { nullable: true })
  deployedHash!: string | null

  @field('The lines that differ, when they were asked for.', () => String, { nullable: true })
  diff!: string | null
}

/** How configuration compares with what is on the server. */
@objectType('How configuration compares with what is on the server.')
export class ConfigDiffResult {
  readonly __typename!: 'ConfigDiffResult'

  @field('Whether anything differs.', () => Boolean)
  hasDrift!: boolean

  @field('How many were compared.', () => SafeInt, { nullable: true })
  total!: number | null

  @field('How many are the same.', () => SafeInt, { nullable: true })
  synced!: number | null

  @field('How many were changed on the server.', () => SafeInt, { nullable: true })
  drifted!: number | null

  @field('How many are not there.', () => SafeInt, { nullable: true })
  missing!: number | null

  @field('Each of them.', () => [ConfigDrift])
  configs!: readonly ConfigDrift[]

  @field('When.', () => DateTime, { nullable: true })
  checkedAt!: Date | null
}

/** What came of setting up a route. */
@objectType('What came of setting up a route.')
export class ProxyResult {
  readonly __typename!: 'ProxyResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('`success`, `skipped` or `error`.', () => String, { nullable: true })
  status!: string | null

  @field('What was asked for.', () => String, { nullable: true })
  action!: string | null

  @field('Its number in the proxy manager.', () => SafeInt, { nullable: true })
  proxyHostId!: number | null

  @field('Under which names the application is reached.', () => [String])
  domainNames!: readonly string[]

  @field('Where to.', () => String, { nullable: true })
  forwardHost!: string | null

  @field('To which port.', () => SafeInt, { nullable: true })
  forwardPort!: number | null

  @field('Whether TLS was asked for.', () => Boolean, { nullable: true })
  sslRequested!: boolean | null

  @field('Whether it is served over TLS.', () => Boolean, { nullable: true })
  sslEnabled!: boolean | null

  @field('What became of its certificate.', () => String, { nullable: true })
  sslStatus!: string | null

  @field('Whether a route that was there already was taken over.', () => Boolean, { nullable: true })
  routeAdopted!: boolean | null

  @field('Whether it answers.', () => Boolean, { nullable: true })
  routeUsable!: boolean | null

  @field('Whether there was nothing to do.', () => Boolean, { nullable: true })
  unchanged!: boolean | null

  @field('What went wrong, for a program.', () => String, { nullable: true })
  errorCode!: string | null

  @field('What the agent says of it.', () => String, { nullable: true })
  message!: string | null

  @field('More about it.', () => JSONValue, { nullable: true })
  details!: unknown

  @field('When it was made.', () => DateTime, { nullable: true })
  createdAt!: Date | null
}

/** One rule. */
@objectType('One rule.')
export class FirewallRuleResult {
  readonly __typename!: 'FirewallRuleResult'

  @field('The port.', () => SafeInt, { nullable: true })
  port!: number | null

  @field('Its protocol.', () => String, { nullable: true })
  protocol!: string | null

  @field('From where it may be reached.', () => String, { nullable: true })
  source!: string | null

  @field('Whether it was applied.', () => Boolean)
  applied!: boolean

  @field('What the agent says of it.', () => String, { nullable: true })
  message!: string | null
}

/** What came of opening and closing ports. */
@objectType('What came of opening and closing ports.')
export class FirewallResult {
  readonly __typename!: 'FirewallResult'

  @field('The application; null when the agent did not name one.', () => String, { nullable: true })
  appCode!: string | null

  @field('How many of the rules were applied.', () => FirewallStatus)
  status!: FirewallStatus

  @field('What was asked for.', () => String, { nullable: true })
  action!: string | null

  @field('Each of them.', () => [FirewallRuleResult])
  rules!: readonly FirewallRuleResult[]

  @field('What went wrong on the way.', () => [CommandError])
  errors!: readonly CommandError[]

  @field('The rules of the server as they stand, of a list.', () => JSONValue, { nullable: true })
  rawRules!: unknown

  @field('Those of Docker, of a list.', () => JSONValue, { nullable: true })
  dockerUserRules!: unknown

  @field('How many were removed, of a flush.', () => SafeInt, { nullable: true })
  removedCount!: number | null
}
