import { Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'

/** Reads the configuration of an application. */
@inputType('Reads the configuration of an application.')
export class FetchConfigCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field('Whether to write it to the server as well.', () => Boolean, { nullable: true, defaultValue: false })
  apply?: boolean | null
}

/** Writes the configuration of an application. */
@inputType('Writes the configuration of an application.')
export class ApplyConfigCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field('What to write. Only the agent reads it.', () => String, { nullable: true })
  configContent?: string | null

  @field('Where; required with config_content.', () => String, { nullable: true })
  destinationPath?: string | null

  @field('Whether to restart the application afterwards.', () => Boolean, { nullable: true, defaultValue: true })
  restartAfter?: boolean | null
}

/** Reads the configuration of many applications. */
@inputType('Reads the configuration of many applications.')
export class FetchAllConfigsCommandInput {
  @field("The applications. Left out: all of the deployment's.", () => [String], { nullable: true })
  appCodes?: string[] | null

  @field('Whether to write them to the server as well.', () => Boolean, { nullable: true, defaultValue: false })
  apply?: boolean | null

  @field('Whether to pack them.', () => Boolean, { nullable: true, defaultValue: false })
  archive?: boolean | null
}

/** Sets up the route under which an application is reached. */
@inputType('Sets up the route under which an application is reached.')
export class ConfigureProxyCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field('Under which names it is reached.', () => [String])
  domainNames!: string[]

  @field("Where to send what comes. Left out: the application's code.", () => String, { nullable: true })
  forwardHost?: string | null

  @field('To which port: 1 to 65535.', () => Int)
  forwardPort!: number

  @field('Whether to serve it over TLS.', () => Boolean, { nullable: true, defaultValue: true })
  sslEnabled?: boolean | null

  @field('Whether to send plain requests there.', () => Boolean, { nullable: true, defaultValue: true })
  sslForced?: boolean | null

  @field('Whether to speak HTTP/2.', () => Boolean, { nullable: true, defaultValue: true })
  http2Support?: boolean | null

  @field('What to do with the route: one of `create`, `update`, `delete`.', () => String, {
    nullable: true,
    defaultValue: 'create',
  })
  action?: string | null

  @field('The address of the proxy manager, when it is not the usual one.', () => String, { nullable: true })
  npmHost?: string | null

  @field('Who signs in there.', () => String, { nullable: true })
  npmEmail?: string | null

  @field('With what. Only the agent reads it.', () => String, { nullable: true })
  npmPassword?: string | null
}

/** A port, and from where it may be reached. */
@inputType('A port, and from where it may be reached.')
export class PortRuleInput {
  @field('The port: 1 to 65535.', () => Int)
  port!: number

  @field('Its protocol: one of `tcp`, `udp`.', () => String, { nullable: true, defaultValue: 'tcp' })
  protocol?: string | null

  @field('From where it may be reached.', () => String, { nullable: true, defaultValue: '0.0.0.0/0' })
  source?: string | null

  @field('Why, for people.', () => String, { nullable: true })
  comment?: string | null
}

/** Opens and closes ports of the server. */
@inputType('Opens and closes ports of the server.')
export class ConfigureFirewallCommandInput {
  @field('The application that it is for.', () => String, { nullable: true })
  appCode?: string | null

  @field('What to do: one of `add`, `remove`, `list`, `flush`.', () => String, { nullable: true, defaultValue: 'add' })
  action?: string | null

  @field('Ports for everybody.', () => [PortRuleInput], { nullable: true })
  publicPorts?: PortRuleInput[] | null

  @field('Ports for named sources.', () => [PortRuleInput], { nullable: true })
  privatePorts?: PortRuleInput[] | null

  @field('Whether it outlives a restart of the server.', () => Boolean, { nullable: true, defaultValue: true })
  persist?: boolean | null
}
