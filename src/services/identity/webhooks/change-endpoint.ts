import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { lockAccount } from '../accounts/account-version.js'
import type { IdentityContext } from '../caller.js'

/** An endpoint and its secret, which is shown this once. */
export interface EndpointWithSecret {
  readonly endpoint: WebhookEndpointRow
  readonly secret: string
}

/** Runs a change and records it in the audit log, under the account lock if there is an account. */
export function changeEndpoint<Result>(
  context: IdentityContext,
  accountId: string | null,
  action: string,
  object: string,
  act: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return context.database.transaction(async (transaction) => {
    if (accountId) await lockAccount(transaction, accountId)
    await recordAudit(transaction, { accountId, actor: context.caller.principal, action, object })
    return act(transaction)
  })
}
