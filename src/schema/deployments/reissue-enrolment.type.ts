import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { DEPLOYMENT_HASH, SECRET_IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { Deployment } from './deployment.type.js'

@inputType('Deployment that gets a new enrollment token.')
export class ReissueEnrolmentInput {
  @field(DEPLOYMENT_HASH, () => String)
  deploymentHash!: string

  @field(SECRET_IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('A new enrollment token of a deployment. Returned once.')
export class ReissueEnrolmentPayload {
  readonly __typename!: 'ReissueEnrolmentPayload'

  @field('Deployment of the new token.', () => Deployment)
  deployment!: Deployment

  @field('One-time secret to register the agent.', () => String)
  enrolmentToken!: string
}

export const ReissueEnrolmentResult = unionType('ReissueEnrolmentResult', 'The enrollment token, or a denial.', () => [
  ReissueEnrolmentPayload,
  Refused,
])
export type ReissueEnrolmentResult = ReissueEnrolmentPayload | Refused
