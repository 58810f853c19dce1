import { Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { APP_CODE } from '../kernel/descriptions.js'

@inputType('Checks the health of one or all applications.')
export class HealthCommandInput {
  @field('Application code; `all` for all applications, `system` for the server with `includeSystem`.', () => String, {
    nullable: true,
  })
  appCode?: string | null

  @field("Container name. Default: the application's container.", () => String, { nullable: true })
  container?: string | null

  @field('Whether to measure the containers.', () => Boolean, { nullable: true, defaultValue: true })
  includeMetrics?: boolean | null

  @field('Whether to check the server itself.', () => Boolean, { nullable: true, defaultValue: false })
  includeSystem?: boolean | null
}

@inputType('Fetches log lines of an application.')
export class LogsCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field("Container name. Default: the application's container.", () => String, { nullable: true })
  container?: string | null

  @field('Cursor of the previous result. Default: the newest lines.', () => String, { nullable: true })
  cursor?: string | null

  @field('Maximum number of lines, 1–1000.', () => Int, { nullable: true, defaultValue: 400 })
  limit?: number | null

  @field('Streams to return, `stdout` or `stderr`. Default: both, as for an empty list.', () => [String], {
    nullable: true,
  })
  streams?: string[] | null

  @field('Whether the agent removes secrets. The server always removes them.', () => Boolean, {
    nullable: true,
    defaultValue: true,
  })
  redact?: boolean | null
}

@inputType('Role of a container.')
export class ContainerRoleInput {
  @field('Pattern of the container names.', () => String)
  containerNamePattern!: string

  @field('Role of the matching containers.', () => String)
  containerRole!: string

  @field('Code of another application that the containers belong to.', () => String, { nullable: true })
  mapsToAppCode?: string | null

  @field('Display name of the containers.', () => String, { nullable: true })
  displayName?: string | null
}

@inputType('Containers of one application.')
export class AppContainersInput {
  @field('Code of the application.', () => String)
  appCode!: string

  @field('Roles of the containers.', () => [ContainerRoleInput])
  containerMap!: ContainerRoleInput[]
}

@inputType('Lists the containers on the server.')
export class ListContainersCommandInput {
  @field('Whether to measure the containers.', () => Boolean, { nullable: true, defaultValue: true })
  includeHealth?: boolean | null

  @field('Whether to return the last log lines.', () => Boolean, { nullable: true, defaultValue: false })
  includeLogs?: boolean | null

  @field('Log lines per container, 1–100. Requires `includeLogs`.', () => Int, { nullable: true, defaultValue: 10 })
  logLines?: number | null

  @field('Containers per application.', () => [AppContainersInput], { nullable: true })
  appContainerMap?: AppContainersInput[] | null
}

@inputType('Counts and groups the errors in the logs.')
export class ErrorSummaryCommandInput {
  @field('Application code. Default: all applications.', () => String, { nullable: true })
  appCode?: string | null

  @field('Hours to look back, 1–168.', () => Int, { nullable: true, defaultValue: 24 })
  hours?: number | null

  @field('Whether to remove secrets from the result.', () => Boolean, { nullable: true, defaultValue: true })
  redact?: boolean | null
}

@inputType('Measures the resources of the server.')
export class ServerResourcesCommandInput {
  @field('Whether to measure the disks.', () => Boolean, { nullable: true, defaultValue: true })
  includeDisk?: boolean | null

  @field('Whether to measure the network.', () => Boolean, { nullable: true, defaultValue: true })
  includeNetwork?: boolean | null
}

@inputType('Finds the endpoints that an application offers.')
export class ProbeEndpointsCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field("Container name. Default: the application's container.", () => String, { nullable: true })
  container?: string | null

  @field('Protocols to probe: `openapi`, `html_forms`, `rest`, `graphql`, `mcp`.', () => [String], {
    nullable: true,
  })
  protocols?: string[] | null

  @field('Timeout per request in seconds, 1–30.', () => Int, { nullable: true, defaultValue: 5 })
  probeTimeout?: number | null

  @field('Whether to capture sample responses.', () => Boolean, { nullable: true, defaultValue: false })
  captureSamples?: boolean | null
}

@inputType('Compares stored configurations with the files on the server.')
export class ConfigDiffCommandInput {
  @field('Application codes. Default: all applications.', () => [String], { nullable: true })
  appCodes?: string[] | null

  @field('Whether to return the lines that differ.', () => Boolean, { nullable: true, defaultValue: false })
  includeDiff?: boolean | null
}
