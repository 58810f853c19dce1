import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { denied } from '#services/kernel/result/denied.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { endAllocation, writeAllocation } from '../allocations/write-allocation.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { unknownFeature } from '../model/usage-denials.js'
import { decideSeats, type SeatChange } from './decide-seats.js'

/** Account and feature whose seats are changed. */
export interface SeatScope {
  readonly accountId?: string | null
  readonly feature: string
}

/** Changes seats under the lock of the account, so that concurrent changes never assign more than there are. */
export async function changeSeats(
  context: CatalogContext,
  { accountId, feature: code }: SeatScope,
  change: SeatChange,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, accountId, 'billing:manage')
  const feature = context.catalog.current().features.get(code)
  if (!feature) return denied(unknownFeature(context.catalog.current(), code))
  if (!context.catalog.current().seats.includes(code))
    return denied(refused('INVALID_PARAMETERS', `${feature.name} is not assigned to members.`, { field: 'feature' }))
  const denial = await context.database.transaction((transaction) =>
    changeLocked(context, transaction, { account, feature, change }),
  )
  return denial ? denied(denial) : { kind: 'changed', account }
}

async function changeLocked(
  context: CatalogContext,
  transaction: Transaction,
  { account, feature, change }: { account: AccountRow; feature: FeatureDefinition; change: SeatChange },
): Promise<Denial | null> {
  const { id: accountId } = account
  const catalog = context.catalog.current()
  const at = context.clock.now()
  await lockAccount(transaction, accountId)
  const snapshot = await loadSnapshot(transaction, catalog, accountId, at)
  if (!snapshot) throw new AppError('NOT_FOUND', 'Account not found.')
  const users = [change.from, change.to].filter((userId) => userId !== null)
  const [holders, members] = [
    await transaction.query
      .selectFrom('allocation')
      .select('resourceId as userId')
      .where('accountId', '=', accountId)
      .where('feature', '=', feature.code)
      .where('resourceId', 'in', users)
      .where('releasedAt', 'is', null)
      .execute(),
    await transaction.query
      .selectFrom('member')
      .select('userId')
      .where('accountId', '=', accountId)
      .where('userId', 'in', users)
      .execute(),
  ].map((rows) => new Set(rows.map(({ userId }) => userId)))
  const decided = decideSeats(catalog, { feature, snapshot, change, holders: holders!, members: members! })
  if ('code' in decided) return decided
  const { from, to } = decided
  if (from === null && to === null) return null
  const allocation = { accountId, feature: feature.code, at }
  if (from !== null) await endAllocation(transaction, { ...allocation, resourceId: from })
  if (to !== null) await writeAllocation(transaction, { ...allocation, resourceId: to })
  const { type, summary } = EVENTS[from === null ? 'assigned' : to === null ? 'unassigned' : 'moved']
  const data = { feature: feature.code, from, to, by: context.caller.principal }
  await recordAccountEvent(transaction, accountId, at, {
    type,
    outbox: true,
    summary: `${summary} of ${feature.name}.`,
    changesEntitlements: true,
    data,
  })
  await recordChange(transaction, {
    accountId,
    actor: context.caller.principal,
    action: type,
    object: feature.code,
    details: data,
  })
  return null
}

const EVENTS = {
  assigned: { type: 'seat.assigned', summary: 'A member received a seat' },
  unassigned: { type: 'seat.unassigned', summary: 'A member lost a seat' },
  moved: { type: 'seat.moved', summary: 'A member received the seat of another' },
} as const
