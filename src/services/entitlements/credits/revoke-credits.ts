import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import { refused } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireAccount, requireSignedIn } from '#services/identity/model/guard.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import type { CreditsOutcome } from './grant-credits.js'
import { grantsByIds } from './grant-queries.js'
import { revokeGrant } from './revoke-grant.js'

/** Takes a grant back by an operator's decision: what is left goes, and what was used is owed. */
export async function revokeCredits(
  context: CatalogContext,
  input: { readonly grantId: string; readonly reason: string; readonly idempotencyKey: string },
): Promise<CreditsOutcome> {
  const reason = input.reason.trim()
  const denial = validateReason(reason)
  if (denial) return denied(denial)
  requireSignedIn(context)
  const [known] = await grantsByIds(context.database, [input.grantId])
  const notFound = 'Credit grant not found.'
  if (!known) throw new AppError('NOT_FOUND', notFound)
  await requireAccount(context, known.accountId, 'credits:write', notFound)

  const { accountId } = known
  const outcome = await runIdempotent<CreditGrantRow>(context.database, {
    scope: idempotencyScope(context.caller, accountId, 'revokeCredits', input.idempotencyKey),
    request: { grantId: known.id, reason },
    replay: async (transaction, { id }) => (await grantsByIds(transaction, [id]))[0]!,
    execute: async (transaction) => {
      const at = context.clock.now()
      const { grants, takenBack, debt } = await revokeGrant(transaction, {
        catalog: context.catalog.current(),
        accountId,
        at,
        grant: { id: known.id },
        reference: `operator: ${reason}`,
      })
      if (grants === 0)
        return denied(refused('INVALID_TRANSITION', 'The grant is already revoked.', { field: 'grantId' }))
      await writeOutbox(transaction, {
        type: 'credits.revoked',
        accountId,
        payload: { grantId: known.id, feature: known.feature, takenBack, debt, reason, by: context.caller.principal },
        at,
        requestId: context.requestId,
      })
      const [grant] = await grantsByIds(transaction, [known.id])
      return { value: grant!, reference: { __typename: 'CreditGrant', id: known.id } }
    },
  })
  return 'kind' in outcome ? outcome : { kind: 'granted', grant: outcome }
}
