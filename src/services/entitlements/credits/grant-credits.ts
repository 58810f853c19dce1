import type { GrantCreditsInput } from '#schema/entitlements/grant-credits.type.js'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { allProblems } from '../model/all-problems.js'
import { validateAmount, unknownFeature, wrongFeatureKind } from '../model/usage-denials.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { createGrant } from './create-grant.js'
import { grantsByIds } from './grant-queries.js'

const DAY_MS = 86_400_000
/** Ten years: longer is surely a slip of the finger. */
const MAX_DAYS = 3660

export type CreditsOutcome = { readonly kind: 'granted'; readonly grant: CreditGrantRow } | Denied

/** Grants credits as an operator or a service; the event contains the reason and the caller. */
export async function grantCredits(context: CatalogContext, input: GrantCreditsInput): Promise<CreditsOutcome> {
  const account = await requireAccount(context, input.accountId, 'credits:write')
  const denial = validateCredits(context, input)
  if (denial) return denied(denial)
  const catalog = context.catalog.current()
  const { feature, amount, validForDays = null } = input
  const reason = input.reason.trim()
  const outcome = await runIdempotent<CreditGrantRow>(context.database, {
    scope: idempotencyScope(context.caller, account.id, 'grantCredits', input.idempotencyKey),
    request: { feature, amount, validForDays, reason },
    execute: async (transaction) => {
      const at = context.clock.now()
      const expiresAt = validForDays === null ? null : new Date(at.getTime() + validForDays * DAY_MS)
      const cause = { type: 'operator', id: transaction.newId('evt') }
      const source = { kind: 'OVERRIDE', code: reason } as const
      const { grantId } = await createGrant(transaction, {
        catalog,
        accountId: account.id,
        at,
        feature,
        amount,
        expiresAt,
        cause,
        source,
      })
      await writeOutbox(transaction, {
        type: 'credits.granted',
        accountId: account.id,
        payload: { grantId, feature, amount, expiresAt, reason, by: context.caller.principal },
        at,
        requestId: context.requestId,
      })
      const [row] = await grantsByIds(transaction, [grantId])
      return { value: row!, reference: { __typename: 'CreditGrant', id: grantId } }
    },
    replay: async (transaction, { id }) => (await grantsByIds(transaction, [id]))[0]!,
  })
  return 'kind' in outcome ? outcome : { kind: 'granted', grant: outcome }
}

/** Denial with every problem of a grant of credits. Null if it is valid. */
function validateCredits(
  context: CatalogContext,
  input: Pick<GrantCreditsInput, 'feature' | 'amount' | 'validForDays' | 'reason'>,
): Refused | null {
  return allProblems(
    validateFeature(context, input.feature),
    validateAmount(input.amount),
    validateDays(input.validForDays ?? null),
    validateReason(input.reason.trim()),
  )
}

function validateFeature(context: CatalogContext, code: string): Refused | null {
  const feature = context.catalog.current().features.get(code)
  if (!feature) return unknownFeature(context.catalog.current(), code)
  return feature.kind === 'QUOTA' || feature.kind === 'CREDIT' ? null : wrongFeatureKind(feature)
}

const validateDays = (days: number | null): Refused | null =>
  days === null || (days >= 1 && days <= MAX_DAYS)
    ? null
    : refused('INVALID_PARAMETERS', `validForDays must be between 1 and ${MAX_DAYS}.`, { field: 'validForDays' })
