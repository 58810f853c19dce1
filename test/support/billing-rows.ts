import { randomUUID } from 'node:crypto'
import type { EventType } from '#services/kernel/outbox/event-data/events.js'
import { recordAccountEvent, lockAccount } from '#services/identity/accounts/account-version.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { TestServer } from './test-server.js'
import { execute } from './plain-sql.js'

/** Raw billing rows, as the provider's events create them, with one published event per change. */
export interface BillingRows {
  /** Changes an account's rows under its lock and publishes an event. */
  change(accountId: string, type: string, work: (transaction: Transaction) => Promise<unknown>): Promise<void>
  purchase(accountId: string, sold: SaleRow): Promise<string>
  takeBack(accountId: string, purchaseId: string, reversedMinor: number): Promise<void>
  settle(accountId: string, purchaseId: string): Promise<void>
  checkout(accountId: string, sold: SaleRow, status?: string): Promise<string>
  moveCheckout(accountId: string, checkoutId: string, status: string): Promise<void>
  /** Subscription that grants a plan from an instant on. With `trialEnd` it is paid only from then. */
  subscribe(accountId: string, plan: string, since: Date, trialEnd?: Date | null): Promise<string>
  /** Ends the plan of a subscription. */
  unsubscribe(accountId: string, subscriptionId: string, at: Date): Promise<void>
}

export interface SaleRow {
  /** A product's code. */
  readonly product: string
  readonly currency: string
  readonly amountMinor: number
  readonly at: Date
  readonly status?: string
}

export function billingRows(server: TestServer): BillingRows {
  const { database, catalog } = server.app.context
  const productOf = (code: string) => [...catalog.current().productById.values()].find((it) => it.code === code)!
  const change: BillingRows['change'] = (accountId, type, work) =>
    database.transaction(async (transaction) => {
      await lockAccount(transaction, accountId)
      await work(transaction)
      await recordAccountEvent(transaction, accountId, server.app.context.clock.now(), {
        type: type as EventType,
        summary: type,
      })
    })
  const move = (accountId: string, type: string, text: string, values: unknown[]) =>
    change(accountId, type, (transaction) => execute(transaction, text, values))
  return {
    change,
    purchase: async (accountId, { product, currency, amountMinor, at, status = 'PAID' }) => {
      const id = `pur_${randomUUID()}`
      await move(
        accountId,
        status === 'PENDING' ? 'purchase.pending' : 'purchase.paid',
        `insert into purchase (id, account_id, provider, product_id, status, amount_minor, currency, purchased_at, fence)
         values ($1, $2, 'STRIPE', $3, $4, $5, $6, $7, 1)`,
        [id, accountId, productOf(product).id, status, amountMinor, currency, at],
      )
      return id
    },
    takeBack: (accountId, purchaseId, reversedMinor) =>
      move(
        accountId,
        'purchase.refunded',
        `update purchase set reversed_minor = $2, status = case when $2 = amount_minor then 'REFUNDED' else 'PARTIALLY_REFUNDED' end where id = $1`,
        [purchaseId, reversedMinor],
      ),
    settle: (accountId, purchaseId) =>
      move(accountId, 'purchase.paid', `update purchase set status = 'PAID' where id = $1`, [purchaseId]),
    checkout: async (accountId, { product, currency, amountMinor, at }, status = 'OPEN') => {
      const id = `chk_${randomUUID()}`
      await move(
        accountId,
        'checkout.started',
        `insert into checkout (id, account_id, provider, status, offer, product_id, price_id, amount_minor, currency, success_url, cancel_url, created_at, expires_at)
         select $1, $2, 'STRIPE', $3, 'x', $4::text, (select id from price where product_id = $4 limit 1), $5, $6, '', '', $7, $7::timestamptz`,
        [id, accountId, status, productOf(product).id, amountMinor, currency, at],
      )
      return id
    },
    moveCheckout: (accountId, checkoutId, status) =>
      move(accountId, `checkout.${status.toLowerCase()}`, `update checkout set status = $2 where id = $1`, [
        checkoutId,
        status,
      ]),
    subscribe: async (accountId, code, since, trialEnd = null) => {
      const plan = catalog.current().planByCode.get(code)!
      const id = `sub_${randomUUID()}`
      await change(accountId, 'subscription.activated', async (transaction) => {
        await execute(
          transaction,
          `insert into billing_subscription (id, account_id, provider, external_id, status, plan_version_id, trial_end, started_at, fence)
           values ($1, $2, 'STRIPE', $1, 'ACTIVE', $3, $4, $5, 1)`,
          [id, accountId, plan.versionId, trialEnd, since],
        )
        await execute(
          transaction,
          `insert into plan_assignment (id, account_id, group_code, plan_version_id, source_type, source_id, since) values ($1, $2, $3, $4, 'subscription', $5, $6)`,
          [`asg_${randomUUID()}`, accountId, plan.group, plan.versionId, id, since],
        )
      })
      return id
    },
    unsubscribe: (accountId, subscriptionId, at) =>
      move(
        accountId,
        'subscription.canceled',
        `update plan_assignment set ended_at = $2 where source_id = $1 and ended_at is null`,
        [subscriptionId, at],
      ),
  }
}
