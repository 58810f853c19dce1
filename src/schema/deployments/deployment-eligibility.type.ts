import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'

/** True if an account may deploy a template now. */
@objectType('Whether an account may deploy a template now, with all denials if not.')
export class DeploymentEligibility {
  readonly __typename?: 'DeploymentEligibility'

  @field('Whether the account can deploy the template now.', () => Boolean)
  allowed!: boolean

  @field('Denials in the order to resolve them: plan, purchase, allowance, stack, infrastructure.', () => [Denial])
  denials!: readonly Denial[]

  @field('Steps of the decision, for people.', () => [String])
  explain!: readonly string[]
}
