import { ENTITLING_STATUSES, TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import { linkedPrices } from '#services/billing/adoption/adopt-prices.js'
import {
  decideAdoption,
  namedBalances,
  type ImportProblem,
  type NewPrice,
} from '#services/billing/adoption/decide-adoption.js'
import { findAccountOfCustomer, type AccountChoice } from '#services/billing/adoption/find-account.js'
import type { ImportMapping } from '#services/billing/adoption/import-mapping.js'
import { includedIn } from '#services/billing/model/already-included.js'
import { ownPlans } from '#services/billing/model/own-plans.js'
import type { AdoptableSubscription } from '#services/billing/providers/adoption-port.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

/** A subscription of a page, with everything that was decided about it. */
export type PlannedSubscription =
  | { readonly kind: 'known' }
  | { readonly kind: 'refused' }
  | {
      readonly kind: 'adopt'
      readonly subscription: AdoptableSubscription
      readonly account: Exclude<AccountChoice, { kind: 'none' }>
      readonly newPrices: readonly NewPrice[]
      readonly balances: readonly { readonly feature: string; readonly amount: number }[]
    }

/** Decides page after page what an import does. It writes nothing, so a dry run and the import decide the same. */
export class ImportPlanner {
  /** Problems by object and reason, with the number of subscriptions that each affects. */
  readonly problems = new Map<string, ImportProblem & { subscriptions: number }>()
  /** The subscription that an account has in a group of plans, of those that were decided. */
  private readonly held = new Map<string, string>()

  constructor(
    private readonly context: BillingContext,
    private readonly port: PaymentPort,
    private readonly mapping: ImportMapping,
  ) {}

  async plan(page: readonly AdoptableSubscription[]): Promise<PlannedSubscription[]> {
    const { database } = this.context
    const { provider } = this.port
    const linked = await linkedPrices(database, provider)
    const ids = page.map(({ fetched }) => fetched.externalId)
    const known = await database.query
      .selectFrom('billing_subscription')
      .select('externalId')
      .where('provider', '=', provider)
      .where('externalId', 'in', ids)
      .execute()
    const recorded = new Set(known.map(({ externalId }) => externalId))
    const planned: PlannedSubscription[] = []
    for (const subscription of page)
      planned.push(
        recorded.has(subscription.fetched.externalId) ? { kind: 'known' } : await this.decide(subscription, linked),
      )
    return planned
  }

  /** Records a problem of a subscription. */
  refuse(problems: readonly ImportProblem[]): { readonly kind: 'refused' } {
    for (const problem of problems) {
      const key = `${problem.object} ${problem.reason}`
      const known = this.problems.get(key)
      if (known) known.subscriptions++
      else this.problems.set(key, { ...problem, subscriptions: 1 })
    }
    return { kind: 'refused' }
  }

  private async decide(
    subscription: AdoptableSubscription,
    linked: Parameters<typeof decideAdoption>[2],
  ): Promise<PlannedSubscription> {
    const { context, port, mapping } = this
    const { fetched, customer } = subscription
    const catalog = context.catalog.current()
    const decision = decideAdoption(catalog, mapping, linked, subscription, context.clock.now())
    if (decision.kind === 'refuse') return this.refuse(decision.problems)
    const account = await findAccountOfCustomer(context.database, port.provider, mapping, customer)
    if (account.kind === 'none') return this.refuse([account.problem])
    const { balances, problems } = namedBalances(mapping, customer)
    if (problems.length > 0) return this.refuse(problems)
    const other = await this.otherSubscription(subscription, account, decision.plan.group)
    if (other)
      return this.refuse([
        {
          object: `subscription:${fetched.externalId}`,
          reason: `its account has ${other}`,
          remedy: 'cancel one of the two subscriptions at the provider, or name another account',
        },
      ])
    const included = await this.includingPlan(subscription, account, decision.plan)
    if (included)
      return this.refuse([
        {
          object: `subscription:${fetched.externalId}`,
          reason: `its account has bought ${included.name} for its lifetime`,
          remedy: 'cancel the subscription at the provider, or name another account',
        },
      ])
    return { kind: 'adopt', subscription, account, newPrices: decision.newPrices, balances }
  }

  /** The plan that its account has bought without an end, if the subscription would charge for it all the same. */
  private async includingPlan(
    { fetched }: AdoptableSubscription,
    account: Exclude<AccountChoice, { kind: 'none' }>,
    plan: CatalogPlan,
  ): Promise<CatalogPlan | undefined> {
    if (account.kind === 'new' || fetched.cancelAt || TERMINAL_STATUSES.includes(fetched.status)) return undefined
    const { database, catalog } = this.context
    return includedIn((await ownPlans(catalog.current(), database, account.accountId)).lifetimePlans, plan)
  }

  /** The customer or the subscription that its account has instead. Null: none, so that this is the one. */
  private async otherSubscription(
    { fetched, customer }: AdoptableSubscription,
    account: Exclude<AccountChoice, { kind: 'none' }>,
    group: string,
  ): Promise<string | null> {
    if (TERMINAL_STATUSES.includes(fetched.status)) return null
    const owner = account.kind === 'found' ? account.accountId : account.reference
    const owners = this.held.get(`customer ${owner}`) ?? customer.customerId
    if (owners !== customer.customerId) return `the customer ${owners} already`
    this.held.set(`customer ${owner}`, customer.customerId)
    const key = `${owner} ${group}`
    const decided = this.held.get(key)
    if (decided && decided !== fetched.externalId) return `the subscription ${decided} for a plan of the same group`
    this.held.set(key, fetched.externalId)
    if (account.kind === 'new') return null
    const row = await this.context.database.query
      .selectFrom('billing_subscription as subscription')
      .innerJoin('plan_version as version', 'version.id', 'subscription.planVersionId')
      .innerJoin('plan', 'plan.id', 'version.planId')
      .select('subscription.externalId')
      .where('subscription.accountId', '=', account.accountId)
      .where('subscription.status', 'in', ENTITLING_STATUSES)
      .where('plan.groupCode', '=', group)
      .executeTakeFirst()
    return row ? `the subscription ${row.externalId} for a plan of the same group` : null
  }
}
