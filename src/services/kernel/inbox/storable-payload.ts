import type { ReceivedEvent } from './receive-webhook.js'

/** Events of providers are nested a dozen levels deep. The database and the JSON printer fail at some thousands. */
const DEEPEST = 100

/** An event that is nested too deeply for JSON: stored as text, it is dead-lettered for an operator. */
export function withStorablePayload(event: ReceivedEvent, rawBody: Buffer): ReceivedEvent {
  if (!isDeeperThan(event.payload, DEEPEST)) return event
  const reason = `the event is nested deeper than ${DEEPEST} levels and stored as text in payload.raw`
  return {
    ...event,
    payload: { raw: rawBody.toString('utf8') },
    state: event.state === 'RECEIVED' ? 'DEAD' : event.state,
    stateReason: event.state === 'RECEIVED' ? reason : event.stateReason,
  }
}

/** Level by level, without recursion: such nesting would overflow the stack. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap((member) => (typeof member === 'object' && member !== null ? Object.values(member) : []))
    if (level.length === 0) return false
  }
  return true
}
