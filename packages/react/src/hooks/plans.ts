import {
  Packages,
  PlanOffers,
  Plans,
  type PackagesData,
  type PlanOffersData,
  type PlansData,
} from '@stackgate/client/documents'
import { useMemo } from 'react'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import type { BillingInterval, PackageType } from '../types.js'

/** Meaning of a plan for the account: the next step, its price today, or the denial. */
export type PlanOffer = NonNullable<PlanOffersData['plans'][number]['offer']>
/** A plan for sale. `offer` is null without an account, and until it is known. */
export type Plan = PlansData['plans'][number] & {
  readonly offer: PlanOffer | null
  /** Contents of the plan in words: its bullets, or those of its features if the catalog has no bullets. */
  readonly contents: readonly string[]
}
/** An add-on, a credit pack or an enterprise package for sale. */
export type Package = PackagesData['packages'][number]

/** Options of `usePlans`. */
export interface PlansOptions {
  readonly accountId?: string | undefined
  /** Currency of the prices, for example `EUR`. */
  readonly currency?: string | undefined
  /** Interval and quantity of the offers, or that they are for a lifetime. */
  readonly interval?: BillingInterval | undefined
  readonly lifetime?: boolean | undefined
  readonly quantity?: number | undefined
}

/** The plans for sale, by rank, each with the offer for the account. Works without an account, too. */
export function usePlans(options: PlansOptions = {}): QueryResult<readonly Plan[]> & { readonly hasOffers: boolean } {
  const context = useStackgateContext()
  const account = useAccountId(options.accountId)
  const { interval, lifetime, quantity } = options
  const plans = useStackgateQuery({
    name: 'Plans',
    document: Plans,
    variables: { currency: options.currency ?? context.currency },
    account: null,
    isPublic: true,
    select: (data) => data.plans,
  })
  const offers = useStackgateQuery({
    name: 'PlanOffers',
    document: PlanOffers,
    variables: { account: account ?? undefined, interval, lifetime, quantity },
    account,
    select: offersIn,
  })
  const data = useMemo(
    () =>
      plans.data?.map((plan) => ({
        ...plan,
        offer: offers.data?.get(plan.code) ?? null,
        contents: plan.bullets.length > 0 ? plan.bullets : plan.features.flatMap(({ text }) => text ?? []),
      })),
    [plans.data, offers.data],
  )
  return {
    ...plans,
    data,
    error: plans.error ?? offers.error,
    refetch: () => Promise.all([plans.refetch(), offers.refetch()]),
    isLive: offers.isLive,
    hasOffers: offers.data !== undefined,
  }
}

/** Offers by the code of the plan. One function, so that the map is the same until the data change. */
const offersIn = (data: PlanOffersData): ReadonlyMap<string, PlanOffer | null> =>
  new Map(data.plans.map(({ code, offer }) => [code, offer]))

/** The packages for sale: add-ons, credit packs and enterprise packages. */
export function usePackages(
  options: { readonly type?: PackageType | undefined; readonly currency?: string | undefined } = {},
): QueryResult<readonly Package[]> {
  const context = useStackgateContext()
  return useStackgateQuery({
    name: 'Packages',
    document: Packages,
    variables: { packageType: options.type, currency: options.currency ?? context.currency },
    account: null,
    isPublic: true,
    select: (data) => data.packages,
  })
}
