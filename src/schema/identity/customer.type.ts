import { ArgsType, ID } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { CurrencyCode, JSONValue } from '../kernel/scalars.js'

@inputType('Values of an account. Fields that are left out do not change.')
export class AccountInput {
  @field('Display name, a single line of 1 to 100 characters. Default: unchanged, at first your ID.', () => String, {
    nullable: true,
  })
  name?: string | null

  @field(
    'Address for receipts and notices while no owner has signed in. Null removes it. Default: unchanged.',
    () => String,
    {
      nullable: true,
    },
  )
  billingEmail?: string | null

  @field(
    'Your own data: at most 50 keys with texts of at most 500 characters. Keys that are left out stay, a null removes its key, and `metadata: null` removes all. Default: unchanged.',
    () => JSONValue,
    { nullable: true },
  )
  metadata?: Record<string, string | null> | null

  @field(
    'Currency of its prices, one in which the catalog sells (`Installation.currencies`). A running subscription keeps its own. Null: the default of the catalog. Default: unchanged.',
    () => CurrencyCode,
    {
      nullable: true,
    },
  )
  currency?: string | null

  @field(
    'Language of mails and pages, as a tag of BCP 47. Null: that of the browser. Default: unchanged.',
    () => String,
    {
      nullable: true,
    },
  )
  language?: string | null

  @field('Time zone, as an IANA name. Null: UTC. Default: unchanged.', () => String, { nullable: true })
  timeZone?: string | null
}

@ArgsType()
export class UpsertAccountArgs {
  @field(
    'Reference of the account: `customer:` and your ID of 1 to 200 characters. Or the ID of an existing account.',
    () => ID,
  )
  accountId!: string

  @field('Values to set.', () => AccountInput)
  input!: AccountInput
}

@ArgsType()
export class LinkAccountArgs {
  @field('ID or reference of the account of a customer.', () => ID)
  accountId!: string

  @field('ID of the user who becomes its owner.', () => ID)
  userId!: string
}
