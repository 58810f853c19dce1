import type { InputIssue } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from './caller.js'
import { mayOperate, requireOperator } from './guard.js'

/** A request for one account, by default the caller's current one, or for the whole installation. */
export interface OwnerRequest {
  readonly accountId?: string | null
  /** For operators: the whole installation. */
  readonly allAccounts?: boolean | null
}

/** Requires an operator. A key for one account is no key for the installation, whatever its scopes. */
export function requireInstallation(context: IdentityContext, scope: 'ops:read' | 'ops:write'): void {
  requireOperator(context, scope)
  if (!managesInstallation(context, scope))
    throw new AppError('FORBIDDEN', 'This key is limited to one account and cannot act for all accounts.')
}

/** True if the caller may read or change what belongs to the installation. */
export const managesInstallation = (context: IdentityContext, scope: 'ops:read' | 'ops:write'): boolean =>
  mayOperate(context, scope) && (context.caller.kind !== 'service' || !context.caller.accountId)

const BOTH = 'allAccounts cannot be combined with accountId.'

/** The problem of a request for an account and for all accounts at once. */
export const ownerIssues = ({ accountId, allAccounts }: OwnerRequest): InputIssue[] =>
  accountId && allAccounts ? [{ path: ['allAccounts'], code: 'INVALID_PARAMETERS', message: BOTH }] : []
