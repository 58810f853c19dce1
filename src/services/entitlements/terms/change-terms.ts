import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { idempotencyScope } from '#services/identity/idempotency-scope.js'
import type { AccountChanged, AccountOutcome } from '#services/identity/model/account-outcome.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import type { NewEvent } from '#services/kernel/events/append-events.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import { denied } from '#services/kernel/result/denied.js'

/** The locked account whose terms are changed. */
export interface TermsPlace {
  readonly transaction: Transaction
  readonly catalog: CatalogSnapshot
  readonly accountId: string
  readonly at: Date
  /** Operator who changes them. */
  readonly by: string
}

/** Changed terms, with their event and audit record. */
export interface ChangedTerms {
  readonly id: string
  readonly event: NewEvent
  readonly details: Readonly<Record<string, unknown>>
}

interface TermsCall {
  readonly mutation: 'setTerms' | 'endTerms'
  readonly request: object
  /** Writes the change, or returns the denial. */
  readonly change: (place: TermsPlace) => Promise<Refused | ChangedTerms>
}

/** Changes the terms of an account once per key, and records the change. */
export async function changeTerms(
  context: CatalogContext,
  { accountId, idempotencyKey }: { readonly accountId: string; readonly idempotencyKey: string },
  { mutation, request, change }: TermsCall,
): Promise<AccountOutcome> {
  const account = await requireAccount(context, accountId, 'account:read')
  return runIdempotent<AccountChanged>(context.database, {
    scope: idempotencyScope(context.caller, account.id, mutation, idempotencyKey),
    request,
    replay: () => Promise.resolve({ kind: 'changed', account }),
    execute: async (transaction) => {
      await lockAccount(transaction, account.id)
      const at = context.clock.now()
      const by = context.caller.principal
      const changed = await change({ transaction, catalog: context.catalog.current(), accountId: account.id, at, by })
      if ('code' in changed) return denied(changed)
      const { id, event, details } = changed
      await recordAccountEvent(transaction, account.id, at, event)
      await recordChange(transaction, { accountId: account.id, actor: by, action: event.type, object: id, details })
      return { value: { kind: 'changed', account }, reference: { __typename: 'Account', id: account.id } }
    },
  })
}
