import { isOneLine } from '#services/kernel/text/one-line.js'
import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { claimKey, completeKey, fingerprintOf } from '#services/kernel/idempotency/idempotency.js'
import { accountReference, mayOperate, requireAccount, requireOperator, requireSignedIn } from '../guard/guard.js'
import { hasScope, type IdentityContext, type Scope } from '../caller.js'
import { idempotencyScope } from '../idempotency-scope.js'
import { createServiceKey, findServiceKey } from '../tokens/service-keys.js'
import { validateScopes } from './key-scopes.js'

const MAX_NAME_LENGTH = 200

/** A key to be made. */
export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly string[]
  /** Default: for operators a key of the whole installation, for other callers one of their current account. */
  readonly accountId?: string | null
  /** Machine clock. Default: valid until revoked. */
  readonly expiresAt?: Date | null
  /** Idempotency key of this attempt: only the first result contains the secret. */
  readonly idempotencyKey?: string | null
}

/** The key, and the only time that its secret is seen. */
export interface CreatedApiKey {
  readonly key: ServiceKeyRow
  readonly secret: string
}

/** Makes a key for the services of an account, or, by an operator, for the whole installation. */
export async function createApiKey(context: IdentityContext, input: NewApiKey): Promise<CreatedApiKey> {
  requireSignedIn(context)
  const byOperator = mayOperate(context, 'ops:write')
  // A caller without an account that specifies none requests a key for the whole installation.
  if (accountReference(context.caller, input.accountId) === null) requireOperator(context, 'ops:write')
  const account =
    byOperator && input.accountId == null
      ? null
      : await requireAccount(context, input.accountId, byOperator ? 'account:read' : 'keys:manage')
  const { name, scopes, expiresAt } = sound(context, input, { byOperator, forAccount: account !== null })
  const { principal } = context.caller

  return context.database.transaction(async (transaction) => {
    const accountId = account?.id ?? null
    const requested = input.idempotencyKey
    const scope = requested ? idempotencyScope(context.caller, accountId ?? '', 'createApiKey', requested) : null
    if (scope) await firstOnly(transaction, scope, { name, scopes, expiresAt })
    const secret = await createServiceKey(transaction, context.config.mode, {
      name,
      scopes,
      accountId,
      expiresAt,
      createdBy: principal,
    })
    const key = (await findServiceKey(transaction, `key_${secret.split('_')[2]}`))!
    if (scope) await completeKey(transaction, scope, { __typename: 'ApiKey', id: key.id })
    await recordChange(transaction, {
      accountId,
      actor: principal,
      action: 'key.created',
      object: key.id,
      details: { name, scopes, expiresAt },
    })
    return { key, secret }
  })
}

/** A secret is returned only once: a replay of the same idempotency key is denied. */
async function firstOnly(
  transaction: Transaction,
  scope: Parameters<typeof claimKey>[1],
  request: object,
): Promise<void> {
  const claim = await claimKey(transaction, scope, fingerprintOf(request))
  if (claim.kind === 'mismatch')
    throw new AppError('IDEMPOTENCY_MISMATCH', claim.denial.message, { details: { field: 'idempotencyKey' } })
  if (claim.kind === 'repeat')
    throw new AppError(
      'SECRET_ALREADY_SHOWN',
      'The secret was shown by the first call. If it is lost, revoke the key and create a new one.',
      { details: { apiKeyId: claim.result.id } },
    )
}

function sound(
  context: IdentityContext,
  input: NewApiKey,
  decisionInput: { readonly byOperator: boolean; readonly forAccount: boolean },
): { readonly name: string; readonly scopes: readonly string[]; readonly expiresAt: Date | null } {
  const name = input.name.trim()
  if (!name || name.length > MAX_NAME_LENGTH || !isOneLine(name))
    throw badInput('input.name', `name must be a single line of 1 to ${MAX_NAME_LENGTH} characters.`)
  const scopes = [...new Set(input.scopes)]
  const problem = validateScopes(scopes, decisionInput)
  if (problem?.kind === 'forbidden') throw new AppError('FORBIDDEN', problem.message)
  if (problem) throw badInput('input.scopes', problem.message)
  // A key hands on no more than it has itself.
  const { caller } = context
  const beyond = caller.kind === 'service' && scopes.find((scope) => !hasScope(caller, scope as Scope))
  if (beyond) throw new AppError('FORBIDDEN', `A key cannot grant scopes it does not have: ${beyond}.`)
  const expiresAt = input.expiresAt ?? null
  if (expiresAt && expiresAt.getTime() <= context.timers.now())
    throw badInput('input.expiresAt', 'expiresAt must be in the future.')
  return { name, scopes, expiresAt }
}

const badInput = (field: string, message: string): AppError =>
  new AppError('BAD_USER_INPUT', message, { details: { field } })
