import type { SetParentAccountArgs } from '#schema/entitlements/sub-account.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { lockName } from '#services/kernel/database/named-lock.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireManagedAccount, visibleAccount } from '#services/identity/model/guard.js'
import { writeRollovers } from '../credits/write-rollovers.js'
import { endCaps } from '../spend-caps/cap-rows.js'
import { decideParent } from './decide-parent.js'

/**
 * Makes an account a sub-account of another, moves it to another parent, or ends it. Locks the account and both parents in the
 * order of their IDs and changes the version of each, so that no use is decided on the earlier parent afterwards.
 */
export async function setParentAccount(context: CatalogContext, input: SetParentAccountArgs): Promise<AccountOutcome> {
  const account = await authorizeSubAccount(context, input)
  const { parentId: wanted = null } = input
  const parent = wanted === null ? null : await authorize(context, wanted)
  if (context.catalog.current().pools.length === 0)
    return denied(refused('INVALID_PARAMETERS', 'The catalog has no pools.', { field: 'parentId' }))
  const parentId = parent?.id ?? null
  const denial = await context.database.transaction(async (transaction) => {
    // Moves run one after the other, because a lock cannot find a row that another move has inserted and not committed.
    await lockName(transaction, 'sub_account')
    const before = await lockAccounts(transaction, account.id, parentId)
    if (before === parentId) return null
    const invalid = parentId === null ? null : await validateParent(transaction, account.id, parentId)
    if (invalid) return invalid
    await writeParent(context, transaction, { accountId: account.id, from: before, to: parentId })
    return null
  })
  return denial ? denied(denial) : { kind: 'changed', account }
}

const authorize = async (context: CatalogContext, accountId: string | null | undefined): Promise<AccountRow> =>
  (await requireManagedAccount(context, accountId, 'billing:manage', 'ops:write')).account

/** The account itself: its owners and admins may change its parent, and those of the present parent may end it. */
async function authorizeSubAccount(context: CatalogContext, input: SetParentAccountArgs): Promise<AccountRow> {
  try {
    return await authorize(context, input.accountId)
  } catch (error) {
    const isHidden = error instanceof AppError && (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN')
    const isRemoval = (input.parentId ?? null) === null
    if (!isHidden || !isRemoval || !input.accountId) throw error
    const account = await context.accounts.load(input.accountId)
    const parentId = account && (await parentOf(context.database, account.id))
    if (!parentId || !(await visibleAccount(context, parentId, 'billing:manage'))) throw error
    return account
  }
}

const parentOf = async ({ query }: Pick<Transaction, 'query'>, accountId: string): Promise<string | null> =>
  (await query.selectFrom('sub_account').select('parentId').where('accountId', '=', accountId).executeTakeFirst())
    ?.parentId ?? null

/** Locks the account, its parent and the new parent in the order of their IDs. Returns the present parent. */
async function lockAccounts(
  transaction: Transaction,
  accountId: string,
  parentId: string | null,
): Promise<string | null> {
  const before = await parentOf(transaction, accountId)
  const ids = new Set([accountId, before, parentId].filter((id) => id !== null))
  for (const id of [...ids].sort()) await lockAccount(transaction, id)
  if ((await parentOf(transaction, accountId)) !== before)
    throw new AppError('UNAVAILABLE', 'The parent of the account was changed at the same time. Try again.')
  return before
}

async function validateParent({ query }: Transaction, accountId: string, parentId: string): Promise<Refused | null> {
  const rows = await query
    .selectFrom('sub_account')
    .select(['accountId', 'parentId'])
    .where((eb) => eb.or([eb('accountId', '=', parentId), eb('parentId', 'in', [parentId, accountId])]))
    .execute()
  return decideParent({
    accountId,
    parentId,
    parentIsSubAccount: rows.some((row) => row.accountId === parentId),
    hasSubAccounts: rows.some((row) => row.parentId === accountId),
    subAccounts: rows.filter((row) => row.parentId === parentId).length,
  })
}

async function writeParent(
  context: CatalogContext,
  transaction: Transaction,
  { accountId, from, to }: { readonly accountId: string; readonly from: string | null; readonly to: string | null },
): Promise<void> {
  const { query } = transaction
  const at = context.clock.now()
  const by = context.caller.principal
  // Units of windows that have ended roll over by the parent of that time.
  await writeRollovers(transaction, { catalog: context.catalog.current(), accountId, at })
  await query.deleteFrom('sub_account').where('accountId', '=', accountId).execute()
  if (to !== null) await query.insertInto('sub_account').values({ accountId, parentId: to, since: at }).execute()
  const data = { from, to, by }
  await recordAccountEvent(transaction, accountId, at, {
    type: 'account.parent_changed',
    outbox: true,
    summary: to === null ? 'The account left its pool.' : 'The account uses the pools of a parent account.',
    changesEntitlements: true,
    data,
  })
  await recordChange(transaction, {
    accountId,
    actor: by,
    action: 'account.parent_changed',
    object: accountId,
    details: data,
  })
  if (from !== null) {
    // A sub-account that returns receives no limit again, and what it used in the period still counts.
    await endCaps(transaction, { accountId: from, subAccountId: accountId }, at)
    await recordSubAccount(transaction, from, { type: 'sub_account.removed', accountId, at, by })
  }
  if (to !== null) await recordSubAccount(transaction, to, { type: 'sub_account.added', accountId, at, by })
}

async function recordSubAccount(
  transaction: Transaction,
  parentId: string,
  {
    type,
    accountId: subAccountId,
    at,
    by,
  }: { readonly type: 'sub_account.added' | 'sub_account.removed'; accountId: string; at: Date; by: string },
): Promise<void> {
  const data = { subAccountId, by }
  await recordAccountEvent(transaction, parentId, at, {
    type,
    outbox: true,
    summary: `A sub-account was ${type === 'sub_account.added' ? 'added' : 'removed'}.`,
    changesEntitlements: true,
    data,
  })
  await recordChange(transaction, { accountId: parentId, actor: by, action: type, object: subAccountId, details: data })
}
