import type { SetSpendCapInput } from '#schema/entitlements/spend-cap.type.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { requireManagedAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { lockSubAccount } from '../model/sub-accounts.sql.js'
import type { SpendCap } from '../model/account-snapshot.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { memberDenial } from '../model/usage-denials.js'
import { usageMembers } from '../model/usage-member.js'
import { PERIODS } from '../model/cap-denial.js'
import { countedSince, endCaps } from './cap-rows.js'
import { aboveOperator, limitText, ofUser, readCapLimit, type CapLimit } from './cap-terms.js'
import { currencyDenial } from '../model/currency-of-use.js'
import { capCrossing, isReached, periodAt } from '../model/decide-spend.js'
import { scheduleSweep } from '../model/entitlements-sweep.js'

export interface SpendCapSet {
  readonly kind: 'set'
  readonly capId: string
}

/** The present cap of an account is found by these terms and its kind: units or money. */
type CapScope = Pick<SpendCap, 'feature' | 'period' | 'setByOperator' | 'subAccountId' | 'userId'>

/**
 * Sets the most units of a feature that an account, a member or a sub-account uses in a period, or their highest cost beyond the allowance.
 * Replaces the cap of the same feature, period, setter, kind and user. An operator who is neither owner nor admin of the account sets a cap that the account cannot change.
 */
export async function setSpendCap(context: CatalogContext, input: SetSpendCapInput): Promise<SpendCapSet | Denied> {
  const { account, byOperator } = await requireManagedAccount(context, input.accountId, 'billing:manage', 'ops:write')
  const catalog = context.catalog.current()
  const feature = catalog.features.get(input.feature)
  const given = input.alertPercents ? [...new Set(input.alertPercents)].sort((left, right) => left - right) : null
  const limit = readCapLimit(catalog, feature, { ...input, alertPercents: given })
  if ('code' in limit) return denied(limit)
  const { capId: replaced = null, period, userId = null, subAccountId = null } = input
  const scope: CapScope = { feature: input.feature, period, setByOperator: byOperator, userId, subAccountId }
  return runIdempotent<SpendCapSet>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'setSpendCap', input.idempotencyKey),
    request: { ...scope, ...limit, alertPercents: given, replaced },
    replay: (_transaction, { id }) => Promise.resolve({ kind: 'set', capId: id }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const denial = await denialOfHolder(transaction, account.id, scope)
      if (denial) return denied(denial)
      const replacement = { replaced, scope, limit, alertPercents: given }
      const capId = await replaceCap(context, transaction, account.id, feature!, replacement)
      if (typeof capId !== 'string') return denied(capId)
      return { value: { kind: 'set', capId }, reference: { __typename: 'SpendCap', id: capId } }
    },
  })
}

/** Denial of a cap for a user who is not a member, and for an account that is no sub-account. Null for others. */
async function denialOfHolder(
  transaction: Transaction,
  accountId: string,
  { userId, subAccountId }: CapScope,
): Promise<Refused | null> {
  if (subAccountId !== null && !(await transaction.row(lockSubAccount, { parentId: accountId, subAccountId })))
    return refused('INVALID_PARAMETERS', 'The account has no such sub-account.', { field: 'subAccountId' })
  if (userId === '') return refused('INVALID_PARAMETERS', 'userId must not be empty.', { field: 'userId' })
  const [member] = await usageMembers(transaction, [{ accountId, userId }])
  return memberDenial(member!)
}

interface Replacement {
  /** ID of the cap that is to end. Null: the present one, if there is one. */
  readonly replaced: string | null
  readonly scope: CapScope
  readonly limit: CapLimit
  /** Null: those of the cap that ends. */
  readonly alertPercents: readonly number[] | null
}

/** Ends a cap and inserts its successor, with what was used in the period before. Returns its ID, or the denial of one above that of the operator. */
async function replaceCap(
  context: CatalogContext,
  transaction: Transaction,
  accountId: string,
  feature: FeatureDefinition,
  { replaced, scope, limit, alertPercents: given }: Replacement,
): Promise<string | Refused> {
  const at = context.clock.now()
  const by = context.caller.principal
  const snapshot = (await loadSnapshot(transaction, context.catalog.current(), accountId, at))!
  const presentOf = (setByOperator: boolean) =>
    snapshot.caps.find((cap) => isOfScope(cap, { ...scope, setByOperator }) && !cap.currency === !limit.currency)
  const before = presentOf(scope.setByOperator)
  if (replaced !== null && before?.id !== replaced) return refused('INVALID_PARAMETERS', OTHER_CAP, { field: 'capId' })
  const denial =
    (limit.currency && currencyDenial(context.catalog.current(), snapshot, limit.currency, 'limit.money.currency')) ||
    (scope.setByOperator ? null : aboveOperator(limit, presentOf(true)))
  if (denial) return denial
  if (before) await endCaps(transaction, { accountId, id: before.id }, at)
  const alertPercents = given ?? before?.alertPercents ?? []
  const { start } = periodAt(snapshot, feature, scope.period)
  const counted = await countedSince(transaction, { accountId, ...scope }, limit, start)
  const id = transaction.newId('cap')
  await transaction.query
    .insertInto('spend_cap')
    .values({
      id,
      accountId,
      ...scope,
      ...limit,
      alertPercents,
      createdBy: by,
      since: at,
      periodStart: start,
      ...counted,
    })
    .execute()
  await recordCapChange(transaction, accountId, at, {
    cap: { id, ...scope },
    before,
    after: { ...limit, alertPercents },
    by,
    summary: `${scope.setByOperator ? 'An operator' : 'The account'} capped ${feature.name} at ${limitText(limit)} per ${PERIODS[scope.period]}${ofUser(scope)}.`,
  })
  // Levels that the use of the period has reached already.
  const { used } = counted
  const reached = alertPercents.filter((percent) => isReached(limit, used, percent))
  if (reached.length > 0) {
    await transaction.query
      .insertInto('alert_crossing')
      .values(reached.map((percent) => ({ accountId, ...capCrossing({ id, ...limit }, percent, used, start), at })))
      .execute()
    await scheduleSweep(transaction, accountId, at)
  }
  return id
}

const isOfScope = (cap: SpendCap, scope: CapScope): boolean =>
  cap.feature === scope.feature &&
  cap.period === scope.period &&
  cap.setByOperator === scope.setByOperator &&
  cap.userId === scope.userId &&
  cap.subAccountId === scope.subAccountId

const OTHER_CAP =
  'capId must be the cap that these terms replace: the present one of the same feature, period, kind, user and setter.'

interface CapChange {
  readonly cap: CapScope & { readonly id: string }
  readonly before: (CapLimit & Pick<SpendCap, 'alertPercents'>) | undefined
  /** Null: the cap is removed. */
  readonly after: (CapLimit & Pick<SpendCap, 'alertPercents'>) | null
  readonly by: string
  readonly summary: string
}

/** Records a set or removed cap as an event of the account, a webhook and an entry of the audit log. */
export async function recordCapChange(
  transaction: Transaction,
  accountId: string,
  at: Date,
  { cap, before, after, by, summary }: CapChange,
): Promise<void> {
  const terms = after ?? { amount: null, currency: null, alertPercents: [] }
  await recordAccountEvent(transaction, accountId, at, {
    type: 'spend_cap.changed',
    outbox: true,
    summary,
    changesEntitlements: true,
    data: { ...cap, amount: terms.amount, currency: terms.currency, alertPercents: terms.alertPercents, by },
  })
  const shown = before && { amount: before.amount, currency: before.currency, alertPercents: before.alertPercents }
  await recordChange(transaction, {
    accountId,
    actor: by,
    action: 'spend_cap.changed',
    object: cap.id,
    details: { ...cap, before: shown ?? null, after },
  })
}
