import { ID, Int } from 'type-graphql'
import { Account } from '../identity/account.type.js'
import { field, inputType } from '../kernel/decorators.js'
import { Keyed } from '../kernel/mutation-arguments.js'
import { payloadType } from '../kernel/payload.js'
import { DateTime } from '../kernel/scalars.js'

@inputType(
  "An event of a subscription at the seller's own payment provider. The key of the call is the ID of the event.",
)
export class SetPlanInput extends Keyed {
  @field(
    'Account ID or reference (`customer:…`, `person:…`, `team:…`, `community:…`). A customer without an account is created if the key may do so.',
    () => ID,
  )
  accountId!: string

  @field(
    'Code of the plan, which cannot be left out. Null ends the plan of the source now; the other terms then have no effect.',
    () => String,
    {
      nullable: true,
    },
  )
  plan?: string | null

  @field('Units of a plan that is priced by the unit, 1–10,000. Default: 1.', () => Int, { nullable: true })
  quantity?: number | null

  @field(
    'Start of the paid period (business clock), from which allowances of a billing period are counted. Not in the future. Default: that of the present period, at first now.',
    () => DateTime,
    { nullable: true },
  )
  from?: Date | null

  @field(
    'End of the paid period (business clock). The plan expires at the end of that day (UTC) unless a later event prolongs it. Null: no end.',
    () => DateTime,
    { nullable: true },
  )
  to?: Date | null

  @field(
    "The seller's own ID of the subscription, 1–255 printable ASCII characters without spaces. Each source holds one plan. Default: `default`.",
    () => String,
    { nullable: true },
  )
  source?: string | null

  @field(
    "Time of the event at the seller's provider (business clock). An event that is older than the last one of its source changes nothing. Not in the future. Default: now, and after the last event.",
    () => DateTime,
    { nullable: true },
  )
  eventAt?: Date | null
}

@payloadType("Result of an event of the seller's own payment provider.")
export class SetPlanPayload {
  @field('The account with its present plan. Null if the mutation was denied.', () => Account, { nullable: true })
  account!: Account | null

  @field(
    'True if this event decides the plan of its source. False if a newer event of the source does. Null if the mutation was denied.',
    () => Boolean,
    { nullable: true },
  )
  applied!: boolean | null
}
