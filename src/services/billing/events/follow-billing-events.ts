import { followStream, type OpenedStream } from '../../kernel/events/follow-stream.js'
import type { IdentityContext } from '../../identity/caller.js'
import { requireAccount } from '../../identity/guard/guard.js'
import { untilAccessRevoked } from '../../identity/guard/until-access-revoked.js'

export interface BillingEventsRequest {
  readonly accountId?: string | null
  readonly after?: string | null
  /** Only these types; left out: all. */
  readonly types?: readonly string[] | null
}

/** What happens to the money and rights of an account, for whoever may read its money. */
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
