import type { StartUsageComparisonArgs } from '#schema/billing/usage-comparison.type.js'
import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { visibleAccounts } from '#services/identity/model/guard.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { NOTHING_COUNTED } from './counted-usage.js'
import { publishComparison } from './publish-comparison.js'
import { findComparison } from './usage-comparisons.js'

const MAX_NAME = 200
const MAX_ACCOUNTS = 500

/** Starts a comparison of accounts, each of which can be in one running comparison. No balance changes. */
export async function startUsageComparison(
  context: BillingContext,
  { accountIds: references, idempotencyKey, ...input }: StartUsageComparisonArgs,
): Promise<UsageComparisonRow | Denied> {
  const name = input.name.trim()
  const reason = input.reason.trim()
  if (name.length < 1 || name.length > MAX_NAME || !isPostgresSafe(name))
    return denied(refused('INVALID_PARAMETERS', `name must be 1 to ${MAX_NAME} characters long.`, { field: 'name' }))
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  if (references.length < 1 || references.length > MAX_ACCOUNTS)
    return denied(
      refused('INVALID_PARAMETERS', `accountIds must contain 1 to ${MAX_ACCOUNTS} items.`, { field: 'accountIds' }),
    )
  const accounts = await visibleAccounts(context, references, 'account:read')
  const unknown = references.filter((_, index) => !accounts[index])
  if (unknown.length > 0) throw accountsNotFound(unknown)
  const accountIds = [...new Set(accounts.map((account) => account!.id))].toSorted()
  const { caller, clock } = context
  return runIdempotent<UsageComparisonRow>(context.database, {
    scope: idempotencyScope(caller, '', 'startUsageComparison', idempotencyKey),
    request: { name, reason, accountIds },
    replay: async (transaction, { id }) => (await findComparison(transaction, id))!,
    execute: async (transaction) => {
      const comparison = await transaction.query
        .insertInto('usage_comparison')
        .values({
          id: transaction.newId('ucp'),
          name,
          reason,
          startedBy: caller.principal,
          startedAt: clock.now(),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      const added = new Set(await addAccounts(transaction, comparison.id, accountIds))
      const compared = accountIds.filter((accountId) => !added.has(accountId))
      if (compared.length > 0) throw new AccountsAreCompared(compared)
      await publishComparison(transaction, comparison, 'usage_comparison.started')
      return { value: comparison, reference: { __typename: 'UsageComparison', id: comparison.id } }
    },
  }).catch((error: unknown) => {
    if (!(error instanceof AccountsAreCompared)) throw error
    const { accountIds: compared } = error
    return denied(
      refused(
        'INVALID_TRANSITION',
        `Account ${compared[0]} is in a running comparison${others(compared.length - 1)}. End that comparison first.`,
        { field: 'accountIds' },
      ),
    )
  })
}

function accountsNotFound(references: readonly string[]): AppError {
  const first = references[0]!.slice(0, 60)
  return new AppError(
    'NOT_FOUND',
    references.length === 1
      ? `Account ${first} does not exist.`
      : `${references.length} of the accounts do not exist, for example ${first}.`,
    { details: { field: 'accountIds' } },
  )
}

const others = (count: number): string => (count === 0 ? '' : `, as ${count} more of the accounts`)

/** Rolls back a start with accounts that another comparison has. */
class AccountsAreCompared extends Error {
  constructor(readonly accountIds: readonly string[]) {
    super()
  }
}

/** Adds accounts that no running comparison has. Returns their IDs. */
async function addAccounts(
  transaction: Transaction,
  comparisonId: string,
  accountIds: readonly string[],
): Promise<string[]> {
  const added = await transaction.query
    .insertInto('usage_comparison_account')
    .values(
      accountIds.map((accountId) => ({
        id: transaction.newId('uca'),
        accountId,
        comparisonId,
        state: JSON.stringify(NOTHING_COUNTED) as never,
      })),
    )
    .onConflict((conflict) => conflict.column('accountId').where('endedAt', 'is', null).doNothing())
    .returning('accountId')
    .execute()
  return added.map(({ accountId }) => accountId)
}
