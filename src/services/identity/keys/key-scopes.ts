import type { Scope } from '../model/caller.js'

/** Scopes of keys and the callers that can grant them. `ops:*` includes both scopes of its family. */
const SCOPES: Record<
  Scope | 'ops:*',
  { readonly text: string; readonly givenBy: 'owners' | 'operators'; readonly installationWide: boolean }
> = {
  'entitlements:read': { text: 'check entitlements', givenBy: 'owners', installationWide: false },
  // Operators only: a customer with this scope could release its own limits and reservations.
  'entitlements:write': { text: 'consume entitlements', givenBy: 'operators', installationWide: false },
  // Operators only: a customer with this scope could grant credits to itself.
  'credits:write': { text: 'grant and revoke credits, set plans', givenBy: 'operators', installationWide: false },
  'billing:read': { text: 'read subscriptions, purchases and invoices', givenBy: 'owners', installationWide: false },
  'billing:write': {
    text: 'buy, change and cancel for accounts',
    givenBy: 'operators',
    installationWide: false,
  },
  'accounts:read': {
    text: 'read customers with their personal data and members',
    givenBy: 'operators',
    installationWide: true,
  },
  'accounts:write': { text: 'create and change customers', givenBy: 'operators', installationWide: true },
  'marketplace:sync': { text: 'synchronize the marketplace', givenBy: 'operators', installationWide: false },
  'commands:write': { text: 'queue commands for agents', givenBy: 'owners', installationWide: false },
  // Operator actions affect the whole installation, regardless of the account of a key.
  'ops:read': { text: 'read operator data', givenBy: 'operators', installationWide: true },
  'ops:write': { text: 'perform operator actions', givenBy: 'operators', installationWide: true },
  'ops:*': { text: 'both', givenBy: 'operators', installationWide: true },
}

export const ALL_SCOPES = Object.keys(SCOPES) as readonly (Scope | 'ops:*')[]

/** A scope that a key may not have. */
export interface ScopeProblem {
  readonly kind: 'unknown' | 'forbidden'
  readonly message: string
  /** Position of the scope. Null if there are no scopes at all. */
  readonly index: number | null
}

/** Pure: the first problem of the scopes of a key. Null if there is none. */
export const validateScopes = (...input: Parameters<typeof scopeProblems>): ScopeProblem | null =>
  scopeProblems(...input)[0] ?? null

/** Pure: every problem of the scopes of a key. */
export function scopeProblems(
  scopes: readonly string[],
  { byOperator, forAccount }: { readonly byOperator: boolean; readonly forAccount: boolean },
): ScopeProblem[] {
  if (scopes.length === 0)
    return [{ kind: 'unknown', message: `scopes must contain at least one of ${ALL_SCOPES.join(', ')}.`, index: null }]
  return scopes.flatMap((scope, index): ScopeProblem[] => {
    const known = Object.hasOwn(SCOPES, scope) ? SCOPES[scope as Scope] : undefined
    if (!known) {
      const message = `Scope '${scope.slice(0, 50)}' does not exist. Valid scopes: ${ALL_SCOPES.join(', ')}.`
      return [{ kind: 'unknown', message, index }]
    }
    if (known.givenBy === 'operators' && !byOperator)
      return [{ kind: 'forbidden', message: `Scope ${scope} can be granted only by an operator.`, index }]
    if (known.installationWide && forAccount) {
      const message = `Scope ${scope} applies to the whole installation and requires allAccounts.`
      return [{ kind: 'unknown', message, index }]
    }
    return []
  })
}
