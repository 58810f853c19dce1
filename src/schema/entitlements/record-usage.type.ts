import { payloadType } from '../kernel/payload.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, DENIAL_CODE, DENIAL_MESSAGE } from '../kernel/descriptions.js'
import { DenialCode } from '../kernel/denial-code.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { PROPERTIES, WorkDimensionInput, WorkInput } from './work.input.js'

@inputType('A use that is recorded at once, or as a line of a batch.')
export class UsageEventInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a quota or credit feature.', () => String)
  feature!: string

  @field('Number of units, 1–1,000,000,000,000. Required without `work`.', () => SafeInt, { nullable: true })
  amount?: number | null

  @field('Work that the rate card of the feature prices, instead of `amount`.', () => WorkInput, { nullable: true })
  work?: WorkInput | null

  @field(PROPERTIES, () => [WorkDimensionInput], { nullable: true })
  properties?: readonly WorkDimensionInput[] | null

  @field('Member of the account who used the units. The caps of the member apply. Default: none.', () => ID, {
    nullable: true,
  })
  userId?: string | null

  @field(
    'Time of the use (business clock), at most 5 minutes in the future, which counts as now. `recordUsage` accepts the last 35 days, and counts use of a period that has ended in the current one; a line of a batch is denied before the current window of a quota. Default: now, and for a line of a batch the time at which the batch is closed.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  at?: Date | null

  @field(
    'Unique key of the use; of a line, for the account in the batch. A use that is sent again counts once. 1–255 printable ASCII characters without spaces.',
    () => String,
  )
  key!: string
}

@ArgsType()
export class RecordUsageArgs {
  @field('Usage events, at most 1,000.', () => [UsageEventInput])
  events!: readonly UsageEventInput[]
}

/** An event that was not recorded. */
@objectType('A usage event that was rejected, with the reason.')
export class RejectedUsage {
  readonly __typename?: 'RejectedUsage'

  @field('Index of the event in the list, from 0.', () => Int)
  index!: number

  @field(DENIAL_CODE, () => DenialCode)
  code!: DenialCode

  @field(DENIAL_MESSAGE, () => String)
  message!: string
}

@payloadType('Outcome of a report of use, per event.')
export class UsageReportPayload {
  @field('Number of events that were accepted.', () => SafeInt, { nullable: true })
  acceptedCount!: number | null

  @field('Number of events that were accepted before under the same key.', () => SafeInt, { nullable: true })
  duplicateCount!: number | null

  @field(
    'Number of accepted events whose decision differs from the one that was compared. Null unless the events were compared.',
    () => SafeInt,
    { nullable: true },
  )
  differenceCount!: number | null

  @field('Rejected events, in the order of the list.', () => [RejectedUsage], { nullable: true })
  rejected!: readonly RejectedUsage[] | null
}
