import type { NegotiatedPlanRow } from '#entities/billing/negotiated-plan.entity.js'
import type { CatalogPlan, CatalogPrice, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { priceOf } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from './billing-context.js'

export type NegotiatedPlanStatus = 'OFFERED' | 'EXPIRED' | 'WITHDRAWN' | 'ACTIVE' | 'ENDED'

/** A plan at the price of one account, in the version with its terms if the offer changes features. */
export interface NegotiatedTerms {
  readonly plan: CatalogPlan
  readonly price: CatalogPrice
  readonly quantity: number
}

type Dates = Pick<NegotiatedPlanRow, 'acceptUntil' | 'withdrawnAt' | 'startedAt' | 'endedAt'>

/** Pure: a price that is paid counts more than its withdrawal, which came too late. */
export function statusOf({ acceptUntil, withdrawnAt, startedAt, endedAt }: Dates, now: Date): NegotiatedPlanStatus {
  if (endedAt) return 'ENDED'
  if (startedAt) return 'ACTIVE'
  if (withdrawnAt) return 'WITHDRAWN'
  return acceptUntil > now ? 'OFFERED' : 'EXPIRED'
}

/** Pure: the plan and the price in the present catalog. Null if the catalog does not have them yet. */
export function termsOf(catalog: CatalogSnapshot, row: NegotiatedPlanRow): NegotiatedTerms | null {
  const price = catalog.priceById.get(row.priceId)
  const plan = price?.planVersionId
    ? catalog.planByVersionId.get(price.planVersionId)
    : price && catalog.plans.find(({ productId }) => productId === price.productId)
  return plan && price ? { plan, price, quantity: row.quantity } : null
}

/** Pure: the price of the catalog that follows. Null if the plan has none for the interval and currency. */
export const ordinaryPrice = (
  catalog: CatalogSnapshot,
  { plan, price }: Pick<NegotiatedTerms, 'plan' | 'price'>,
): CatalogPrice | null => priceOf(catalog, plan, price.interval, price.money.currency)

/** Pure: the terms that an account can accept now, or a denial. */
export function decideAcceptance(
  catalog: CatalogSnapshot,
  row: NegotiatedPlanRow | null | undefined,
  { plan: code, now }: { readonly plan: string; readonly now: Date },
): NegotiatedTerms | Refused {
  const field = 'negotiatedPlanId'
  const terms = row && termsOf(catalog, row)
  if (!row || !terms) return refused('NOT_FOR_SALE', 'The account has no such offer.', { field })
  const status = statusOf(row, now)
  if (status !== 'OFFERED')
    return refused('NOT_FOR_SALE', `The offer of ${terms.plan.name} is ${status.toLowerCase()}.`, { field })
  if (terms.plan.code !== code)
    return refused('INVALID_PLAN', `Invalid plan tier: the offer is for plan '${terms.plan.code}'.`, { field: 'plan' })
  return terms
}

/** Offers and running terms of an account, newest first. */
export const currentNegotiatedPlans = (sql: Sql, accountId: string): Promise<NegotiatedPlanRow[]> =>
  sql.query
    .selectFrom('negotiated_plan')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('endedAt', 'is', null)
    .orderBy('id', 'desc')
    .execute()

export const findNegotiatedPlan = async (sql: Sql, accountId: string, id: string): Promise<NegotiatedPlanRow | null> =>
  (await sql.query
    .selectFrom('negotiated_plan')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()) ?? null

/** A page of the negotiated plans of an account, newest first. The caller must be able to read its billing. */
export async function negotiatedPlans(
  context: BillingContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<NegotiatedPlanRow>> {
  const account = await requireAccount(context, accountId, 'billing:read')
  return readRows(
    request,
    `negotiated plans ${account.id}`,
    context.database.query.selectFrom('negotiated_plan').selectAll().where('accountId', '=', account.id),
  )
}

/** The account whose price it is. Null for a price of the catalog. */
export async function ownerOfPrice(sql: Sql, priceId: string): Promise<{ readonly accountId: string } | null> {
  const row = await sql.query
    .selectFrom('negotiated_plan')
    .select('accountId')
    .where('priceId', '=', priceId)
    .executeTakeFirst()
  return row ?? null
}
