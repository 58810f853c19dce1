import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { DenialCode } from '../kernel/denial-code.js'
import { Denial } from '../kernel/denial.type.js'
import { field, objectType } from '../kernel/decorators.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'
import { DateTime, SafeInt, Url } from '../kernel/scalars.js'

/** No more is left of a quota or a limit. */
@objectType('Denied because a quota is used up (QUOTA_EXCEEDED) or a limit is reached (LIMIT_REACHED).', {
  implements: Denial,
})
export class QuotaExceeded implements Denial {
  readonly __typename!: 'QuotaExceeded'
  code!: Extract<DenialCode, 'QUOTA_EXCEEDED' | 'LIMIT_REACHED'>
  message!: string
  source!: DenialValue

  @field('Feature whose quota or limit is exceeded.', () => Feature)
  feature!: Feature

  @field('Units used, including reservations.', () => SafeInt)
  used!: number

  @field('Limit of the account.', () => SafeInt)
  limit!: number

  @field('End of the window, when usage restarts at zero (business clock). Null for a limit.', () => DateTime, {
    nullable: true,
  })
  resetsAt!: Date | null

  @field('Absolute URL where the account can upgrade. Null if none is configured.', () => Url, { nullable: true })
  upgradeUrl!: string | null

  @field('Current plan of the account.', () => Plan)
  currentPlan!: Plan
}
