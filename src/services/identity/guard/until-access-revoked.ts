import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { IdentityContext } from '../model/caller.js'
import { isKeyActive } from '../keys/on-key-revoked.js'
import { KEYS_TOPIC } from '../tokens/service-keys.js'
import { recheckAccess } from '../model/recheck-access.js'
import { mayOperate, visibleAccount, type OperatorPermission, type Permission } from '../model/guard.js'

/** Topic: a member left an account or was removed from it. */
export const membersTopic = (accountId: string): string => `members of ${accountId}`

/**
 * A stream that ends when who follows it may no longer: they left the account, their key was revoked, or a policy was edited that let
 * them. It is looked at whenever that happens, and not for each event.
 */
export const untilAccessRevoked = <Event>(
  context: IdentityContext,
  accountId: string,
  permission: Permission,
  stream: OpenedStream<Event>,
): OpenedStream<Event> =>
  whileAllowed(context, stream, [membersTopic(accountId)], () => isAllowed(context, accountId, permission))

/** The same for what concerns the whole installation. */
export const untilOperatorRevoked = <Event>(
  context: IdentityContext,
  scope: OperatorPermission,
  stream: OpenedStream<Event>,
): OpenedStream<Event> =>
  whileAllowed(context, stream, [], async () => (await hasActiveKey(context)) && mayOperate(context, scope))

function whileAllowed<Event>(
  context: IdentityContext,
  stream: OpenedStream<Event>,
  membership: readonly string[],
  isStillAllowed: () => Promise<boolean>,
): OpenedStream<Event> {
  const follow: OpenedStream<Event>['follow'] = async function* (signal) {
    const controller = new AbortController()
    const end = () => controller.abort()
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    const look = () => recheckAccess(context, isStillAllowed, end)
    const topics = [...membership, ...(context.caller.kind === 'service' ? [KEYS_TOPIC] : [])]
    const unsubscribe = [
      ...topics.map((topic) => context.notifier.subscribe(topic, look)),
      context.access.onChange(look),
    ]
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
  if (!(await hasActiveKey(context))) return false
  context.accounts.clearAll()
  return (await visibleAccount(context, accountId, permission)) !== null
}

const hasActiveKey = async (context: IdentityContext): Promise<boolean> =>
  context.caller.kind !== 'service' || isKeyActive(context, context.caller.keyId)
