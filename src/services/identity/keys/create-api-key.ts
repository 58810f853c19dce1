import type { CreateApiKeyInput } from '#schema/identity/change-api-key.type.js'
import { z } from 'zod'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import { refused, refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { inputIssues } from '#services/kernel/validation/input-issues.js'
import { lineIssues } from '#services/kernel/validation/line-issues.js'
import { mayOperate, requireAccount, requireSignedIn } from '../model/guard.js'
import { hasScope, type IdentityContext, type Scope } from '../model/caller.js'
import { idempotencyScope } from '../idempotency-scope.js'
import { createServiceKey, findServiceKey, keyIdOf } from '../tokens/service-keys.js'
import { ownerIssues, requireInstallation } from '../model/installation-access.js'
import { scopeProblems } from './key-scopes.js'

export const MAX_KEY_NAME_LENGTH = 200

/** The key, and the only time that its secret is seen. */
export interface CreatedApiKey {
  readonly kind: 'created'
  readonly key: ServiceKeyRow
  readonly secret: string
}

export type ApiKeyOutcome = CreatedApiKey | Denied

/** Makes a key for the services of an account, or, by an operator, for the whole installation. */
export async function createApiKey(context: IdentityContext, input: CreateApiKeyInput): Promise<ApiKeyOutcome> {
  requireSignedIn(context)
  const byOperator = mayOperate(context, 'ops:write')
  const accountId = await ownerOfKey(context, input, byOperator)
  const name = input.name.trim()
  const scopes = [...new Set(input.scopes)]
  const expiresAt = input.expiresAt ?? null
  const problems = scopeProblems(context.declared.scopes, scopes, { byOperator, forAccount: accountId !== null })
  const [issue, ...issues] = [
    ...ownerIssues(input),
    ...lineIssues(['name'], name, MAX_KEY_NAME_LENGTH),
    ...inputIssues(validKey(context.timers.now()), { expiresAt }),
    ...problems.filter(({ kind }) => kind === 'unknown').map(({ message, index }) => scopeIssue(message, index)),
  ]
  if (issue) return denied(refusedInput([issue, ...issues]))
  const [forbidden] = problems
  if (forbidden) throw new AppError('FORBIDDEN', forbidden.message)
  refuseFurtherScopes(context, scopes)
  const { principal } = context.caller
  const key = { name, scopes, expiresAt, accountId, createdBy: principal }
  return runIdempotent<CreatedApiKey>(context.database, {
    scope: idempotencyScope(context.caller, accountId ?? '', 'createApiKey', input.idempotencyKey),
    request: { name, scopes, expiresAt },
    // A secret is returned only once.
    replay: (_transaction, { id }) => Promise.resolve(secretAlreadyShown(id)),
    execute: async (transaction) => {
      const secret = await createServiceKey(transaction, context.config.mode, key)
      const row = (await findServiceKey(transaction, keyIdOf(secret)))!
      await recordChange(transaction, {
        accountId,
        actor: principal,
        action: 'key.created',
        object: row.id,
        details: { name, scopes, expiresAt },
      })
      return { value: { kind: 'created', key: row, secret }, reference: { __typename: 'ApiKey', id: row.id } }
    },
  })
}

/** Account of a new key, which the caller may give keys to. Null for the installation. */
async function ownerOfKey(
  context: IdentityContext,
  input: CreateApiKeyInput,
  byOperator: boolean,
): Promise<string | null> {
  if (!input.allAccounts)
    return (await requireAccount(context, input.accountId, byOperator ? 'account:read' : 'keys:manage')).id
  requireInstallation(context, 'ops:write')
  return null
}

const validKey = (now: number) =>
  z.object({
    expiresAt: z
      .date()
      .nullable()
      .refine((at) => !at || at.getTime() > now, 'expiresAt must be in the future.'),
  })

const scopeIssue = (message: string, index: number | null): InputIssue => ({
  path: index === null ? ['scopes'] : ['scopes', index],
  code: 'INVALID_PARAMETERS',
  message,
})

/** A key hands on no more than it has itself. */
function refuseFurtherScopes({ caller }: IdentityContext, scopes: readonly string[]): void {
  const beyond = caller.kind === 'service' && scopes.find((scope) => !hasScope(caller, scope as Scope))
  if (beyond) throw new AppError('FORBIDDEN', `A key cannot grant scopes it does not have: ${beyond}.`)
}

/** The denial of a repeated call: the secret of the first one is lost, because only its hash is stored. */
export const secretAlreadyShown = (id: string): Denied =>
  denied(
    refused(
      'SECRET_ALREADY_SHOWN',
      `The secret of ${id} was shown by the first call. If it is lost, revoke the key and create a new one.`,
      { field: 'idempotencyKey' },
    ),
  )
