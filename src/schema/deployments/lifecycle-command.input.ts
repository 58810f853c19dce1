import { Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { APP_CODE } from '../kernel/descriptions.js'
import { JSONValue } from '../kernel/scalars.js'

@inputType('Starts or restarts an application.')
export class AppCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field("Container name. Default: the application's container.", () => String, { nullable: true })
  container?: string | null

  @field('Whether to act without waiting for a graceful stop. Agents of this version ignore it.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  force?: boolean | null
}

@inputType('Stops an application.')
export class StopCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field("Container name. Default: the application's container.", () => String, { nullable: true })
  container?: string | null

  @field('Seconds to wait for a graceful stop, 1–300.', () => Int, { nullable: true, defaultValue: 30 })
  timeout?: number | null
}

@inputType('Settings of the drift check for a file.')
export class DriftCheckInput {
  @field('Whether to check for drift.', () => Boolean)
  enabled!: boolean

  @field('Source of the reference hash.', () => String)
  hashSource!: string
}

@inputType('A configuration file to write to the server.')
export class ConfigFileInput {
  @field('Content of the file. Only the agent can read it.', () => String)
  content!: string

  @field('Path on the server to write the file to.', () => String)
  destinationPath!: string

  @field('Content type of the file.', () => String, { nullable: true, defaultValue: 'text/plain' })
  contentType?: string | null

  @field('Permissions of the file.', () => String, { nullable: true, defaultValue: '0644' })
  fileMode?: string | null

  @field('User owner of the file.', () => String, { nullable: true })
  owner?: string | null

  @field('Group owner of the file.', () => String, { nullable: true })
  group?: string | null

  @field('Whether to replace a file that was changed on the server.', () => Boolean, { nullable: true })
  forceOverwrite?: boolean | null

  @field('Settings of the drift check. Default: no check.', () => DriftCheckInput, { nullable: true })
  driftCheck?: DriftCheckInput | null
}

@inputType('Credentials for a private registry.')
export class RegistryAuthInput {
  @field('Host name of the registry.', () => String)
  registry!: string

  @field('User name for the registry.', () => String)
  username!: string

  @field('Password for the registry. Only the agent can read it.', () => String)
  password!: string
}

@inputType('Installs or updates an application.')
export class DeployAppCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field('Compose file of the application. Only the agent can read it.', () => String, { nullable: true })
  composeContent?: string | null

  @field('Image of the application. Agents of this version ignore it.', () => String, { nullable: true })
  image?: string | null

  @field('Environment variables by name. Only the agent can read their values.', () => JSONValue, { nullable: true })
  envVars?: unknown

  @field('Files to write before the application starts.', () => [ConfigFileInput], { nullable: true })
  configFiles?: ConfigFileInput[] | null

  @field('Whether to pull newer images first.', () => Boolean, { nullable: true, defaultValue: true })
  pull?: boolean | null

  @field('Recreate the containers even if nothing changed.', () => Boolean, { nullable: true, defaultValue: false })
  forceRecreate?: boolean | null

  @field('Whether to replace files that were changed on the server.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  forceConfigOverwrite?: boolean | null

  @field('Container runtime: `runc`, or `kata` if the agent supports it.', () => String, {
    nullable: true,
    defaultValue: 'runc',
  })
  runtime?: string | null

  @field('Credentials for a private registry.', () => RegistryAuthInput, { nullable: true })
  registryAuth?: RegistryAuthInput | null
}

@inputType('Installs an application with its configuration.')
export class DeployWithConfigsCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field('Whether to pull newer images first.', () => Boolean, { nullable: true, defaultValue: true })
  pull?: boolean | null

  @field('Recreate the containers even if nothing changed.', () => Boolean, { nullable: true, defaultValue: false })
  forceRecreate?: boolean | null

  @field('Whether to write the configuration first.', () => Boolean, { nullable: true, defaultValue: true })
  applyConfigs?: boolean | null

  @field('Container runtime: `runc`, or `kata` if the agent supports it.', () => String, {
    nullable: true,
  })
  runtime?: string | null

  @field('Credentials for a private registry.', () => RegistryAuthInput, { nullable: true })
  registryAuth?: RegistryAuthInput | null
}

@inputType('Removes an application.')
export class RemoveAppCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field('Whether to delete the configuration.', () => Boolean, { nullable: true, defaultValue: true })
  deleteConfig?: boolean | null

  @field('Whether to delete the data. This cannot be reversed.', () => Boolean, {
    nullable: true,
    defaultValue: false,
  })
  removeVolumes?: boolean | null

  @field('Whether to delete the image.', () => Boolean, { nullable: true, defaultValue: false })
  removeImage?: boolean | null
}

@inputType('Runs a command line inside the container of an application.')
export class ExecCommandInput {
  @field(APP_CODE, () => String)
  appCode!: string

  @field("Container name. Default: the application's container.", () => String, { nullable: true })
  container?: string | null

  @field(
    'Command line to run. Rejected if it contains `rm -rf /`, `mkfs`, `dd if=`, `:(){`, `shutdown`, `reboot`, `halt`, `poweroff`, `init 0` or `init 6`.',
    () => String,
  )
  command!: string

  @field('Timeout in seconds, 1–120.', () => Int, { nullable: true, defaultValue: 30 })
  timeout?: number | null

  @field('Whether to remove secrets from the output.', () => Boolean, {
    nullable: true,
    defaultValue: true,
  })
  redactOutput?: boolean | null
}
