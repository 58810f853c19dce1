import { ID, Int } from 'type-graphql'
import { field, inputType, objectType } from '../kernel/decorators.js'
import { DenialCode } from '../kernel/denial-code.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

/** Something that was used. */
@inputType('Something that was used.')
export class UsageInput {
  @field('The account, by id or reference.', () => ID)
  accountId!: string

  @field('The code of a quota or of credits.', () => String)
  feature!: string

  @field('How many units, from 1 to 1,000,000,000,000.', () => SafeInt)
  amount!: number

  @field('When it was used: not in the future, and not before the present period. Left out: now.', () => DateTime, {
    nullable: true,
  })
  at?: Date | null

  @field(
    "The event's own key: an event that is sent again counts once. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** An event that was not recorded. */
@objectType('An event that was not recorded, and why.')
export class RejectedUsage {
  readonly __typename?: 'RejectedUsage'

  @field("The event's place in the list, from 0.", () => Int)
  index!: number

  @field('The reason, for a program.', () => DenialCode)
  code!: DenialCode

  @field('Plain text for a person.', () => String)
  message!: string
}

/** What became of a list of events. */
@objectType('What became of a list of events; each stands or falls by itself.')
export class RecordUsageResult {
  readonly __typename?: 'RecordUsageResult'

  @field('How many were recorded now.', () => Int)
  accepted!: number

  @field('How many had been recorded before, under the same key.', () => Int)
  duplicates!: number

  @field('Those that were not recorded, in the order of the list.', () => [RejectedUsage])
  rejected!: readonly RejectedUsage[]
}
