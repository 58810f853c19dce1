import type { CreateAccountSessionArgs } from '#schema/identity/change-api-key.type.js'
import { refusedInput, type InputIssue } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied } from '#services/kernel/result/denied.js'
import { accountPermission } from '../model/permission-names.js'
import type { IdentityContext } from '../model/caller.js'
import { isGivenToMembers, requireAccount, requireSignedIn } from '../model/guard.js'
import { earliestEnd } from '../tokens/credential-end.js'
import { createServiceKey, keyIdOf, findServiceKey } from '../tokens/service-keys.js'
import type { ApiKeyOutcome } from './create-api-key.js'

const DEFAULT_SESSION_SECONDS = 900
const MAX_SESSION_SECONDS = 3_600

/** A key for the browser of a customer: for one account, with some permissions of the key that creates it, for an hour and the life of that key at most. */
export async function createAccountSession(
  context: IdentityContext,
  { accountId: reference, permissions: names, ttlSeconds }: CreateAccountSessionArgs,
): Promise<ApiKeyOutcome> {
  const { caller, config, timers } = context
  requireSignedIn(context)
  if (caller.kind !== 'service' || caller.permissions !== null)
    throw new AppError('FORBIDDEN', 'Account sessions are created by service keys.')
  const seconds = ttlSeconds ?? DEFAULT_SESSION_SECONDS
  const permissions = [...new Set(names)].map(accountPermission)
  const [issue, ...issues] = [
    ...(permissions.length > 0 ? [] : [issueOf(['permissions'], 'permissions must contain at least one permission.')]),
    ...permissions.flatMap((permission, index) =>
      isGivenToMembers(caller, permission)
        ? []
        : [
            issueOf(
              ['permissions', index],
              `${names[index]} cannot be given to a session, because no member has it on an account.`,
            ),
          ],
    ),
    ...(Number.isInteger(seconds) && seconds > 0 && seconds <= MAX_SESSION_SECONDS
      ? []
      : [issueOf(['ttlSeconds'], `ttlSeconds must be between 1 and ${MAX_SESSION_SECONDS}.`)]),
  ]
  if (issue) return denied(refusedInput([issue, ...issues]))
  let accountId = ''
  for (const permission of permissions) accountId = (await requireAccount(context, reference, permission)).id
  const secret = await createServiceKey(context.database, config.mode, {
    name: 'Account session',
    scopes: [],
    permissions,
    accountId,
    expiresAt: earliestEnd(new Date(timers.now() + seconds * 1000), caller.expiresAt),
    createdBy: caller.principal,
  })
  return { kind: 'created', key: (await findServiceKey(context.database, keyIdOf(secret)))!, secret }
}

const issueOf = (path: InputIssue['path'], message: string): InputIssue => ({
  path,
  code: 'INVALID_PARAMETERS',
  message,
})
