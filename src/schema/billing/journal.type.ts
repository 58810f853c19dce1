import { ArgsType } from 'type-graphql'
import { listPage } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { pageArgs } from '../kernel/page-args.js'
import { payload } from '../kernel/payload.js'
import { DateTime } from '../kernel/scalars.js'

export const JournalEntryKind = enumType('JournalEntryKind', 'Fact that an entry of the journal books.', {
  INVOICE: 'An invoice became due.',
  CREDIT_NOTE: 'A credit note lowered an invoice.',
  SALE: 'A purchase without an invoice was paid.',
  PAYMENT: 'Money was received.',
  WRITE_OFF: 'An invoice is uncollectible.',
  REFUND: 'Money was returned, with its share of the tax.',
  DISPUTE: 'A payment was withdrawn because of a dispute.',
  CREDIT: 'Credit of an account changed without an invoice.',
  EARNING: 'Share of a vendor in a sale, or in what was returned of it.',
  PAYOUT: 'A payout to a vendor, or its return.',
  REVENUE: 'Revenue of a day that invoices had deferred.',
  FEE: 'A fee of the provider, or a booking on its balance that is not recorded here.',
  CORRECTION: 'A fact of a closed month that was recorded or changed later.',
})
export type JournalEntryKind = keyof typeof JournalEntryKind

@objectType('Debit or credit of an account of the journal.')
export class JournalPosting {
  readonly __typename!: 'JournalPosting'

  @field('Account of the journal, for example `deferred_revenue`.', () => String)
  ledgerAccount!: string

  @field('Debit; of a total, the sum of all debits.', () => Money)
  debit!: Money

  @field('Credit; of a total, the sum of all credits.', () => Money)
  credit!: Money
}

/** Resolvers add `account`. */
@objectType('An entry of the journal. Its debits and credits are equal.')
export class JournalEntry {
  readonly __typename!: 'JournalEntry'

  @field('Key of the fact. Its correction has the same one.', () => String)
  key!: string

  @field('Fact that it books.', () => JournalEntryKind)
  kind!: JournalEntryKind

  @field('Time of the fact, or beginning of the month that has its correction (business clock).', () => DateTime)
  at!: Date

  @field('Number or ID of the invoice, payment, refund, dispute or payout, or the day of revenue.', () => String)
  document!: string

  /** ID of the account that `account` loads. */
  accountId!: string | null

  @field('Debits and credits of one currency.', () => [JournalPosting])
  postings!: JournalPosting[]
}

export const JournalEntryConnection = listPage('JournalEntry', 'entries of a journal', () => JournalEntry)
export type JournalEntryConnection = InstanceType<typeof JournalEntryConnection>

/** Resolvers add `entries`. */
@objectType('Double-entry journal of a month in UTC, for accountants.')
export class Journal {
  readonly __typename!: 'Journal'

  @field('Month, for example `2026-10`.', () => String)
  month!: string

  @field('Time at which it was closed (business clock). Null while it is open and can change.', () => DateTime, {
    nullable: true,
  })
  closedAt!: Date | null

  @field('Sums of the postings by account of the journal and currency.', () => [JournalPosting])
  totals!: JournalPosting[]
}

export const JournalPayload = payload(Journal)

@ArgsType()
export class CloseJournalArgs {
  @field('Month that has ended, for example `2026-10`. Earlier ones are closed with it.', () => String)
  month!: string
}

@ArgsType()
export class JournalEntriesArgs extends pageArgs(50) {}
