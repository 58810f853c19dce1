import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import type { RenameApiKeyArgs } from '#schema/identity/change-api-key.type.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refusedInput } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { lineIssues } from '#services/kernel/validation/line-issues.js'
import type { IdentityContext } from '../model/caller.js'
import { idempotencyScope } from '../idempotency-scope.js'
import { findServiceKey } from '../tokens/service-keys.js'
import { MAX_KEY_NAME_LENGTH } from './create-api-key.js'
import { requireApiKey } from './visible-api-key.js'

export type RenameApiKeyOutcome = { readonly kind: 'renamed'; readonly key: ServiceKeyRow } | Denied

/** Renames a key. Its secret, scopes and expiry stay as they are. */
export async function renameApiKey(
  context: IdentityContext,
  { apiKeyId: id, idempotencyKey, ...input }: RenameApiKeyArgs,
): Promise<RenameApiKeyOutcome> {
  const { accountId } = await requireApiKey(context, id)
  const name = input.name.trim()
  const [issue] = lineIssues(['name'], name, MAX_KEY_NAME_LENGTH)
  if (issue) return denied(refusedInput([issue]))
  return runIdempotent<RenameApiKeyOutcome & { kind: 'renamed' }>(context.database, {
    scope: idempotencyScope(context.caller, accountId ?? '', 'renameApiKey', idempotencyKey),
    request: { id, name },
    replay: async (transaction) => ({ kind: 'renamed', key: (await findServiceKey(transaction, id))! }),
    execute: async (transaction) => {
      const keys = transaction.query.selectFrom('service_key').selectAll().where('id', '=', id)
      const before = await keys.forUpdate().executeTakeFirstOrThrow()
      if (before.name !== name) {
        await transaction.query.updateTable('service_key').set({ name }).where('id', '=', id).execute()
        await recordChange(transaction, {
          accountId,
          actor: context.caller.principal,
          action: 'key.renamed',
          object: id,
          details: { before: { name: before.name }, after: { name } },
        })
      }
      return { value: { kind: 'renamed', key: { ...before, name } }, reference: { __typename: 'ApiKey', id } }
    },
  })
}
