import type { Scope } from '../caller.js'

/** What a key may carry, and for whom. `ops:*` stands for both scopes of its family. */
const SCOPES: Record<
  Scope | 'ops:*',
  { readonly text: string; readonly givenBy: 'owners' | 'operators'; readonly wholeHouse: boolean }
> = {
  'entitlements:read': { text: 'ask what an account may do', givenBy: 'owners', wholeHouse: false },
  // It also gives places and holds back: in the hands of whom they limit, they would limit nothing.
  'entitlements:write': { text: 'use what an account holds', givenBy: 'operators', wholeHouse: false },
  'billing:read': { text: 'read subscriptions, purchases and invoices', givenBy: 'owners', wholeHouse: false },
  'marketplace:sync': { text: 'keep a copy of the marketplace', givenBy: 'operators', wholeHouse: false },
  'commands:write': { text: 'queue commands for agents', givenBy: 'owners', wholeHouse: false },
  // What operators do is done to the whole installation, whatever account a key names.
  'ops:read': { text: 'see what operators see', givenBy: 'operators', wholeHouse: true },
  'ops:write': { text: 'do what operators do', givenBy: 'operators', wholeHouse: true },
  'ops:*': { text: 'both', givenBy: 'operators', wholeHouse: true },
}

export const ALL_SCOPES = Object.keys(SCOPES) as readonly (Scope | 'ops:*')[]

/** Pure: what is wrong with a key's scopes; null: nothing. */
export function scopesProblem(
  scopes: readonly string[],
  { byOperator, forAccount }: { readonly byOperator: boolean; readonly forAccount: boolean },
): { readonly kind: 'unknown' | 'forbidden'; readonly message: string } | null {
  if (scopes.length === 0) return { kind: 'unknown', message: `Name at least one scope: ${ALL_SCOPES.join(', ')}.` }
  for (const scope of scopes) {
    const known = Object.hasOwn(SCOPES, scope) ? SCOPES[scope as Scope] : undefined
    if (!known)
      return { kind: 'unknown', message: `There is no scope '${scope.slice(0, 50)}': ${ALL_SCOPES.join(', ')}.` }
    if (known.givenBy === 'operators' && !byOperator)
      return { kind: 'forbidden', message: `A key with ${scope} is made by an operator (admin, root or ops:write).` }
    if (known.wholeHouse && forAccount)
      return { kind: 'unknown', message: `${scope} is for the whole installation: such a key names no account.` }
  }
  return null
}
