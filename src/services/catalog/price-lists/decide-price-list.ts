import type { PriceListRow } from '#entities/catalog/price-list.entity.js'
import { requireInstallation } from '#services/identity/model/installation-access.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { lockName } from '#services/kernel/database/named-lock.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { CATALOG_TOPIC } from '#services/catalog/snapshot/open-catalog.js'

/** Serializes the changes of the prices of a feature. */
export const lockPrices = (transaction: Transaction, feature: string): Promise<void> =>
  lockName(transaction, `prices ${feature}`)

/** Decides an open list for an operator. A list that has the decision already is returned. */
export async function decidePriceList(
  context: CatalogContext,
  id: string,
  decision: { readonly status: 'APPLIED' } | { readonly status: 'REJECTED'; readonly reason: string },
): Promise<PriceListRow | Denied> {
  requireInstallation(context, 'ops:write')
  const outcome = await context.database.transaction(async (transaction) => {
    const list = await findList(transaction, id)
    await lockPrices(transaction, list.feature)
    const locked = await findList(transaction, id)
    if (locked.status === decision.status) return locked
    if (locked.status !== 'PROPOSED')
      return denied(refused('INVALID_TRANSITION', `The price list is ${locked.status}. Decide an open one.`))
    const decidedBy = context.caller.principal
    if (decision.status === 'APPLIED') return applyList(transaction, locked, context.clock.now(), decidedBy)
    return transaction.query
      .updateTable('price_list')
      .set({ status: 'REJECTED', decidedBy, reason: decision.reason })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
  if (decision.status === 'APPLIED') await context.catalog.reload()
  return outcome
}

async function findList(transaction: Transaction, id: string): Promise<PriceListRow> {
  const row = await transaction.query.selectFrom('price_list').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new AppError('NOT_FOUND', 'Price list not found.')
  return row
}

/** Makes the changes of a list count from now on. The caller holds the lock of the prices. */
export async function applyList(
  transaction: Transaction,
  list: PriceListRow,
  now: Date,
  decidedBy: string | null,
): Promise<PriceListRow> {
  const last = await transaction.query
    .selectFrom('price_list')
    .select(['version', 'appliedAt'])
    .where('feature', '=', list.feature)
    .where('status', '=', 'APPLIED')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  const applied = await transaction.query
    .updateTable('price_list')
    .set({
      status: 'APPLIED',
      version: (last?.version ?? 0) + 1,
      appliedAt: new Date(Math.max(now.getTime(), last?.appliedAt?.getTime() ?? 0)),
      decidedBy,
    })
    .where('id', '=', list.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await recordOperatorEvent(transaction, {
    type: 'price_list.applied',
    summary: `${list.changes.length} prices of ${list.feature} were changed.`,
    accountId: null,
    data: { feature: list.feature, priceListId: list.id, changes: list.changes.length, needsOperator: list.held },
  })
  transaction.announce(CATALOG_TOPIC)
  return applied
}
