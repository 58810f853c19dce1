import type { Scope } from '../caller.js'

/** What a key may carry, and for whom. `ops:*` stands for both scopes of its family. */
const SCOPES: Record<
  Scope | 'ops:*',
  { readonly text: string; readonly givenBy: 'owners' | 'operators'; readonly wholeHouse: boolean }
> = {
  'entitlements:read': { text: 'check entitlements', givenBy: 'owners', wholeHouse: false },
  // It also gives places and holds back: in the hands of whom they limit, they would limit nothing.
  'entitlements:write': { text: 'consume entitlements', givenBy: 'operators', wholeHouse: false },
  'billing:read': { text: 'read subscriptions, purchases and invoices', givenBy: 'owners', wholeHouse: false },
  'marketplace:sync': { text: 'synchronize the marketplace', givenBy: 'operators', wholeHouse: false },
  'commands:write': { text: 'queue commands for agents', givenBy: 'owners', wholeHouse: false },
  // What operators do is done to the whole installation, whatever account a key names.
  'ops:read': { text: 'read operator data', givenBy: 'operators', wholeHouse: true },
  'ops:write': { text: 'perform operator actions', givenBy: 'operators', wholeHouse: true },
  'ops:*': { text: 'both', givenBy: 'operators', wholeHouse: true },
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
    if (known.wholeHouse && forAccount)
      return { kind: 'unknown', message: `Scope ${scope} applies to the whole installation. Omit accountId.` }
  }
  return null
}
