import { field, objectType } from '../kernel/decorators.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { moreField } from './more-field.js'
import { FirewallStatus } from './result-states.type.js'

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

  @field('Reason for skipping it, as a code.', () => String, { nullable: true })
  reason!: string | null

  @field('True if this agent manages the proxy. Null if it did not report that.', () => Boolean, { nullable: true })
  managed!: boolean | null

  @field('Its number in the proxy manager.', () => SafeInt, { nullable: true })
  proxyHostId!: number | null

  @field('The number of the route that was deleted.', () => SafeInt, { nullable: true })
  deletedProxyHostId!: number | null

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

  @field('The response of the proxy manager.', () => JSONValue, { nullable: true })
  npmResponse!: unknown

  @field('When it was made.', () => DateTime, { nullable: true })
  createdAt!: Date | null

  @field('Time of the deletion.', () => DateTime, { nullable: true })
  deletedAt!: Date | null

  @moreField()
  more!: unknown
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

  @moreField()
  more!: unknown
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

  @moreField()
  more!: unknown
}
