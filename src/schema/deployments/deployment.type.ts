import { Int } from 'type-graphql'
import { countedConnection } from '../kernel/connection.js'
import { enumType, federationKeys, field, objectType } from '../kernel/decorators.js'
import { CURRENT_STREAM_CURSOR } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

export const DeploymentStatus = enumType('DeploymentStatus', 'Status of a deployment.', {
  PENDING: 'Started; no agent has registered yet.',
  ACTIVE: 'The agent has registered.',
  STOPPED: 'Stopped; its place in the limit is released.',
})
export type DeploymentStatus = keyof typeof DeploymentStatus

export const AppStatus = enumType('AppStatus', 'Status of an application.', {
  RUNNING: 'The application runs or is starting.',
  STOPPED: 'The application is stopped.',
  ERROR: 'The application failed.',
})
export type AppStatus = keyof typeof AppStatus

/** The reported state is added by its resolvers. */
@objectType('One application of a deployment.', { implements: Node })
export class DeploymentApp implements Node {
  readonly __typename!: 'DeploymentApp'
  id!: string

  /** ID of the deployment whose reported states are loaded. */
  deploymentId!: string

  @field('Application code that commands use.', () => String)
  code!: string

  @field('Display name. The code if none was given.', () => String)
  name!: string

  @field('Name of the container on the server. Null if unknown.', () => String, { nullable: true })
  containerName!: string | null
}

/** A template that runs on a server. Account, template, agent, capabilities and commands are added by their resolvers. */
@objectType('A stack that an account runs on a server.', { implements: Node })
@federationKeys('id', 'hash')
export class Deployment implements Node {
  readonly __typename!: 'Deployment'
  id!: string

  @field('Deployment hash, the name used by agents and integrations (`deployment_hash`).', () => String)
  hash!: string

  /** Id of the account that `account` loads. */
  accountId!: string

  /** ID of the template that `template` loads. Null without a template. */
  templateId!: string | null

  /** The name that it was given, which `name` returns. */
  displayName!: string | null

  @field('Status of the deployment.', () => DeploymentStatus)
  status!: DeploymentStatus

  @field('Stack code of the deployment.', () => String)
  stack!: string

  @field('Version of the template at the start. Null without a template.', () => Int, { nullable: true })
  templateVersion!: number | null

  @field('Applications of the deployment.', () => [DeploymentApp])
  apps!: readonly DeploymentApp[]

  @field('Time the deployment was started (business clock).', () => DateTime)
  startedAt!: Date

  /** ID of the user that `startedBy` loads. Null if a service started it. */
  startedByUserId!: string | null

  @field('Time the deployment was stopped (business clock). Null if it is not stopped.', () => DateTime, {
    nullable: true,
  })
  stoppedAt!: Date | null

  @field(
    'Time the installation was completed (machine clock). Null if the installer has not reported it.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  completedAt!: Date | null

  /** Sealed values, of which `values` shows those that are no secrets. */
  valuesSealed!: string | null

  /** Address of the server, which `server` returns. */
  serverAddress!: string | null

  @field(
    `Position of the deployment's stream (\`commandStatus\`, \`agentPresence\`). It ${CURRENT_STREAM_CURSOR}`,
    () => String,
  )
  cursor!: string
}

/** A page of deployments. */
export const DeploymentConnection = countedConnection('Deployment', 'deployments', () => Deployment)
export type DeploymentConnection = InstanceType<typeof DeploymentConnection>
