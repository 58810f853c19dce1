import { Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { APP_CODE } from '../kernel/descriptions.js'

@inputType('Reads the configuration of an application.')
export class FetchConfigCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field('Whether to write the configuration to the server as well.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  apply?: boolean | null
}

@inputType('Writes the configuration of an application.')
export class ApplyConfigCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field('Content to write. Only the agent can read it.', () => String, { nullable: true })
  configContent?: string | null

  @field('Path to write to. Required with `configContent`.', () => String, { nullable: true })
  destinationPath?: string | null

  @field('Whether to restart the application afterwards.', () => Boolean, { nullable: true, defaultValue: true })
  restartAfter?: boolean | null
}

@inputType('Reads the configuration of several applications.')
export class FetchAllConfigsCommandInput {
  @field('Application codes. Default: all applications.', () => [String], { nullable: true })
  appCodes?: string[] | null

  @field('Whether to write the configurations to the server as well.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  apply?: boolean | null

  @field('Whether to create an archive.', () => Boolean, { nullable: true, defaultValue: false })
  archive?: boolean | null
}

@inputType('Configures the proxy route of an application.')
export class ConfigureProxyCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field('Domain names of the application.', () => [String])
  domainNames!: string[]

  @field('Host to forward requests to. Default: the application code.', () => String, { nullable: true })
  forwardHost?: string | null

  @field('Port to forward requests to, 1–65535.', () => Int)
  forwardPort!: number

  @field('Whether to enable TLS.', () => Boolean, { nullable: true, defaultValue: true })
  sslEnabled?: boolean | null

  @field('Whether to redirect HTTP requests to HTTPS.', () => Boolean, { nullable: true, defaultValue: true })
  sslForced?: boolean | null

  @field('Whether to enable HTTP/2.', () => Boolean, { nullable: true, defaultValue: true })
  http2Support?: boolean | null

  @field('Action: `create`, `update` or `delete`.', () => String, {
    nullable: true,
    defaultValue: 'create',
  })
  action?: string | null

  @field("URL of the proxy manager. Default: the agent's setting.", () => String, { nullable: true })
  npmHost?: string | null

  @field('User name for the proxy manager.', () => String, { nullable: true })
  npmEmail?: string | null

  @field('Password for the proxy manager. Only the agent can read it.', () => String, { nullable: true })
  npmPassword?: string | null
}

@inputType('A firewall rule for one port.')
export class PortRuleInput {
  @field('Port number, 1–65535.', () => Int)
  port!: number

  @field('Protocol, `tcp` or `udp`.', () => String, { nullable: true, defaultValue: 'tcp' })
  protocol?: string | null

  @field('Source addresses that can reach the port.', () => String, { nullable: true, defaultValue: '0.0.0.0/0' })
  source?: string | null

  @field('Comment for people.', () => String, { nullable: true })
  comment?: string | null
}

@inputType('Opens and closes ports of the server.')
export class ConfigureFirewallCommandInput {
  @field('Code of the application that the rules are for.', () => String, { nullable: true })
  appCode?: string | null

  @field('Action: `add`, `remove`, `list` or `flush`.', () => String, { nullable: true, defaultValue: 'add' })
  action?: string | null

  @field('Ports that every source can reach.', () => [PortRuleInput], { nullable: true })
  publicPorts?: PortRuleInput[] | null

  @field('Ports that only the named sources can reach.', () => [PortRuleInput], { nullable: true })
  privatePorts?: PortRuleInput[] | null

  @field('Whether the rules stay after a restart of the server.', () => Boolean, { nullable: true, defaultValue: true })
  persist?: boolean | null
}
