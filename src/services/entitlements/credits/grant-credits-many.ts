import type { GrantCreditsManyInput } from '#schema/entitlements/grant-credits.type.js'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { refused, type Denial, type Refused } from '#services/kernel/denials/denial.js'
import { invalidKey } from '#services/kernel/idempotency/idempotency.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { allProblems } from '../model/all-problems.js'
import { grantValidCredits, validateCredits } from './grant-credits.js'

/** Result for one account: a grant or a denial. */
export interface AccountGrant {
  readonly accountId: string
  readonly grant: CreditGrantRow | null
  readonly denial: Denial | null
}

const MAX_ACCOUNTS = 100

/**
 * Grants the same credits to several accounts as an operator, each on its own. A repeated call with the same key grants nothing to the
 * accounts that already have their grant.
 */
export async function grantCreditsMany(
  context: CatalogContext,
  input: GrantCreditsManyInput,
): Promise<{ readonly kind: 'granted'; readonly items: readonly AccountGrant[] } | Denied> {
  const denial = allProblems(
    validateAccounts(input.accountIds),
    validateCredits(context, input),
    invalidKey(input.idempotencyKey),
  )
  if (denial) return denied(denial)
  const items: AccountGrant[] = []
  for (const [index, accountId] of input.accountIds.entries())
    items.push(await grantOne(context, input, accountId, index))
  return { kind: 'granted', items }
}

async function grantOne(
  context: CatalogContext,
  input: GrantCreditsManyInput,
  accountId: string,
  index: number,
): Promise<AccountGrant> {
  const account = await requireAccount(context, accountId, 'account:read').catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null
    throw error
  })
  if (!account) return { accountId, grant: null, denial: unknownAccount(index) }
  const outcome = await grantValidCredits(context, account, input, 'grantCreditsMany')
  return outcome.kind === 'denied'
    ? { accountId, grant: null, denial: outcome.denial }
    : { accountId, grant: outcome.grant, denial: null }
}

const unknownAccount = (index: number): Refused =>
  refused('INVALID_PARAMETERS', 'Account not found.', { field: `accountIds.${index}` })

function validateAccounts(ids: readonly string[]): Refused | null {
  const isValid = ids.length >= 1 && ids.length <= MAX_ACCOUNTS && new Set(ids).size === ids.length
  return isValid
    ? null
    : refused('INVALID_PARAMETERS', `accountIds must contain 1 to ${MAX_ACCOUNTS} different accounts.`, {
        field: 'accountIds',
      })
}
