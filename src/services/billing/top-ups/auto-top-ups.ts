import type { AutoTopUpRow } from '#entities/billing/auto-top-up.entity.js'
import type { TopUpRow } from '#entities/billing/top-up.entity.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { calendarMonth } from '#services/entitlements/model/quota-window.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { BillingContext } from '../model/billing-context.js'
import { countTopUps, findAutoTopUp, hasOpenTopUp, liveAutoTopUps } from './top-up-queries.js'

/** Present state of an automatic top-up. */
export interface AutoTopUpState {
  readonly auto: AutoTopUpRow
  readonly threshold: number
  readonly status: 'ACTIVE' | 'CHARGING' | 'WAITING' | 'STOPPED'
  readonly inMonth: number
}

/** Automatic top-ups of an account. Requires permission to read its billing. */
export async function autoTopUps(context: BillingContext, accountId: string): Promise<AutoTopUpState[]> {
  await requireAccount(context, accountId, 'billing:read')
  const { database } = context
  const month = calendarMonth(context.clock.now())
  const states: AutoTopUpState[] = []
  for (const auto of await liveAutoTopUps(database, accountId)) {
    const { threshold } = (await findAutoTopUp(database, accountId, auto.id))!
    const inMonth = await countTopUps(database, accountId, auto.feature, month)
    states.push({ auto, threshold, inMonth, status: await statusOf(context, auto) })
  }
  return states
}

async function statusOf({ database }: BillingContext, auto: AutoTopUpRow): Promise<AutoTopUpState['status']> {
  if (auto.stoppedAt) return 'STOPPED'
  if (await hasOpenTopUp(database, auto.accountId, auto.feature)) return 'CHARGING'
  const waiting = await database.query
    .selectFrom('top_up')
    .select('id')
    .where('accountId', '=', auto.accountId)
    .where('autoTopUpId', '=', auto.id)
    .where('status', '=', 'WAITING')
    .executeTakeFirst()
  return waiting ? 'WAITING' : 'ACTIVE'
}

/** Top-ups of an account, newest first. Requires permission to read its billing. */
export async function topUps(
  context: BillingContext,
  accountId: string,
  request: PageRequest,
): Promise<Page<TopUpRow>> {
  await requireAccount(context, accountId, 'billing:read')
  return readRows(
    request,
    `top-ups:${accountId}`,
    context.database.query.selectFrom('top_up').selectAll().where('accountId', '=', accountId),
  )
}
