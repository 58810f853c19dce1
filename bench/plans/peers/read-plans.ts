import pg from 'pg'
import { features } from '../catalog.js'

/** The plans as the query selects them. */
export interface PlanView {
  readonly code: string
  readonly name: string
  readonly rank: number
  readonly prices: readonly { money: { amountMinor: number; currency: string }; interval: string }[]
  readonly features: readonly {
    feature: { code: string; kind: string }
    enabled: boolean
    unlimited: boolean
    amount: number | null
    window: string | null
  }[]
}

interface PlanRow {
  code: string
  product_id: string
  terms: {
    name: string
    rank: number
    features: readonly {
      feature: string
      enabled: boolean
      unlimited: boolean
      amount: number | null
      window: string | null
    }[]
  }
}

interface PriceRow {
  product_id: string
  amount_minor: string
  currency: string
  interval: string
}

const featureByCode: ReadonlyMap<string, { code: string; kind: string }> = new Map(
  features.map(({ code, kind }) => [code, { code, kind }]),
)

/** A pool on the database that the product uses. */
export const openPool = (): pg.Pool => new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 16 })

/** Reads all plans with two prepared statements, sent together. */
export async function readPlans(pool: pg.Pool): Promise<PlanView[]> {
  const [plans, prices] = await Promise.all([
    pool.query<PlanRow>({
      name: 'plans',
      text: `select distinct on (p.id) p.code, p.product_id, v.terms from plan p join plan_version v on v.plan_id = p.id
             where p.active order by p.id, v.version desc`,
    }),
    pool.query<PriceRow>({
      name: 'prices',
      text: `select product_id, amount_minor, currency, interval from price where active order by amount_minor`,
    }),
  ])
  const pricesOf = Map.groupBy(prices.rows, (price) => price.product_id)
  return plans.rows
    .map(({ code, product_id, terms }) => ({
      code,
      name: terms.name,
      rank: terms.rank,
      prices: (pricesOf.get(product_id) ?? []).map(({ amount_minor, currency, interval }) => ({
        money: { amountMinor: Number(amount_minor), currency },
        interval,
      })),
      features: terms.features.map(({ feature, enabled, unlimited, amount, window }) => ({
        feature: featureByCode.get(feature)!,
        enabled,
        unlimited,
        amount,
        window,
      })),
    }))
    .sort((left, right) => left.rank - right.rank)
}
