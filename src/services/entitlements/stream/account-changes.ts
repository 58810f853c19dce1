import { abortable, followStream, pause, readWhenPossible } from '#services/kernel/events/follow-stream.js'
import type { Context } from '#services/kernel/context/context.js'
import { findVersionWithRole } from '#services/identity/accounts/accounts.sql.js'

/** Time between two items. Changes in between are one item. */
const GATHER_MS = 1_000

/** Emits an item at once, and again after changes of the entitlements of an account, at most once a second. Null without the account. */
export async function accountChanges<Item>(
  context: Pick<Context, 'database' | 'notifier' | 'timers'>,
  accountId: string,
  emitted: Item,
): Promise<AsyncGenerator<Item, void, void> | null> {
  const versionNow = async () => (await context.database.rows(findVersionWithRole, { id: accountId, userId: null }))[0]
  const opened = await versionNow()
  if (!opened) return null
  const { version } = opened
  const wants = (event: { readonly changesEntitlements: boolean }) => event.changesEntitlements
  const { follow } = followStream(context, { streamId: accountId, accountId, version, wants })
  return abortable(async function* (signal) {
    yield emitted
    let latest = version
    for await (const item of follow(signal)) {
      if (item.kind === 'event' && item.event.sequence <= latest) continue
      latest = (await readWhenPossible(versionNow))?.version ?? latest
      yield emitted
      await pause(context.timers, GATHER_MS, signal)
    }
  })
}
