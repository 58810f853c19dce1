import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

/** The state of a deployment. */
export const DeploymentStatus = enumType('DeploymentStatus', 'The state of a deployment.', {
  PENDING: 'Started; no agent has registered yet.',
  ACTIVE: 'Its agent has registered.',
  PAUSED: 'Held by the operator; it still counts.',
  STOPPED: 'Given up; its place in the limit is free again.',
  FAILED: 'It never came up.',
})
export type DeploymentStatus = keyof typeof DeploymentStatus

/** One application of a deployment. */
@objectType('One application of a deployment.')
export class DeploymentApp {
  readonly __typename?: 'DeploymentApp'

  @field('The code by which commands name it.', () => String)
  code!: string

  @field('The name for people; its code when none was given.', () => String)
  name!: string

  @field('The name of its container on the server; null when it is not known.', () => String, { nullable: true })
  containerName!: string | null
}

/** A template that runs on a server. Account, template, agent, capabilities and commands are added by their resolvers. */
@objectType('A stack that an account runs on a server.', { implements: Node })
export class Deployment implements Node {
  readonly __typename!: 'Deployment'
  id!: string

  @field('The name by which agents and sibling services know it (`deployment_hash`).', () => String)
  hash!: string

  /** Id of the account that `account` loads. */
  accountId!: string

  /** Id of the template that `template` loads; null when it was not made from one. */
  templateId!: string | null

  @field('The name for people; null when it has none.', () => String, { nullable: true })
  name!: string | null

  @field('Its state.', () => DeploymentStatus)
  status!: DeploymentStatus

  @field('The applications in it.', () => [DeploymentApp])
  apps!: readonly DeploymentApp[]

  @field('When it was started.', () => DateTime)
  createdAt!: Date
}

/** A page of deployments. */
export const DeploymentConnection = connection('Deployment', 'deployments', () => Deployment)
export type DeploymentConnection = InstanceType<typeof DeploymentConnection>
