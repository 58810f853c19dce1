import { Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

/** Starts or restarts an application. */
@inputType('Starts or restarts an application.')
export class AppCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field(
    'Whether to do it without waiting for the application to end by itself. Agents of this version ignore it.',
    () => Boolean,
    { nullable: true, defaultValue: false },
  )
  force?: boolean | null
}

/** Stops an application. */
@inputType('Stops an application.')
export class StopCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field('How long it may take to end by itself: 1 to 300.', () => Int, { nullable: true, defaultValue: 30 })
  timeout?: number | null
}

/** How a change on the server is noticed. */
@inputType('How a change on the server is noticed.')
export class DriftCheckInput {
  @field('Whether to look for one.', () => Boolean)
  enabled!: boolean

  @field('What to compare with.', () => String)
  hashSource!: string
}

/** A file of configuration, to be written to the server. */
@inputType('A file of configuration, to be written to the server.')
export class ConfigFileInput {
  @field('What the file holds. Only the agent reads it.', () => String)
  content!: string

  @field('Where it goes.', () => String)
  destinationPath!: string

  @field('What kind of file it is.', () => String, { nullable: true, defaultValue: 'text/plain' })
  contentType?: string | null

  @field('Its permissions.', () => String, { nullable: true, defaultValue: '0644' })
  fileMode?: string | null

  @field('Its owner.', () => String, { nullable: true })
  owner?: string | null

  @field('Its group.', () => String, { nullable: true })
  group?: string | null

  @field('Whether to replace what was changed on the server.', () => Boolean, { nullable: true })
  forceOverwrite?: boolean | null

  @field('Whether and against what a change on the server is noticed.', () => DriftCheckInput, { nullable: true })
  driftCheck?: DriftCheckInput | null
}

/** How to sign in at a private registry. */
@inputType('How to sign in at a private registry.')
export class RegistryAuthInput {
  @field('The address of the registry.', () => String)
  registry!: string

  @field('Who signs in there.', () => String)
  username!: string

  @field('With what. Only the agent reads it.', () => String)
  password!: string
}

/** Installs or updates an application. */
@inputType('Installs or updates an application.')
export class DeployAppCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field('The compose file. Only the agent reads it.', () => String, { nullable: true })
  composeContent?: string | null

  @field('The image. Agents of this version ignore it.', () => String, { nullable: true })
  image?: string | null

  @field('Environment variables by name. Only the agent reads their values.', () => JSONValue, { nullable: true })
  envVars?: unknown

  @field('Files to write before it starts.', () => [ConfigFileInput], { nullable: true })
  configFiles?: ConfigFileInput[] | null

  @field('Whether to fetch newer images first.', () => Boolean, { nullable: true, defaultValue: true })
  pull?: boolean | null

  @field('Whether to make its containers anew in any case.', () => Boolean, { nullable: true, defaultValue: false })
  forceRecreate?: boolean | null

  @field('Whether to replace files that were changed on the server.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  forceConfigOverwrite?: boolean | null

  @field('How its containers are run; kata needs an agent that has it: one of `runc`, `kata`.', () => String, {
    nullable: true,
    defaultValue: 'runc',
  })
  runtime?: string | null

  @field('How to sign in at a private registry.', () => RegistryAuthInput, { nullable: true })
  registryAuth?: RegistryAuthInput | null
}

/** Installs an application with its configuration. */
@inputType('Installs an application with its configuration.')
export class DeployWithConfigsCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field('Whether to fetch newer images first.', () => Boolean, { nullable: true, defaultValue: true })
  pull?: boolean | null

  @field('Whether to make its containers anew in any case.', () => Boolean, { nullable: true, defaultValue: false })
  forceRecreate?: boolean | null

  @field('Whether to write its configuration first.', () => Boolean, { nullable: true, defaultValue: true })
  applyConfigs?: boolean | null

  @field('How its containers are run; kata needs an agent that has it: one of `runc`, `kata`.', () => String, {
    nullable: true,
  })
  runtime?: string | null

  @field('How to sign in at a private registry.', () => RegistryAuthInput, { nullable: true })
  registryAuth?: RegistryAuthInput | null
}

/** Removes an application. */
@inputType('Removes an application.')
export class RemoveAppCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field('Whether to delete its configuration.', () => Boolean, { nullable: true, defaultValue: true })
  deleteConfig?: boolean | null

  @field('Whether to delete its data. It cannot be brought back.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  removeVolumes?: boolean | null

  @field('Whether to delete its image.', () => Boolean, { nullable: true, defaultValue: false })
  removeImage?: boolean | null
}

/** Runs a command inside the container of an application. */
@inputType('Runs a command inside the container of an application.')
export class ExecCommandInput {
  @field('The application, by its code in the deployment.', () => String)
  appCode!: string

  @field("The container. Left out: the application's own.", () => String, { nullable: true })
  container?: string | null

  @field(
    'What to run. Refused when it holds one of: `rm -rf /`, `mkfs`, `dd if=`, `:(){`, `shutdown`, `reboot`, `halt`, `poweroff`, `init 0`, `init 6`.',
    () => String,
  )
  command!: string

  @field('How long it may take: 1 to 120.', () => Int, { nullable: true, defaultValue: 30 })
  timeout?: number | null

  @field('Whether to hide what looks like a secret in its output.', () => Boolean, {
    nullable: true,
    defaultValue: true,
  })
  redactOutput?: boolean | null
}
