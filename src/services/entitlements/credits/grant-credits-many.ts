import type { GrantCreditsInput, GrantCreditsManyArgs } from '#schema/entitlements/grant-credits.type.js'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { deniedItem, refused, type Denial, type Refused } from '#services/kernel/denials/denial.js'
import { invalidKey } from '#services/kernel/idempotency/idempotency.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { allProblems } from '../model/all-problems.js'
import { grantValidCredits, validateCredits, type CreditsOutcome } from './grant-credits.js'

/** Result for one account: a grant or a denial. */
export interface AccountGrant {
  readonly grant: CreditGrantRow | null
  readonly denial: Denial | null
}

const MAX_GRANTS = 100

/**
 * Grants credits to several accounts as an operator, each on its own. A repeated call with the same key grants nothing to the accounts that
 * already have their grant.
 */
export async function grantCreditsMany(
  context: CatalogContext,
  { grants, idempotencyKey }: GrantCreditsManyArgs,
): Promise<{ readonly kind: 'granted'; readonly items: readonly AccountGrant[] } | Denied> {
  const denial = allProblems(validateAccounts(grants), invalidKey(idempotencyKey))
  if (denial) return denied(denial)
  const items: AccountGrant[] = []
  for (const [index, grant] of grants.entries()) {
    const outcome = await grantOne(context, { ...grant, idempotencyKey })
    const paths = Object.fromEntries(Object.keys(grant).map((name) => [name, ['grants', index, name]]))
    items.push(
      outcome.kind === 'denied'
        ? { grant: null, denial: deniedItem(outcome.denial, paths) }
        : { grant: outcome.grant, denial: null },
    )
  }
  return { kind: 'granted', items }
}

async function grantOne(context: CatalogContext, input: GrantCreditsInput): Promise<CreditsOutcome> {
  const account = await requireAccount(context, input.accountId, 'account:read').catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null
    throw error
  })
  const denial = allProblems(account ? null : unknownAccount(), validateCredits(context, input))
  return denial ? denied(denial) : grantValidCredits(context, account!, input, 'grantCreditsMany')
}

const unknownAccount = (): Refused => refused('INVALID_PARAMETERS', 'Account not found.', { field: 'accountId' })

function validateAccounts(grants: GrantCreditsManyArgs['grants']): Refused | null {
  const isValid =
    grants.length >= 1 &&
    grants.length <= MAX_GRANTS &&
    new Set(grants.map(({ accountId }) => accountId)).size === grants.length
  return isValid
    ? null
    : refused('INVALID_PARAMETERS', `grants must be 1 to ${MAX_GRANTS}, each for another account.`, { field: 'grants' })
}
