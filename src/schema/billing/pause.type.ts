import { ArgsType, ID } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { keyArgument } from '../kernel/mutation-arguments.js'
import { previewType } from '../kernel/payload.js'
import { DateTime } from '../kernel/scalars.js'

const RESUMES_AT =
  'Time at which payments continue by themselves (business clock). At least the end of the paid period, and at most that of the catalog after it. Default: the latest time.'

/** A pause to preview. */
@ArgsType()
export class PreviewPauseArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(RESUMES_AT, () => DateTime, { nullable: true })
  resumesAt?: Date | null
}

@ArgsType()
export class PauseSubscriptionArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(RESUMES_AT, () => DateTime, { nullable: true })
  resumesAt?: Date | null

  @keyArgument()
  idempotencyKey!: string
}

/** A resumption to preview. */
@ArgsType()
export class PreviewResumptionArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null
}

@objectType('A pause of the payments of a subscription.')
export class SubscriptionPause {
  readonly __typename?: 'SubscriptionPause'

  @field('Time of the request (business clock).', () => DateTime)
  pausedAt!: Date

  @field(
    'Time at which payments continue by themselves (business clock). Null if only `resumeSubscription` ends the pause, and after it has ended.',
    () => DateTime,
    { nullable: true },
  )
  resumesAt!: Date | null

  @field('End of the last paid period (business clock).', () => DateTime)
  paidUntil!: Date

  @field('True if the plan stays after the paid period. Set in the catalog.', () => Boolean)
  keepsAccess!: boolean

  @field(
    'True if payments continue and the next one has not come yet. After it, the pause is over and can be repeated.',
    () => Boolean,
  )
  resumed!: boolean
}

@previewType('Effect of a pause. Nothing is changed.')
export class PausePreview {
  @field(
    'End of the paid period (business clock). Nothing is paid after it, and unpaid periods of a negotiated price count.',
    () => DateTime,
    { nullable: true },
  )
  paidUntil!: Date | null

  @field('Time at which payments continue by themselves (business clock).', () => DateTime, { nullable: true })
  resumesAt!: Date | null

  @field('True if the plan stays after the paid period. Set in the catalog.', () => Boolean, { nullable: true })
  keepsAccess!: boolean | null
}

@previewType('Effect of a resumption. Nothing is changed.')
export class ResumptionPreview {
  @field(
    'Amount that is charged now, with discounts and tax. Zero while the paid period runs, if the plan stayed, and at PayPal.',
    () => Money,
    { nullable: true },
  )
  dueNow!: Money | null

  @field('Time of the next payment after it (business clock).', () => DateTime, { nullable: true })
  nextPaymentAt!: Date | null
}
