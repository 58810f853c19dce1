import { ID } from 'type-graphql'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'
import { ChangeTime } from './change-time.js'
import { InvoiceLine } from './invoice.type.js'

/** The catalog's policy for paid time that is no longer used. */
export const UnusedTimePolicy = enumType(
  'UnusedTimePolicy',
  'What an account gets for paid time that it gives up by a downgrade now, by removing an add-on, or by cancelling now. The catalog sets it.',
  {
    CREDIT:
      'Credit: the price as it was paid, times the smaller one of two shares, the unused time and the unused allowance of the period. Never more than what was paid and neither refunded nor credited.',
    NONE: 'Nothing.',
  },
)
export type UnusedTimePolicy = keyof typeof UnusedTimePolicy

/** A cancellation to look at. */
@inputType('A cancellation to look at before it is requested.')
export class PreviewCancellationInput {
  @field("Whose subscription, by id or reference. Default: the caller's current account.", () => ID, { nullable: true })
  accountId?: string | null

  @field('When it would end.', () => ChangeTime, { nullable: true, defaultValue: 'PERIOD_END' })
  at?: ChangeTime | null
}

/** What a cancellation would do. */
@objectType('What a cancellation would do; nothing was changed.')
export class CancellationPreview {
  readonly __typename!: 'CancellationPreview'

  @field('When the subscription would end.', () => DateTime)
  effectiveAt!: Date

  @field('Credit for unused time; 0 for an end with the paid period.', () => Money)
  credit!: Money

  @field('The parts of the credit, as amounts below zero. Their sum is the credit.', () => [InvoiceLine])
  lines!: readonly InvoiceLine[]

  @field('The policy of the catalog that decides about the credit.', () => UnusedTimePolicy)
  unusedTime!: UnusedTimePolicy

  @field('True if the credit is paid back as a refund, because the provider keeps no credit balance.', () => Boolean)
  asRefund!: boolean
}

/** What `previewCancellation` returns. */
export const PreviewCancellationResult = unionType(
  'PreviewCancellationResult',
  'What the cancellation would do, or why it is not possible.',
  () => [CancellationPreview, Refused],
)
export type PreviewCancellationResult = CancellationPreview | Refused
