import type { Socket } from 'node:net'
import type { ClientBase } from 'pg'
import type { Timer, Timers } from '../time/timers.js'

/** Internals of the driver's connection, which its type definitions lack. */
interface Wire {
  /** True if every query has its response. */
  readonly readyForQuery?: boolean
  readonly connection: { readonly stream: Socket }
}

interface Watched {
  readonly client: ClientBase
  bytes: number
  /** Milliseconds without a byte of an expected response. */
  silentMs: number
  /** Time of the last received byte. */
  heardAt: number
}

/** Watches connections that can fall silent without being closed. */
export interface SilenceWatch {
  add(client: ClientBase): void
  /** Time of the last byte of any connection, by the monotonic clock. */
  heardAt(): number
  /** Sets another limit from now on. */
  limit(milliseconds: number): void
  close(): void
}

/** Number of checks within the limit. */
const CHECKS_PER_LIMIT = 15
/** Time after which a properly closed connection is destroyed if the other side does not close it. */
const GOODBYE_MS = 2_000

/**
 * Closes a connection that owes a response and sends nothing for this time, and with it every connection that has been silent since then: if
 * one connection is dead, the others are too. Waiting queries fail with "Connection terminated". There is one timer for all connections; the
 * driver's `query_timeout` would set one for each statement, which outlives the small collections of the heap. A limit of 0 is none.
 */
export function watchSilence(timers: Timers, milliseconds: number): SilenceWatch {
  const watched = new Map<ClientBase, Watched>()
  let limitMs = 0
  let last = -Infinity
  let checkedAt = timers.monotonic()
  let timer: Timer | undefined
  const check = (): void => {
    const now = timers.monotonic()
    // While this process was suspended, unread responses may have arrived. That time counts for at most one check.
    const elapsedMs = Math.min(now - checkedAt, (limitMs / CHECKS_PER_LIMIT) * 1.5)
    checkedAt = now
    let silentSince: number | undefined
    for (const each of watched.values()) {
      const { readyForQuery, connection } = wireOf(each.client)
      const { bytesRead } = connection.stream
      if (bytesRead !== each.bytes) Object.assign(each, { bytes: bytesRead, heardAt: (last = now), silentMs: 0 })
      else each.silentMs = readyForQuery ? 0 : each.silentMs + elapsedMs
      if (each.silentMs > limitMs) silentSince = Math.min(silentSince ?? now, now - each.silentMs)
    }
    if (silentSince === undefined) return
    // The time of the last byte is exact to one check.
    const since = silentSince + limitMs / CHECKS_PER_LIMIT
    for (const { client, silentMs, heardAt } of watched.values())
      if (silentMs > limitMs || heardAt <= since) giveUp(client, limitMs)
  }
  const limit = (next: number): void => {
    timers.clearInterval(timer)
    limitMs = next
    timer = next > 0 ? timers.setInterval(check, next / CHECKS_PER_LIMIT) : undefined
    timer?.unref()
  }
  limit(milliseconds)
  return {
    add(client) {
      const { stream } = wireOf(client).connection
      client.on('error', () => undefined) // waiting queries fail with the error
      client.once('end', () => void watched.delete(client))
      endForGood(stream, timers)
      last = timers.monotonic()
      watched.set(client, { client, bytes: stream.bytesRead, silentMs: 0, heardAt: last })
    },
    heardAt: () => last,
    limit,
    close: () => timers.clearInterval(timer),
  }
}

const wireOf = (client: ClientBase): Wire => client as unknown as Wire

function giveUp(client: ClientBase, limitMs: number): void {
  const error = new Error(`Connection terminated: the database was silent for ${limitMs} ms`)
  wireOf(client).connection.stream.destroy(error)
}

/** A properly closed connection waits until the other side closes it too, and the other side may be gone. */
function endForGood(stream: Socket, timers: Timers): void {
  stream.once('finish', () => timers.setTimeout(() => stream.destroy(), GOODBYE_MS).unref())
}
