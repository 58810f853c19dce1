import type { Drift } from '#entities/billing/reconciliation-run.entity.js'
import { adoptCustomer } from '#services/billing/adoption/adopt-customer.js'
import { adoptPrices } from '#services/billing/adoption/adopt-prices.js'
import { applyBalance, waitingBalances } from '#services/billing/adoption/apply-balances.js'
import type { ImportProblem } from '#services/billing/adoption/decide-adoption.js'
import type { ImportMapping } from '#services/billing/adoption/import-mapping.js'
import { nextFence } from '#services/billing/model/fetch-fence.js'
import type { AdoptableSubscription, AdoptionPort } from '#services/billing/providers/adoption-port.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { syncSubscription } from '#services/billing/subscriptions/sync-subscription.js'
import { forEachConcurrently } from '#services/kernel/event-loop/for-each-concurrently.js'
import { DeferredEvent, UnprocessableEvent } from '#services/kernel/inbox/inbox-errors.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { MONEY_DAYS, runReconciliation } from '../reconciliation/reconcile.js'
import { acceptOtherPayments, importInvoices } from './import-payments.js'
import { ImportPlanner, type PlannedSubscription } from './plan-import.js'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Step of an import, and how much of it is done. */
export interface ImportProgress {
  readonly step: 'PLAN' | 'SUBSCRIPTIONS' | 'PAYMENTS' | 'BALANCES' | 'RECONCILIATION'
  readonly done: number
  /** Null if the provider does not say how many there are. */
  readonly total: number | null
}

export interface ImportRequest {
  readonly mapping: ImportMapping
  readonly dryRun: boolean
  /** Number of customers that are processed at the same time. */
  readonly concurrency: number
  readonly onProgress: (progress: ImportProgress) => void
}

/** Result of an import. A dry run has the numbers that the import would have. */
export interface ImportReport {
  readonly dryRun: boolean
  /** Subscriptions at the provider that have not ended. */
  readonly found: number
  /** Number of subscriptions that were recorded before. */
  readonly known: number
  readonly imported: number
  readonly refused: number
  readonly accountsCreated: number
  readonly pricesLinked: number
  readonly invoicesRecorded: number
  /** Payments for nothing that was imported, which the reconciliation leaves out from now on. */
  readonly paymentsAccepted: number
  readonly balancesApplied: number
  readonly problems: readonly (ImportProblem & { readonly subscriptions: number })[]
  /** Null for a dry run. */
  readonly reconciliation: {
    readonly id: string
    readonly checked: number
    readonly found: number
    readonly error: string | null
    readonly differences: readonly Pick<Drift, 'kind' | 'object' | 'description'>[]
  } | null
}

type Counts = {
  -readonly [Name in keyof ImportReport as ImportReport[Name] extends number ? Name : never]: number
}

/**
 * Imports the subscriptions of another system at a provider: links prices and customers, records subscriptions by the code that handles
 * webhooks, then the paid invoices and balances, and reconciles. It only reads at the provider. Everything is keyed by the provider's IDs, so
 * that an import that was interrupted is continued by repeating it.
 */
export async function importSubscriptions(
  context: BillingContext,
  port: PaymentPort & { readonly adoption: AdoptionPort },
  request: ImportRequest,
): Promise<ImportReport> {
  const counts: Counts = {
    found: 0,
    known: 0,
    imported: 0,
    refused: 0,
    accountsCreated: 0,
    pricesLinked: 0,
    invoicesRecorded: 0,
    paymentsAccepted: 0,
    balancesApplied: 0,
  }
  let planner = new ImportPlanner(context, port, request.mapping)
  await planAll(context, port, request, { planner, counts })
  const report = (reconciliation: ImportReport['reconciliation']): ImportReport => ({
    dryRun: request.dryRun,
    ...counts,
    problems: [...planner.problems.values()],
    reconciliation,
  })
  if (request.dryRun) return report(null)

  const begun = context.clock.now()
  planner = new ImportPlanner(context, port, request.mapping)
  await adoptAll(context, port, request, { planner, counts })
  const period = await port.moneyWindow(
    { since: new Date(begun.getTime() - MONEY_DAYS * DAY_MS), until: context.clock.now() },
    context.clock.now(),
  )
  let invoices = 0
  const paid = await importInvoices(context, port, {
    period,
    concurrency: request.concurrency,
    done: (count) => request.onProgress({ step: 'PAYMENTS', done: (invoices += count), total: null }),
  })
  counts.invoicesRecorded = paid.recorded
  counts.paymentsAccepted = paid.accepted + (await acceptOtherPayments(context, port, { ...period, until: begun }))
  counts.balancesApplied = await applyBalances(context, port, request)
  return report(await compare(context, port, request))
}

interface Run {
  readonly planner: ImportPlanner
  readonly counts: Counts
}

/** Decides about every subscription, without a change. */
async function planAll(
  context: BillingContext,
  port: PaymentPort & { readonly adoption: AdoptionPort },
  { onProgress }: ImportRequest,
  { planner, counts }: Run,
): Promise<void> {
  const accounts = new Set<string>()
  const prices = new Set<string>()
  for await (const { page } of pagesOf(context, port)) {
    for (const one of await planner.plan(page)) {
      counts.found++
      if (one.kind === 'known') counts.known++
      if (one.kind === 'refused') counts.refused++
      if (one.kind !== 'adopt') continue
      counts.imported++
      if (one.account.kind === 'new') accounts.add(one.account.reference)
      for (const { price } of one.newPrices) prices.add(price.externalId)
    }
    onProgress({ step: 'PLAN', done: counts.found, total: null })
  }
  counts.accountsCreated = accounts.size
  counts.pricesLinked = prices.size
}

/** Pages of subscriptions. The number that orders reads is taken before a page is fetched. */
async function* pagesOf(
  context: BillingContext,
  { adoption }: { readonly adoption: AdoptionPort },
): AsyncIterable<{ readonly fence: number; readonly page: readonly AdoptableSubscription[] }> {
  const pages = adoption.listAdoptable()[Symbol.asyncIterator]()
  for (;;) {
    const fence = await nextFence(context.database)
    const { value, done } = await pages.next()
    if (done) return
    yield { fence, page: value }
  }
}

async function adoptAll(
  context: BillingContext,
  port: PaymentPort & { readonly adoption: AdoptionPort },
  { concurrency, onProgress }: ImportRequest,
  { planner, counts }: Run,
): Promise<void> {
  const total = counts.imported
  Object.assign(counts, { imported: 0, refused: 0, accountsCreated: 0, pricesLinked: 0 })
  for await (const { fence, page } of pagesOf(context, port)) {
    const decided = await planner.plan(page)
    const planned = decided.filter((one) => one.kind === 'adopt')
    counts.refused += decided.filter(({ kind }) => kind === 'refused').length
    counts.pricesLinked += await adoptPrices(
      context,
      port.provider,
      planned.flatMap(({ newPrices }) => newPrices).filter(isFirst),
    )
    const customers = Map.groupBy(planned, ({ subscription }) => subscription.customer.customerId)
    await forEachConcurrently([...customers.values()], concurrency, async (ofCustomer) => {
      for (const one of ofCustomer) {
        if (!(await adopt(context, port, planner, one, fence))) {
          counts.refused++
          continue
        }
        counts.imported++
        if (one.account.kind === 'new') counts.accountsCreated++
        onProgress({ step: 'SUBSCRIPTIONS', done: counts.imported, total })
      }
    })
  }
}

const isFirst = <Item extends { readonly price: { readonly externalId: string } }>(
  { price }: Item,
  index: number,
  all: readonly Item[],
): boolean => all.findIndex((one) => one.price.externalId === price.externalId) === index

/** Imports one subscription. False if it cannot be imported, which the report explains. */
async function adopt(
  context: BillingContext,
  port: PaymentPort,
  planner: ImportPlanner,
  { subscription, account, balances }: Extract<PlannedSubscription, { kind: 'adopt' }>,
  fence: number,
): Promise<boolean> {
  const { fetched, customer } = subscription
  const { provider } = port
  try {
    if (account.kind === 'new' || !account.isLinked)
      await adoptCustomer(context, {
        provider,
        customer,
        account: account.kind === 'new' ? account : { id: account.accountId },
        adoptedAt: context.clock.now(),
        balances,
      })
    await syncSubscription(context, port, fetched.externalId, { read: { fence, fetched } })
    return true
  } catch (error) {
    if (!(error instanceof UnprocessableEvent || error instanceof DeferredEvent)) throw error
    planner.refuse([
      { object: `subscription:${fetched.externalId}`, reason: error.message, remedy: 'resolve it and import again' },
    ])
    return false
  }
}

async function applyBalances(
  context: BillingContext,
  port: PaymentPort,
  { concurrency, onProgress }: ImportRequest,
): Promise<number> {
  let applied = 0
  for (;;) {
    const waiting = await waitingBalances(context, port.provider)
    if (waiting.length === 0) return applied
    const accounts = Map.groupBy(waiting, ({ accountId }) => accountId)
    await forEachConcurrently([...accounts.values()], concurrency, async (ofAccount) => {
      for (const balance of ofAccount) {
        await applyBalance(context, port.provider, balance)
        onProgress({ step: 'BALANCES', done: ++applied, total: null })
      }
    })
  }
}

/** Compares the provider with what is recorded, and heals nothing. */
async function compare(
  context: BillingContext,
  port: PaymentPort,
  { onProgress }: ImportRequest,
): Promise<ImportReport['reconciliation']> {
  onProgress({ step: 'RECONCILIATION', done: 0, total: null })
  const now = context.clock.now()
  const { id, checked, found, error, drift } = await runReconciliation(context, port, {
    scope: 'STATE',
    since: new Date(now.getTime() - 72 * HOUR_MS),
    until: now,
    moneySince: new Date(now.getTime() - MONEY_DAYS * DAY_MS),
    accountId: null,
    heal: 'NONE',
    requestedBy: 'import',
  })
  onProgress({ step: 'RECONCILIATION', done: checked, total: checked })
  const differences = drift.map(({ kind, object, description }) => ({ kind, object, description }))
  return { id, checked, found, error, differences }
}
