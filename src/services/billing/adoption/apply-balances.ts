import type { Transaction } from '#services/kernel/database/database.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { applyAccountChange } from '#services/entitlements/credits/apply-account-change.js'
import { createGrant } from '#services/entitlements/credits/create-grant.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { usagePeriodStart } from '#services/entitlements/model/usage-period.js'
import { deductUnits } from '#services/entitlements/model/deduct-units.js'
import type { BillingContext } from '../model/billing-context.js'
import type { ProviderName } from '../providers/provider-name.js'

const PAGE = 100

/** Balances of imported customers that are not applied yet. */
export const waitingBalances = (
  { database }: Pick<BillingContext, 'database'>,
  provider: ProviderName,
): Promise<{ accountId: string; feature: string }[]> =>
  database.query
    .selectFrom('adopted_balance')
    .select(['accountId', 'feature'])
    .where('provider', '=', provider)
    .where('appliedAt', 'is', null)
    .orderBy('accountId')
    .orderBy('feature')
    .limit(PAGE)
    .execute()

/**
 * Gives an account the balance that it had elsewhere, once: what its plan gives for the current period is used, or what is missing is
 * granted. A balance below zero is debt. One transaction with the mark that it was applied.
 */
export async function applyBalance(
  context: BillingContext,
  provider: ProviderName,
  { accountId, feature: code }: { readonly accountId: string; readonly feature: string },
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const at = context.clock.now()
    const marked = await transaction.query
      .updateTable('adopted_balance')
      .set({ appliedAt: at })
      .where('accountId', '=', accountId)
      .where('provider', '=', provider)
      .where('feature', '=', code)
      .where('appliedAt', 'is', null)
      .returning('amount')
      .executeTakeFirst()
    if (marked) await setBalance(context, transaction, { accountId, code, amount: marked.amount, at, provider })
  })
}

interface Balance {
  readonly accountId: string
  readonly code: string
  readonly amount: number
  readonly at: Date
  readonly provider: ProviderName
}

async function setBalance(
  context: BillingContext,
  transaction: Transaction,
  { accountId, code, amount, at, provider }: Balance,
): Promise<void> {
  const catalog = context.catalog.current()
  const feature = catalog.features.get(code)
  const snapshot = await loadSnapshot(transaction, catalog, accountId, at)
  if (!feature || !snapshot) return
  const { remaining } = evaluateFeature(catalog, snapshot, feature)
  // Unlimited: there is nothing to grant or to use.
  if (remaining === null || remaining === amount) return
  const [left, debt] = [Math.max(0, amount), Math.max(0, -amount)]
  const scope = { catalog, accountId, at }
  if (remaining < left) {
    await createGrant(transaction, {
      ...scope,
      feature: code,
      amount: left - remaining,
      expiresAt: null,
      cause: { type: 'import', id: provider },
      source: { kind: 'OVERRIDE', code: 'Balance at the import' },
    })
    return
  }
  await applyAccountChange(transaction, scope, (draft) => {
    const used = remaining - left
    const parts = used > 0 ? (deductUnits(catalog, draft.snapshot, feature, used) ?? []) : []
    const operationNo = draft.beginOperation()
    draft.move(operationNo, parts, (part) => ({ kind: 'CONSUME', used: part.amount, amount: 0 - part.amount }), {
      feature: code,
      at,
      reference: 'import: used before',
      total: used,
      // Each balance is applied once, so that the key is never used again.
      key: { principal: 'import', mutation: 'import', key: `${provider} ${code}`, request: '' },
      ...(parts.some(({ grantId }) => grantId) ? { usagePeriodStart: usagePeriodStart(draft.snapshot, feature) } : {}),
    })
    if (debt > 0) draft.owe(operationNo, debt, { feature: code, at })
    draft.moved.operations++
    return {
      type: 'usage.recorded',
      summary: 'Usage before the import was recorded.',
      data: { features: [code], operations: 1, holds: 0, grants: 0 },
    }
  })
}
