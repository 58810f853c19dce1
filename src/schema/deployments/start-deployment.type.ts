import { Keyed } from '../kernel/mutation-arguments.js'
import { ParameterValueInput } from '../marketplace/template-parameter.type.js'
import { ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'

/** An application to deploy. */
@inputType('An application of the stack to deploy.')
export class DeploymentAppInput {
  @field('Application code that commands use.', () => String)
  code!: string

  @field('Display name, 1–200 characters. Default: the application code.', () => String, { nullable: true })
  name?: string | null

  @field('Name of the container on the server, 1–200 characters.', () => String, { nullable: true })
  containerName?: string | null
}

/** A server that a stack is to run on. */
@inputType('Target server of a stack. Omitted properties are not checked.')
export class ServerInput {
  @field(
    'Name of the server in your system, 1–200 printable ASCII characters without spaces. Deployments with the same name share one managed server. Default: the server that the agent reports.',
    () => String,
    { nullable: true },
  )
  reference?: string | null

  @field('Number of processor cores.', () => Int, { nullable: true })
  cpuCores?: number | null

  @field('Memory size in MB.', () => Int, { nullable: true })
  memoryMb?: number | null

  @field('Disk size in GB.', () => Int, { nullable: true })
  diskGb?: number | null

  @field('Cloud provider, for example `hetzner`.', () => String, { nullable: true })
  cloud?: string | null

  @field('Operating system, for example `ubuntu-24.04`.', () => String, { nullable: true })
  system?: string | null
}

@inputType('Template, account and options of the deployment.')
export class StartDeploymentInput extends Keyed {
  @field("Account that owns the deployment, by ID or reference. Default: the caller's current account.", () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field('ID of the template to deploy.', () => ID)
  templateId!: string

  @field("Stack code. Default: the template's stack.", () => String, { nullable: true })
  stack?: string | null

  @field("Target server, checked against the template's requirements. Default: not checked.", () => ServerInput, {
    nullable: true,
  })
  server?: ServerInput | null

  @field("Display name. Default: the template's name.", () => String, { nullable: true })
  name?: string | null

  @field("Applications of the deployment, at most 100. Default: the template's.", () => [DeploymentAppInput], {
    nullable: true,
  })
  apps?: readonly DeploymentAppInput[] | null

  @field(
    'Values of the parameters of the template, at most one for each. Default: generated values and defaults.',
    () => [ParameterValueInput],
    { nullable: true },
  )
  values?: ParameterValueInput[] | null
}
