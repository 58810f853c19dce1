import { Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'

/** Asks whether an application, or all of them, are well. */
@inputType('Asks whether an application, or all of them, are well.')
export class HealthCommandInput {
  @field('The application; `all` for every one, `system` for the server with include_system.', () => String, {
    nullable: true,
  })
  appCode?: string | null

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field('Whether to measure the containers.', () => Boolean, { nullable: true, defaultValue: true })
  includeMetrics?: boolean | null

  @field('Whether to look at the server itself.', () => Boolean, { nullable: true, defaultValue: false })
  includeSystem?: boolean | null
}

/** Fetches lines of the log of an application. */
@inputType('Fetches lines of the log of an application.')
export class LogsCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field('Where the last answer ended. Left out: the newest lines.', () => String, { nullable: true })
  cursor?: string | null

  @field('How many lines at most: 1 to 1000.', () => Int, { nullable: true, defaultValue: 400 })
  limit?: number | null

  @field('Which streams; an empty list means both: one of `stdout`, `stderr`.', () => [String], { nullable: true })
  streams?: string[] | null

  @field('Whether the agent hides what looks like a secret. Here it is hidden in any case.', () => Boolean, {
    nullable: true,
    defaultValue: true,
  })
  redact?: boolean | null
}

/** What a container is for. */
@inputType('What a container is for.')
export class ContainerRoleInput {
  @field('Which containers are meant.', () => String)
  containerNamePattern!: string

  @field('What they are for.', () => String)
  containerRole!: string

  @field('Another application that they count for.', () => String, { nullable: true })
  mapsToAppCode?: string | null

  @field('The name for people.', () => String, { nullable: true })
  displayName?: string | null
}

/** Which containers belong to an application. */
@inputType('Which containers belong to an application.')
export class AppContainersInput {
  @field('The application.', () => String)
  appCode!: string

  @field('Which of its containers is what.', () => [ContainerRoleInput])
  containerMap!: ContainerRoleInput[]
}

/** Lists the containers on the server. */
@inputType('Lists the containers on the server.')
export class ListContainersCommandInput {
  @field('Whether to measure them.', () => Boolean, { nullable: true, defaultValue: true })
  includeHealth?: boolean | null

  @field('Whether to add the last lines of their logs.', () => Boolean, { nullable: true, defaultValue: false })
  includeLogs?: boolean | null

  @field('How many lines each, with include_logs: 1 to 100.', () => Int, { nullable: true, defaultValue: 10 })
  logLines?: number | null

  @field('Which container belongs to which application.', () => [AppContainersInput], { nullable: true })
  appContainerMap?: AppContainersInput[] | null
}

/** Counts and sorts the errors in the logs. */
@inputType('Counts and sorts the errors in the logs.')
export class ErrorSummaryCommandInput {
  @field('The application. Left out: all of them.', () => String, { nullable: true })
  appCode?: string | null

  @field('How far to look back: 1 to 168.', () => Int, { nullable: true, defaultValue: 24 })
  hours?: number | null

  @field('Whether to hide what looks like a secret.', () => Boolean, { nullable: true, defaultValue: true })
  redact?: boolean | null
}

/** Measures the server. */
@inputType('Measures the server.')
export class ServerResourcesCommandInput {
  @field('Whether to measure disks.', () => Boolean, { nullable: true, defaultValue: true })
  includeDisk?: boolean | null

  @field('Whether to look at the network.', () => Boolean, { nullable: true, defaultValue: true })
  includeNetwork?: boolean | null
}

/** Looks for the interfaces that an application offers. */
@inputType('Looks for the interfaces that an application offers.')
export class ProbeEndpointsCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field('What to look for: one of `openapi`, `html_forms`, `rest`, `graphql`, `mcp`.', () => [String], {
    nullable: true,
  })
  protocols?: string[] | null

  @field('How long to wait for each answer: 1 to 30.', () => Int, { nullable: true, defaultValue: 5 })
  probeTimeout?: number | null

  @field('Whether to keep samples of the answers.', () => Boolean, { nullable: true, defaultValue: false })
  captureSamples?: boolean | null
}

/** Compares configuration with what is on the server. */
@inputType('Compares configuration with what is on the server.')
export class ConfigDiffCommandInput {
  @field("The applications. Left out: all of the deployment's.", () => [String], { nullable: true })
  appCodes?: string[] | null

  @field('Whether to show the lines that differ.', () => Boolean, { nullable: true, defaultValue: false })
  includeDiff?: boolean | null
}
