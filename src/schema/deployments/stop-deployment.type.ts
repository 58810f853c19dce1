import { field, inputType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { Deployment } from './deployment.type.js'

/** Which deployment to give up. */
@inputType('Which deployment to give up.')
export class StopDeploymentInput {
  @field("The deployment's hash.", () => String)
  hash!: string

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** What `stopDeployment` answers. */
export const StopDeploymentResult = unionType(
  'StopDeploymentResult',
  'The deployment that was stopped, or why it was not.',
  () => [Deployment, Refused],
)
export type StopDeploymentResult = Deployment | Refused
