import { followStream, type OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import { untilAccessRevoked } from '#services/identity/guard/until-access-revoked.js'

export interface BillingEventsRequest {
  readonly accountId?: string | null
  readonly after?: string | null
  /** Event types to include. Default: all. */
  readonly types?: readonly string[] | null
}

/** Stream of the billing events of an account, for callers with permission. */
export async function followBillingEvents(
  context: IdentityContext,
  { accountId, after, types }: BillingEventsRequest,
): Promise<OpenedStream> {
  const account = await requireAccount(context, accountId, 'billing:read')
  const wanted = types?.length ? new Set(types) : null
  const stream = followStream(context, {
    streamId: account.id,
    version: account.version,
    after,
    wants: (event) => !wanted || wanted.has(event.type),
  })
  return untilAccessRevoked(context, account.id, 'billing:read', stream)
}
