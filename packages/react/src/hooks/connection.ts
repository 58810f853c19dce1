import type { Transport } from '@stackgate/client'
import { useSyncExternalStore } from 'react'
import type { LiveState } from '../live/joins.js'
import { useStackgateContext } from '../provider.js'

/** State of all streams of the page together. */
export interface Connection {
  /** `idle`: no component needs a stream. `waiting`: interrupted, and opened again by itself. `ended`: it needs another token or permission. */
  readonly status: 'idle' | 'connecting' | 'live' | 'waiting' | 'signed-out' | 'ended'
  /** Time of the interruption. Null without one. */
  readonly since: Date | null
  /** Transport of the events. `sse` and `poll` are used where a proxy passes no WebSockets. Null unless the status is `live`. */
  readonly transport: Transport | null
}

const IDLE: LiveState = { status: 'idle' }

/** Whether changes arrive by themselves, for a badge. */
export function useConnection(): Connection {
  const { joins } = useStackgateContext()
  const state = useSyncExternalStore(joins.subscribe, joins.overall, () => IDLE)
  const since = state.status === 'waiting' ? new Date(state.since) : null
  const transport = state.status === 'live' ? state.transport : null
  return {
    status: state.status === 'ended' && state.reason === 'signed-out' ? 'signed-out' : state.status,
    since,
    transport,
  }
}
