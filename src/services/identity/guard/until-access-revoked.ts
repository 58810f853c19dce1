import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { IdentityContext } from '../model/caller.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { isKeyActive } from '../keys/watch-key.js'
import { KEYS_TOPIC } from '../tokens/service-keys.js'
import { recheckAccess } from '../model/recheck-access.js'
import { mayOperate, visibleAccount, type OperatorPermission, type Permission } from '../model/guard.js'

/** Topic: a member left an account or was removed from it. */
export const membersTopic = (accountId: string): string => `members of ${accountId}`

/**
 * A stream that fails when its reader lost the access: the reader left the account, or a policy was edited. It is checked
 * whenever that happens, and not for each event. The stream of a revoked key stops and does not end: its transport is
 * interrupted, and the client connects again with another token. A stream that ended would be complete for the client.
 */
export const untilAccessRevoked = <Event>(
  context: IdentityContext,
  accountId: string,
  permission: Permission,
  stream: OpenedStream<Event>,
): OpenedStream<Event> =>
  whileAllowed(context, stream, [membersTopic(accountId)], () => hasAccess(context, accountId, permission))

/** The same for what concerns the whole installation. */
export const untilOperatorRevoked = <Event>(
  context: IdentityContext,
  scope: OperatorPermission,
  stream: OpenedStream<Event>,
): OpenedStream<Event> => whileAllowed(context, stream, [], () => Promise.resolve(mayOperate(context, scope)))

function whileAllowed<Event>(
  context: IdentityContext,
  stream: OpenedStream<Event>,
  membership: readonly string[],
  hasStillAccess: () => Promise<boolean>,
): OpenedStream<Event> {
  const follow: OpenedStream<Event>['follow'] = async function* (signal) {
    const controller = new AbortController()
    const end = () => controller.abort()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    let isRevoked = false
    const isStillAllowed = async () => {
      isRevoked = !(await hasActiveKey(context))
      return !isRevoked && hasStillAccess()
    }
    const look = () => recheckAccess(context, isStillAllowed, end)
    const topics = [...membership, ...(context.caller.kind === 'service' ? [KEYS_TOPIC] : [])]
    const unsubscribe = [
      ...topics.map((topic) => context.notifier.subscribe(topic, look)),
      context.access.onChange(look),
    ]
    try {
      yield* stream.follow(controller.signal)
      if (!signal.aborted && isRevoked) await aborted(signal)
      if (!signal.aborted) throw new AppError('FORBIDDEN', 'Your access to this stream was revoked.')
    } finally {
      for (const stop of unsubscribe) stop()
      signal.removeEventListener('abort', end)
    }
  }
  return { ...stream, follow }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

async function hasAccess(context: IdentityContext, accountId: string, permission: Permission): Promise<boolean> {
  context.accounts.clearAll()
  return (await visibleAccount(context, accountId, permission)) !== null
}

const hasActiveKey = async (context: IdentityContext): Promise<boolean> =>
  context.caller.kind !== 'service' || isKeyActive(context, context.caller.keyId)
