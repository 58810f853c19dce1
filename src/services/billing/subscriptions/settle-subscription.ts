import type { CheckoutStatus } from '../../../entities/billing/checkout-state.js'
import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import { DeferredEvent, UnprocessableEvent } from '../../kernel/inbox/outcomes.js'
import { newId } from '../../kernel/ids/ids.js'
import { writeOutbox } from '../../kernel/outbox/write-outbox.js'
import type { CatalogPlan } from '../../catalog/snapshot/catalog-snapshot.js'
import { assignPlan, endPlan } from '../../entitlements/plans/assign-plan.js'
import { lockAccount, recordAccountEvent } from '../../identity/accounts/raise-version.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { accountOfCustomer } from '../customers/ensure-customer.js'
import type { FetchedSubscription, ProviderName } from '../providers/port.js'
import { decideSubscription, type Projection, type SubscriptionEventType } from './decide-subscription.js'
import { mapItems, type MappedItem } from './map-items.js'

/** Reads a subscription from the provider and makes our copy, the plan and the news follow it, in one transaction. */
export async function settleSubscription(
  context: BillingContext,
  provider: ProviderName,
  externalId: string,
): Promise<string[]> {
  // Taken before the fetch: of two fetches under way, the one that began later may overwrite the other, never the reverse.
  const fence = (await context.database.row<{ fence: number }>(`select nextval('fetch_fence') as fence`))!.fence
  const fetched = await providerOf(context, provider).fetchSubscription(externalId)
  if (!fetched) throw new UnprocessableEvent(`the provider knows no subscription ${externalId}`)
  const accountId = await accountOfCustomer(context, provider, fetched.customerId)
  if (!accountId) throw new DeferredEvent(`customer ${fetched.customerId} is not known here yet`)
  const items = await mapItems(context, provider, fetched)
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    return project(context, transaction, { provider, fence, fetched, accountId, items })
  })
}

interface Facts {
  readonly provider: ProviderName
  readonly fence: number
  readonly fetched: FetchedSubscription
  readonly accountId: string
  readonly items: readonly MappedItem[]
}

async function project(context: BillingContext, transaction: Transaction, facts: Facts): Promise<string[]> {
  const { fetched, accountId } = facts
  const previous = await transaction.row<BillingSubscriptionRow>(
    `select * from billing_subscription where provider = $1 and external_id = $2`,
    [facts.provider, fetched.externalId],
  )
  if (previous && previous.fence > facts.fence) return []
  const bought = await boughtBy(transaction, facts)
  if (!previous && bought) refuseOtherThanBought(context, facts, bought)
  const plan = planOf(context, facts, [previous?.planVersionId, bought?.planVersionId])
  const next = projectionOf(facts, plan)
  const decision = decideSubscription(previous ?? null, next)
  const id = await write(transaction, facts, previous?.id ?? newId('sub'), next)
  if (decision.event === null) return []

  const now = context.clock.now()
  if (decision.plan === 'grant') {
    await assignPlan(
      transaction,
      {
        accountId,
        groupCode: plan.group,
        planVersionId: plan.versionId,
        sourceType: 'subscription',
        sourceId: id,
        quantity: next.quantity,
        since: fetched.startedAt,
        periodEnd: next.currentPeriodEnd,
      },
      now,
    )
  } else if (decision.plan === 'end') await endPlan(transaction, { sourceType: 'subscription', sourceId: id }, now)

  await recordAccountEvent(transaction, accountId, now, {
    type: decision.event,
    summary: summaryOf(decision.event, plan, next),
    subject: { __typename: 'BillingSubscription', id },
    changesRights: decision.plan !== 'keep',
    data: { plan: plan.code, status: next.status, quantity: next.quantity, currentPeriodEnd: next.currentPeriodEnd },
  })
  await writeOutbox(transaction, {
    type: decision.event,
    accountId,
    payload: { subscriptionId: id, plan: plan.code, status: next.status, currentPeriodEnd: next.currentPeriodEnd },
    at: now,
    requestId: context.requestId,
  })
  return [`${decision.event} ${id}`]
}

interface Bought {
  readonly status: CheckoutStatus
  readonly amountMinor: number
  readonly priceId: string
  readonly quantity: number
  readonly planVersionId: string | null
}

/** The checkout that a subscription comes from, when it is one of the account's own. */
async function boughtBy(transaction: Transaction, { fetched, accountId }: Facts): Promise<Bought | undefined> {
  if (!fetched.checkoutId) return undefined
  return transaction.row<Bought>(
    `select status, amount_minor, price_id, quantity, plan_version_id from checkout where id = $1 and account_id = $2`,
    [fetched.checkoutId, accountId],
  )
}

/** A new subscription is what its checkout asked for, or an operator must look at it; later it may be changed at the provider. */
function refuseOtherThanBought(context: BillingContext, { fetched, items }: Facts, bought: Bought): void {
  const amount = (item: MappedItem) =>
    (context.catalog.current().priceById.get(item.priceId)?.money.amountMinor ?? NaN) * item.quantity
  const asAsked = items.some(
    (item) =>
      item.priceId === bought.priceId && item.quantity === bought.quantity && amount(item) === bought.amountMinor,
  )
  if (asAsked && bought.status !== 'QUARANTINED') return
  throw new UnprocessableEvent(
    `subscription ${fetched.externalId} is not what its checkout ${fetched.checkoutId} asked for`,
  )
}

/** Subscribers keep the version they have, or that their checkout offered; only a plan that is new to them is taken as it is now. */
function planOf(
  context: BillingContext,
  facts: Facts,
  versionIds: readonly (string | null | undefined)[],
): CatalogPlan {
  const catalog = context.catalog.current()
  const current = catalog.planById.get(facts.items.find((item) => item.planId)?.planId ?? '')
  if (!current)
    throw new UnprocessableEvent(`no item of subscription ${facts.fetched.externalId} is a plan of this catalog`)
  const held = versionIds.map((versionId) => catalog.planByVersionId.get(versionId ?? ''))
  return held.find((version) => version?.id === current.id) ?? current
}

function projectionOf({ fetched, items }: Facts, plan: CatalogPlan): Projection {
  const item = items.find((candidate) => candidate.planId === plan.id)!
  return {
    status: fetched.status,
    planVersionId: plan.versionId,
    quantity: item.quantity,
    currentPeriodStart: item.currentPeriodStart,
    currentPeriodEnd: item.currentPeriodEnd,
    trialEnd: fetched.trialEnd,
    cancelAt: fetched.cancelAt,
    canceledAt: fetched.canceledAt,
  }
}

async function write(transaction: Transaction, facts: Facts, id: string, next: Projection): Promise<string> {
  await transaction.run(
    `insert into billing_subscription (id, account_id, provider, external_id, status, plan_version_id, quantity, current_period_start,
       current_period_end, trial_end, cancel_at, canceled_at, started_at, fence)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict on constraint billing_subscription_external do update set status = excluded.status, plan_version_id = excluded.plan_version_id,
       quantity = excluded.quantity, current_period_start = excluded.current_period_start, current_period_end = excluded.current_period_end,
       trial_end = excluded.trial_end, cancel_at = excluded.cancel_at, canceled_at = excluded.canceled_at, fence = excluded.fence`,
    [
      id,
      facts.accountId,
      facts.provider,
      facts.fetched.externalId,
      next.status,
      next.planVersionId,
      next.quantity,
      next.currentPeriodStart,
      next.currentPeriodEnd,
      next.trialEnd,
      next.cancelAt,
      next.canceledAt,
      facts.fetched.startedAt,
      facts.fence,
    ],
  )
  await transaction.run(`delete from subscription_item where subscription_id = $1 and external_id <> all($2)`, [
    id,
    facts.items.map((item) => item.externalId),
  ])
  for (const item of facts.items)
    await transaction.run(
      `insert into subscription_item (id, subscription_id, external_id, price_id, quantity, current_period_end) values ($1, $2, $3, $4, $5, $6)
       on conflict on constraint subscription_item_external do update set price_id = excluded.price_id, quantity = excluded.quantity,
         current_period_end = excluded.current_period_end`,
      [newId('sit'), id, item.externalId, item.priceId, item.quantity, item.currentPeriodEnd],
    )
  return id
}

function summaryOf(event: SubscriptionEventType, plan: CatalogPlan, next: Projection): string {
  switch (event) {
    case 'subscription.activated':
      return `${plan.name} is active.`
    case 'subscription.renewed':
      return `${plan.name} was renewed until ${next.currentPeriodEnd?.toISOString().slice(0, 10) ?? 'further notice'}.`
    case 'subscription.past_due':
      return `A payment for ${plan.name} failed; it will be tried again.`
    case 'subscription.unpaid':
      return `${plan.name} is held back: its invoices were not paid.`
    case 'subscription.paused':
      return `${plan.name} is paused: there is no way to pay.`
    case 'subscription.canceled':
      return `${plan.name} has ended.`
    case 'subscription.updated':
      return `The subscription to ${plan.name} changed: it is ${next.status.toLowerCase()}.`
  }
}
