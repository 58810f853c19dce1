import { field, objectType } from '../kernel/decorators.js'
import { REPORTED_APP_CODE } from '../kernel/descriptions.js'
import { DateTime, JSONValue, SafeInt } from '../kernel/scalars.js'
import { CommandError } from './command.type.js'
import { moreField } from './more-field.js'
import { FirewallOutcome } from './result-states.type.js'

@objectType('Result of `configure_proxy`.')
export class ConfigureProxyResult {
  readonly __typename!: 'ConfigureProxyResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Status as reported by the agent: `success`, `skipped` or `error`.', () => String, { nullable: true })
  agentStatus!: string | null

  @field('Requested action.', () => String, { nullable: true })
  action!: string | null

  @field('Code of the reason for skipping the route. Null if not skipped.', () => String, { nullable: true })
  reason!: string | null

  @field('Whether the agent manages the proxy. Null if not reported.', () => Boolean, { nullable: true })
  managed!: boolean | null

  @field('Number of the route in the proxy manager.', () => SafeInt, { nullable: true })
  proxyHostId!: number | null

  @field('Number of the deleted route in the proxy manager.', () => SafeInt, { nullable: true })
  deletedProxyHostId!: number | null

  @field('Domain names of the application.', () => [String])
  domainNames!: readonly string[]

  @field('Host that requests are forwarded to.', () => String, { nullable: true })
  forwardHost!: string | null

  @field('Port that requests are forwarded to.', () => SafeInt, { nullable: true })
  forwardPort!: number | null

  @field('Whether TLS was requested.', () => Boolean, { nullable: true })
  sslRequested!: boolean | null

  @field('Whether TLS is enabled.', () => Boolean, { nullable: true })
  sslEnabled!: boolean | null

  @field('Status of the certificate.', () => String, { nullable: true })
  sslStatus!: string | null

  @field('Whether an existing route was adopted.', () => Boolean, { nullable: true })
  routeAdopted!: boolean | null

  @field('Whether the route responds.', () => Boolean, { nullable: true })
  routeUsable!: boolean | null

  @field('Whether the route was already up to date.', () => Boolean, { nullable: true })
  unchanged!: boolean | null

  @field('Machine-readable error code.', () => String, { nullable: true })
  errorCode!: string | null

  @field('Message from the agent.', () => String, { nullable: true })
  message!: string | null

  @field('Additional data from the agent.', () => JSONValue, { nullable: true })
  details!: unknown

  @field('Response of the proxy manager.', () => JSONValue, { nullable: true })
  npmResponse!: unknown

  @field("Creation time of the route (agent's clock).", () => DateTime, { nullable: true })
  createdAt!: Date | null

  @field("Time of the deletion (agent's clock).", () => DateTime, { nullable: true })
  deletedAt!: Date | null

  @moreField()
  more!: unknown
}

@objectType('Result for one firewall rule.')
export class AppliedFirewallRule {
  readonly __typename!: 'AppliedFirewallRule'

  @field('Port number of the rule.', () => SafeInt, { nullable: true })
  port!: number | null

  @field('Protocol, `tcp` or `udp`.', () => String, { nullable: true })
  protocol!: string | null

  @field('Source addresses that can reach the port.', () => String, { nullable: true })
  source!: string | null

  @field('Whether the rule was applied.', () => Boolean)
  applied!: boolean

  @field('Message from the agent.', () => String, { nullable: true })
  message!: string | null

  @moreField()
  more!: unknown
}

@objectType('Result of `configure_firewall`.')
export class ConfigureFirewallResult {
  readonly __typename!: 'ConfigureFirewallResult'

  @field(REPORTED_APP_CODE, () => String, { nullable: true })
  appCode!: string | null

  @field('Outcome over all rules.', () => FirewallOutcome)
  firewallOutcome!: FirewallOutcome

  @field('Requested action.', () => String, { nullable: true })
  action!: string | null

  @field('Result per rule.', () => [AppliedFirewallRule])
  rules!: readonly AppliedFirewallRule[]

  @field('Errors reported by the agent.', () => [CommandError])
  errors!: readonly CommandError[]

  @field("The server's rules as text, for the action `list`.", () => JSONValue, { nullable: true })
  rawRules!: unknown

  @field("Docker's rules, for the action `list`.", () => JSONValue, { nullable: true })
  dockerUserRules!: unknown

  @field('Number of rules removed by `flush`.', () => SafeInt, { nullable: true })
  removedCount!: number | null

  @moreField()
  more!: unknown
}
