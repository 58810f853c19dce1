import { ID } from 'type-graphql'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'
import { ChangeTime } from './change-time.js'
import { InvoiceLine } from './invoice.type.js'

/** The catalog's policy for paid time that is no longer used. */
export const UnusedTimePolicy = enumType(
  'UnusedTimePolicy',
  'Credit for paid time that becomes unused by an immediate downgrade, a removed add-on or an immediate cancellation. Set in the catalog.',
  {
    CREDIT:
      'The price as paid, times the smaller of two shares: the unused time and the unused allowance of the period. At most the amount that was paid and neither refunded nor credited.',
    NONE: 'No credit for unused time.',
  },
)
export type UnusedTimePolicy = keyof typeof UnusedTimePolicy

/** A cancellation to preview. */
@inputType('Cancellation to preview.')
export class PreviewCancellationInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Effective time of the cancellation.', () => ChangeTime, { nullable: true, defaultValue: 'PERIOD_END' })
  at?: ChangeTime | null
}

@objectType('Effect of a cancellation. Nothing is changed.')
export class CancellationPreview {
  readonly __typename!: 'CancellationPreview'

  @field('Time the subscription would end (business clock).', () => DateTime)
  effectiveAt!: Date

  @field('Credit for unused time. Zero for a cancellation at period end.', () => Money)
  credit!: Money

  @field(
    'Amount that is charged for the used part of a period whose invoice is unpaid, in place of that invoice. Zero if all is paid, and for a cancellation at period end.',
    () => Money,
  )
  due!: Money

  @field('Parts of the credit as negative amounts, and parts of the charge as positive ones.', () => [InvoiceLine])
  lines!: readonly InvoiceLine[]

  @field('Catalog policy that determines the credit.', () => UnusedTimePolicy)
  unusedTime!: UnusedTimePolicy

  @field('Whether the credit is paid as a refund, because the provider keeps no credit balance.', () => Boolean)
  asRefund!: boolean
}

export const PreviewCancellationResult = unionType('PreviewCancellationResult', 'The preview, or a denial.', () => [
  CancellationPreview,
  Refused,
])
export type PreviewCancellationResult = CancellationPreview | Refused
