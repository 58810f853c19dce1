import { previewType } from '../kernel/payload.js'
import { ArgsType, ID } from 'type-graphql'
import { enumType, field } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
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
@ArgsType()
export class PreviewCancellationArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Effective time of the cancellation.', () => ChangeTime, { nullable: true, defaultValue: 'PERIOD_END' })
  at?: ChangeTime | null

  @field('Reason that the cancellation would have, at most 500 characters. Default: none.', () => String, {
    nullable: true,
  })
  reason?: string | null
}

@previewType('Effect of a cancellation. Nothing is changed.')
export class CancellationPreview {
  @field('Time the subscription would end (business clock).', () => DateTime, { nullable: true })
  effectiveAt!: Date | null

  @field('Credit for unused time. Zero for a cancellation at period end.', () => Money, { nullable: true })
  credit!: Money | null

  @field(
    'Amount that is charged for the used part of a period whose invoice is unpaid, in place of that invoice. Zero if all is paid, and for a cancellation at period end.',
    () => Money,
    { nullable: true },
  )
  due!: Money | null

  @field('Parts of the credit as negative amounts, and parts of the charge as positive ones.', () => [InvoiceLine], {
    nullable: true,
  })
  lines!: readonly InvoiceLine[] | null

  @field('Catalog policy that determines the credit.', () => UnusedTimePolicy, { nullable: true })
  unusedTime!: UnusedTimePolicy | null

  @field('Whether the credit is paid as a refund, because the provider keeps no credit balance.', () => Boolean, {
    nullable: true,
  })
  asRefund!: boolean | null
}
