import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { NodeReference } from '#services/kernel/denials/denial.js'
import { runIdempotent } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { lockAccount } from '../accounts/account-version.js'
import { idempotencyScope } from '../idempotency-scope.js'
import type { IdentityContext } from '../model/caller.js'

/** An endpoint and its secret, which is shown this once. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpointRow
  readonly secret: string
}

/** A change of the endpoints of an account, for the audit log. */
export interface EndpointChange {
  /** Null for the endpoints of the installation. */
  readonly accountId: string | null
  readonly action: string
  /** ID of the changed object. */
  readonly object: string
}

/** Runs a change and records it in the audit log, under the account lock if there is an account. */
export function changeEndpoint<Result>(
  context: IdentityContext,
  change: EndpointChange,
  act: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return context.database.transaction((transaction) => changeLocked(context, transaction, change, act))
}

async function changeLocked<Result>(
  context: IdentityContext,
  transaction: Transaction,
  { accountId, action, object }: EndpointChange,
  act: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  if (accountId) await lockAccount(transaction, accountId)
  await recordAudit(transaction, { accountId, actor: context.caller.principal, action, object })
  return act(transaction)
}

/** A change that must not be repeated. */
interface ChangeOnce<Value> {
  readonly mutation: string
  readonly idempotencyKey: string
  /** The request with its defaults filled in. */
  readonly request: object
  readonly change: EndpointChange
  readonly act: (transaction: Transaction) => Promise<Value | Denied>
  readonly referenceOf: (value: Value) => NodeReference
  readonly replay: (transaction: Transaction, id: string) => Promise<Value | Denied>
}

/** Like `changeEndpoint`, once for each idempotency key. */
export function changeEndpointOnce<Value extends object>(
  context: IdentityContext,
  { mutation, idempotencyKey, request, change, act, referenceOf, replay }: ChangeOnce<Value>,
): Promise<Value | Denied> {
  return runIdempotent<Value>(context.database, {
    scope: idempotencyScope(context.caller, change.accountId ?? '', mutation, idempotencyKey),
    request,
    replay: (transaction, { id }) => replay(transaction, id),
    execute: async (transaction) => {
      const value = await changeLocked(context, transaction, change, act)
      return 'kind' in value ? value : { value, reference: referenceOf(value) }
    },
  })
}
