import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { PageArgs } from '#schema/kernel/page-args.js'
import { requires } from '#schema/kernel/requires.js'
import {
  CloseJournalArgs,
  Journal,
  JournalEntriesArgs,
  JournalEntry,
  JournalEntryConnection,
  JournalPayload,
  type JournalPosting,
} from '#schema/billing/journal.type.js'
import { closeJournal } from '#services/billing/journal/close-journal.js'
import type { OriginatedPosting } from '#services/billing/journal/derive-journal.js'
import { entriesOf, journal, totalsOf, type JournalOfMonth } from '#services/billing/journal/journal.js'
import type { Money } from '#services/kernel/money/money.js'
import { pageOf, pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toListPage } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

const ENTRIES_PER_PAGE = 50
const DIGITS = 12

interface Sum {
  readonly ledgerAccount: string
  readonly debit: Money
  readonly credit: Money
}

const toPosting = ({ ledgerAccount, debit, credit }: Sum): JournalPosting => ({
  __typename: 'JournalPosting',
  ledgerAccount,
  debit: toMoney(debit),
  credit: toMoney(credit),
})

const sumOf = ({ ledgerAccount, currency, amountMinor }: OriginatedPosting): Sum => ({
  ledgerAccount,
  debit: { currency, amountMinor: Math.max(0, amountMinor) },
  credit: { currency, amountMinor: Math.max(0, -amountMinor) },
})

const contents = new WeakMap<Journal, JournalOfMonth>()

function toJournal(content: JournalOfMonth): Journal {
  const { month, closedAt, postings } = content
  const shown: Journal = { __typename: 'Journal', month, closedAt, totals: totalsOf(postings).map(toPosting) }
  contents.set(shown, content)
  return shown
}

@Resolver(() => Journal)
class JournalResolver {
  @query('Journal of a month: the stored one if it is closed, otherwise that of what is recorded now.', () => Journal, {
    nullable: true,
  })
  @requires('OPS_READ')
  async journal(
    @Ctx() context: RequestContext,
    @arg('month', 'Month in UTC, for example `2026-10`.', () => String) month: string,
  ): Promise<Journal> {
    return toJournal(await journal(context, month))
  }

  @mutation(
    'Closes the journal of a month that has ended, so that it never changes. Later facts of the month are corrections in the next open month.',
    { payload: () => JournalPayload, permission: 'OPS_WRITE', moves: 'money', repeats: 'The month is already closed.' },
  )
  closeJournal(@Ctx() context: RequestContext, @mutationArgs(() => CloseJournalArgs) { month }: CloseJournalArgs) {
    return unlessDenied(closeJournal(context, month), (outcome) => toJournal(outcome))
  }

  @fieldResolver('Entries by time.', () => JournalEntryConnection)
  async entries(
    @Root() shown: Journal,
    @Args(() => JournalEntriesArgs) args: JournalEntriesArgs & PageArgs,
  ): Promise<JournalEntryConnection> {
    const { month, postings } = contents.get(shown)!
    const entries = entriesOf(postings).map((entry, index) => ({ entry, place: [String(index).padStart(DIGITS, '0')] }))
    const page = await pageOf(pageRequest(args, ENTRIES_PER_PAGE), `journal ${month}`, ({ place }) => place, entries)
    const nodes = page.items.map(({ entry: { account, postings: of, ...entry } }): JournalEntry => ({
      __typename: 'JournalEntry',
      ...entry,
      accountId: account,
      postings: of.map((posting) => toPosting(sumOf(posting))),
    }))
    return toListPage(page, nodes)
  }
}

@Resolver(() => JournalEntry)
class JournalEntryResolver {
  @fieldResolver('Account of the customer or vendor. Null for revenue and fees, and if it is deleted.', () => Account, {
    nullable: true,
  })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: JournalEntry): Promise<Account | null> {
    const row = accountId && (await context.loaders.account.load(accountId))
    return row ? toAccount(row) : null
  }
}

/** Resolvers of the journal for accountants. */
export const journalResolvers = [JournalResolver, JournalEntryResolver] as const
