import type { AgentPresence, AgentRow } from '#entities/deployments/agent.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Context } from '#services/kernel/context/context.js'
import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import { currentAgent, presenceAfter, presenceToPublish } from './presence.js'
import { markOffline } from './set-presence.js'

/** Presence to publish with an event. */
type PublishedPresence = { readonly presence: AgentPresence } & Pick<AgentRow, 'lastHeartbeatAt'>

/** A deployment's stream with presences in the data, without events that do not change the presence. */
export function publishPresence(context: Context, stream: OpenedStream): OpenedStream {
  let last: AgentPresence | null = null
  const follow: OpenedStream['follow'] = async function* (signal) {
    for await (const item of stream.follow(signal)) {
      if (item.kind === 'resync') {
        last = null
        yield item
        continue
      }
      const published = await lookAt(context, item.event, last)
      if (!published) continue
      last = published.presence
      yield { ...item, event: { ...item.event, data: { ...item.event.data, ...published } } }
    }
  }
  return { ...stream, follow }
}

/** Reads the presence again for each event that can change it. Null if it is unchanged. */
async function lookAt(
  context: Context,
  event: StreamEventRow,
  last: AgentPresence | null,
): Promise<PublishedPresence | null> {
  const hint = presenceAfter(event)
  if (!hint || hint === last) return null
  let agent = await currentAgent(context.database, event.streamId)
  let presence = presenceToPublish(hint, agent, context.timers.now())
  if (agent && hint === 'RELEASED' && presence === 'OFFLINE' && agent.presence !== 'OFFLINE') {
    // Records the silence now: an agent that returned before it was recorded would return without an event and stay
    // OFFLINE here.
    await markOffline(context, agent)
    agent = await currentAgent(context.database, event.streamId)
    presence = presenceToPublish(hint, agent, context.timers.now())
  }
  return presence === last ? null : { presence, lastHeartbeatAt: agent?.lastHeartbeatAt ?? null }
}
