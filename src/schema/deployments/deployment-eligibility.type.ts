import type { AnyDenial } from '../any-denial.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'

/** Whether an account may deploy a template now. */
@objectType('Whether an account may deploy a template now, and if not, everything that stands in the way.')
export class DeploymentEligibility {
  readonly __typename?: 'DeploymentEligibility'

  @field('Whether it may.', () => Boolean)
  allowed!: boolean

  @field(
    'The first is the one to act on: plan, then purchase, then allowance, then stack, then infrastructure.',
    () => [Denial],
  )
  denials!: readonly AnyDenial[]

  @field('How it was decided, step by step.', () => [String])
  explain!: readonly string[]
}
