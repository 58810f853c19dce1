import { field, inputType, unionType } from '../kernel/decorators.js'
import { DEPLOYMENT_HASH, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { Deployment } from './deployment.type.js'

@inputType('Deployment with its new name.')
export class RenameDeploymentInput {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field('Display name, 1–200 characters.', () => String)
  name!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const RenameDeploymentResult = unionType(
  'RenameDeploymentResult',
  'The renamed deployment, or a denial.',
  () => [Deployment, Refused],
)
export type RenameDeploymentResult = Deployment | Refused
