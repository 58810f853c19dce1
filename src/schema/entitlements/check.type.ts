import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { Entitlement } from './entitlement.type.js'
import { FailurePolicy } from './failure-policy.js'
import type { AnyDenial } from '../any-denial.js'

/** The answer to "may this account do that now?". */
@objectType('The answer to "may this account do that now?". Asking changes nothing.')
export class Check {
  readonly __typename?: 'Check'

  @field('Whether it may.', () => Boolean)
  allowed!: boolean

  @field('The right that was looked at; null when the account has none.', () => Entitlement, { nullable: true })
  entitlement!: Entitlement | null

  @field('Why not, and what would lift it; null when allowed.', () => Denial, { nullable: true })
  denial!: AnyDenial | null

  @field('The policy that decided, because the store could not answer; null: decided on facts.', () => FailurePolicy, {
    nullable: true,
  })
  decidedBy!: FailurePolicy | null

  @field('How it was decided, step by step.', () => [String])
  explain!: readonly string[]
}
