declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Scopes of the modules. */
    readonly scopes: ScopeDefinitions
  }
}

/** Scopes of keys by name, with their meaning and the callers that can grant them. */
export type ScopeDefinitions = Readonly<
  Record<
    string,
    { readonly text: string; readonly givenBy: 'owners' | 'operators'; readonly installationWide: boolean }
  >
>

/** Scopes of the core. */
export const coreScopes = {
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
  // Operator actions affect the whole installation, regardless of the account of a key.
  'ops:read': { text: 'read operator data', givenBy: 'operators', installationWide: true },
  'ops:write': { text: 'perform operator actions', givenBy: 'operators', installationWide: true },
  // It includes both.
  'ops:*': { text: 'both', givenBy: 'operators', installationWide: true },
} as const satisfies ScopeDefinitions

declare module '../model/caller.js' {
  interface Scopes extends Record<Exclude<keyof typeof coreScopes, 'ops:*'>, unknown> {}
}

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
  known: ScopeDefinitions,
  scopes: readonly string[],
  { byOperator, forAccount }: { readonly byOperator: boolean; readonly forAccount: boolean },
): ScopeProblem[] {
  const names = Object.keys(known).join(', ')
  if (scopes.length === 0)
    return [{ kind: 'unknown', message: `scopes must contain at least one of ${names}.`, index: null }]
  return scopes.flatMap((scope, index): ScopeProblem[] => {
    const given = Object.hasOwn(known, scope) ? known[scope] : undefined
    if (!given) {
      const message = `Scope '${scope.slice(0, 50)}' does not exist. Valid scopes: ${names}.`
      return [{ kind: 'unknown', message, index }]
    }
    if (given.givenBy === 'operators' && !byOperator)
      return [{ kind: 'forbidden', message: `Scope ${scope} can be granted only by an operator.`, index }]
    if (given.installationWide && forAccount) {
      const message = `Scope ${scope} applies to the whole installation and requires allAccounts.`
      return [{ kind: 'unknown', message, index }]
    }
    return []
  })
}
