import type { OpenedStream } from '../../kernel/events/follow-stream.js'
import type { IdentityContext } from '../caller.js'
import { KEYS_TOPIC } from '../tokens/service-keys.js'
import { visibleAccount, type Permission } from './guard.js'

/** News topic: somebody left an account, or was taken out of it. */
export const membersTopic = (accountId: string): string => `members of ${accountId}`

/**
 * A stream that ends when who follows it may no longer: they left the account, or their key was revoked. It is looked at whenever
 * either happens, and not for each event.
 */
export function whileAllowed(
  context: IdentityContext,
  accountId: string,
  permission: Permission,
  stream: OpenedStream,
): OpenedStream {
  const follow: OpenedStream['follow'] = async function* (signal) {
    const controller = new AbortController()
    const end = () => controller.abort()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    const look = () => {
      isAllowed(context, accountId, permission).then(
        (allowed) => allowed || end(),
        (error: unknown) => context.log.warn({ err: error, account: accountId }, 'who follows could not be looked at'),
      )
    }
    const topics = [membersTopic(accountId), ...(context.caller.kind === 'service' ? [KEYS_TOPIC] : [])]
    const unsubscribe = topics.map((topic) => context.news.subscribe(topic, look))
    try {
      yield* stream.follow(controller.signal)
    } finally {
      for (const stop of unsubscribe) stop()
      signal.removeEventListener('abort', end)
    }
  }
  return { ...stream, follow }
}

async function isAllowed(context: IdentityContext, accountId: string, permission: Permission): Promise<boolean> {
  const { caller } = context
  if (caller.kind === 'service') {
    const key = await context.database.row(`select 1 from service_key where id = $1 and revoked_at is null`, [
      caller.keyId,
    ])
    if (!key) return false
  }
  context.accounts.clearAll()
  return (await visibleAccount(context, accountId, permission)) !== null
}
