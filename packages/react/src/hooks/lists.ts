import {
  AccountEvents,
  Credits,
  Invoices,
  Purchases,
  Usage,
  type AccountEventsData,
  type CreditsData,
  type InvoicesData,
  type PurchaseFields,
  type UsageData,
  type UsageVariables,
} from '@stackgate/client/documents'
import { useEffect, useRef } from 'react'
import type { BillingEvent } from '../live/account-joins.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useList, useStackgateQuery, type ListResult, type QueryResult } from '../query.js'

type NodeOf<List> = NonNullable<List> extends { readonly nodes: readonly (infer Node)[] } ? Node : never

/** An invoice with its lines. Amounts are texts: `total.formatted`. */
export type Invoice = NodeOf<NonNullable<NonNullable<InvoicesData['account']>['billing']>['invoices']>
/** A payment for one product. */
export type Purchase = PurchaseFields
/** A published change of the account, with a sentence for people. */
export type AccountEvent = NodeOf<NonNullable<NonNullable<AccountEventsData['account']>['billing']>['events']>
/** Usage of one feature and group in a range. */
export type UsageSeries = NodeOf<NonNullable<NonNullable<UsageData['account']>['usage']>['metrics']>
/** Credits of one feature, with the grants by expiry. */
export type CreditBalanceData = NonNullable<
  NonNullable<NonNullable<CreditsData['account']>['usage']>['credits']
>[number]

/** Options of lists. */
export interface ListOptions {
  readonly accountId?: string | undefined
  /** Items of a page. Default: 12. */
  readonly first?: number | undefined
}

/** Invoices of the account, latest first, live. */
export function useInvoices({ accountId, first = 12 }: ListOptions = {}): ListResult<Invoice> {
  const account = useAccountId(accountId)
  return useList({
    name: 'Invoices',
    document: Invoices,
    variables: { account: account ?? undefined, first },
    account,
    pageOf: (data) => data.account?.billing?.invoices,
  })
}

/** Payments of the account, latest first, live. */
export function usePurchases({ accountId, first = 12 }: ListOptions = {}): ListResult<Purchase> {
  const account = useAccountId(accountId)
  return useList({
    name: 'Purchases',
    document: Purchases,
    variables: { account: account ?? undefined, first },
    account,
    pageOf: (data) => data.account?.billing?.purchases,
  })
}

/** Options of `useBillingEvents`. */
export interface BillingEventsOptions {
  readonly accountId?: string | undefined
  /** Types of events, for example `subscription.activated`. Default: all but `usage.recorded`. */
  readonly types?: readonly string[] | undefined
  /** Events of a page. Default: 50. */
  readonly first?: number | undefined
  /** Receives each new event once, for example for a notice. */
  readonly onEvent?: ((event: BillingEvent) => void) | undefined
}

/** Published changes of the account, latest first, live. */
export function useBillingEvents(options: BillingEventsOptions = {}): ListResult<AccountEvent> {
  const { types, first = 50, onEvent } = options
  const { subscribeToEvents } = useStackgateContext()
  const account = useAccountId(options.accountId)
  const latest = useRef(onEvent)
  useEffect(() => {
    latest.current = onEvent
  })
  useEffect(
    () =>
      subscribeToEvents(account, (event) => {
        if (types ? types.includes(event.type) : event.type !== 'usage.recorded') latest.current?.(event)
      }),
    [subscribeToEvents, account, types?.join()],
  )
  return useList({
    name: 'AccountEvents',
    document: AccountEvents,
    variables: { account: account ?? undefined, first, ...(types ? { types } : { except: ['usage.recorded'] }) },
    account,
    pageOf: (data) => data.account?.billing?.events,
  })
}

/** Range and groups of `useUsage`. */
export interface UsageOptions extends ListOptions {
  /** Series of a page. Default: 15. */
  readonly first?: number | undefined
  readonly groupBy?: UsageVariables['groupBy'] | undefined
  /** Codes of the features. Default: all. */
  readonly features?: readonly string[] | undefined
  /** Name of the dimension for the group `PROPERTY`. */
  readonly property?: string | undefined
  /** Default: `DAY`. */
  readonly interval?: UsageVariables['interval'] | undefined
  /** Begin (ISO 8601). Default: 30 days ago. */
  readonly from?: string | undefined
  /** End (ISO 8601). Default: now. */
  readonly to?: string | undefined
}

/** Usage of the account by feature, and by the requested groups, live. Default: by day, the last 30 days. */
export function useUsage({ accountId, first = 15, ...requested }: UsageOptions = {}): ListResult<UsageSeries> {
  const account = useAccountId(accountId)
  return useList({
    name: 'Usage',
    document: Usage,
    variables: { account: account ?? undefined, first, ...requested },
    account,
    pageOf: (data) => data.account?.usage?.metrics,
  })
}

/** Credits of the account by feature, with the grants that expire first at the top, live. */
export function useCredits(accountId?: string): QueryResult<readonly CreditBalanceData[]> {
  const account = useAccountId(accountId)
  return useStackgateQuery({
    name: 'Credits',
    document: Credits,
    variables: { account: account ?? undefined },
    account,
    select: (data) => data.account?.usage?.credits ?? [],
  })
}
