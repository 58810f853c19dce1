import { field, inputType, unionType } from '../kernel/decorators.js'
import { DEPLOYMENT_HASH, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { Deployment } from './deployment.type.js'

@inputType('Deployment to stop.')
export class StopDeploymentInput {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const StopDeploymentResult = unionType('StopDeploymentResult', 'The stopped deployment, or a denial.', () => [
  Deployment,
  Refused,
])
export type StopDeploymentResult = Deployment | Refused
