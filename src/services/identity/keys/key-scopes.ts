import type { Scope } from '../caller.js'

/** Scopes of keys and the callers that can grant them. `ops:*` includes both scopes of its family. */
const SCOPES: Record<
  Scope | 'ops:*',
  { readonly text: string; readonly givenBy: 'owners' | 'operators'; readonly installationWide: boolean }
> = {
  'entitlements:read': { text: 'check entitlements', givenBy: 'owners', installationWide: false },
  // Operators only: a customer with this scope could release its own limits and reservations.
  'entitlements:write': { text: 'consume entitlements', givenBy: 'operators', installationWide: false },
  'billing:read': { text: 'read subscriptions, purchases and invoices', givenBy: 'owners', installationWide: false },
  'marketplace:sync': { text: 'synchronize the marketplace', givenBy: 'operators', installationWide: false },
  'commands:write': { text: 'queue commands for agents', givenBy: 'owners', installationWide: false },
  // Operator actions affect the whole installation, regardless of the account of a key.
  'ops:read': { text: 'read operator data', givenBy: 'operators', installationWide: true },
  'ops:write': { text: 'perform operator actions', givenBy: 'operators', installationWide: true },
  'ops:*': { text: 'both', givenBy: 'operators', installationWide: true },
}

export const ALL_SCOPES = Object.keys(SCOPES) as readonly (Scope | 'ops:*')[]

/** Pure: what is wrong with a key's scopes; null: nothing. */
export function validateScopes(
  scopes: readonly string[],
  { byOperator, forAccount }: { readonly byOperator: boolean; readonly forAccount: boolean },
): { readonly kind: 'unknown' | 'forbidden'; readonly message: string } | null {
  if (scopes.length === 0)
    return { kind: 'unknown', message: `scopes must contain at least one of ${ALL_SCOPES.join(', ')}.` }
  for (const scope of scopes) {
    const known = Object.hasOwn(SCOPES, scope) ? SCOPES[scope as Scope] : undefined
    if (!known)
      return {
        kind: 'unknown',
        message: `Scope '${scope.slice(0, 50)}' does not exist. Valid scopes: ${ALL_SCOPES.join(', ')}.`,
      }
    if (known.givenBy === 'operators' && !byOperator)
      return { kind: 'forbidden', message: `Scope ${scope} can be granted only by an operator.` }
    if (known.installationWide && forAccount)
      return { kind: 'unknown', message: `Scope ${scope} applies to the whole installation. Omit accountId.` }
  }
  return null
}
