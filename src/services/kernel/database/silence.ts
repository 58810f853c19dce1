import type { Socket } from 'node:net'
import type { ClientBase } from 'pg'

/** What the driver keeps of a connection; its type definitions leave it out. */
interface Wire {
  /** Whether everything that was asked is answered. */
  readonly readyForQuery?: boolean
  readonly connection: { readonly stream: Socket }
}

interface Watched {
  readonly client: ClientBase
  bytes: number
  /** For how long an answer is owed of which nothing has come. */
  silentMs: number
  /** When something came last. */
  heardAt: number
}

/** Looks after connections that can fall silent without being closed. */
export interface SilenceWatch {
  add(client: ClientBase): void
  /** When any of the connections said something last, by `performance.now()`. */
  heardAt(): number
  /** Another limit from now on. */
  limit(milliseconds: number): void
  close(): void
}

/** Connections are looked at so often within the limit. */
const LOOKS = 15
/** A connection that was closed in order and is not closed by the other side. */
const GOODBYE_MS = 2_000

/**
 * Gives a connection up that owes an answer and sends nothing for so long, and with it every connection that has been silent since then:
 * where one way is dead the others are, too. Whoever waits is told that the connection was terminated. One timer for all of them; the
 * driver's `query_timeout` sets one for each statement, which outlives the small collections of the heap. A limit of 0 is none.
 */
export function watchSilence(milliseconds: number): SilenceWatch {
  const watched = new Map<ClientBase, Watched>()
  let limitMs = 0
  let last = -Infinity
  let lookedAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    const now = performance.now()
    // While this process stood still, answers may have come that nobody has read yet: that time counts for no more than one look.
    const elapsedMs = Math.min(now - lookedAt, (limitMs / LOOKS) * 1.5)
    lookedAt = now
    let silentSince: number | undefined
    for (const each of watched.values()) {
      const { readyForQuery, connection } = wireOf(each.client)
      const { bytesRead } = connection.stream
      if (bytesRead !== each.bytes) Object.assign(each, { bytes: bytesRead, heardAt: (last = now), silentMs: 0 })
      else each.silentMs = readyForQuery ? 0 : each.silentMs + elapsedMs
      if (each.silentMs > limitMs) silentSince = Math.min(silentSince ?? now, now - each.silentMs)
    }
    if (silentSince === undefined) return
    // When something came is known to one look.
    const since = silentSince + limitMs / LOOKS
    for (const { client, silentMs, heardAt } of watched.values())
      if (silentMs > limitMs || heardAt <= since) giveUp(client, limitMs)
  }
  const limit = (next: number): void => {
    clearInterval(timer)
    limitMs = next
    timer = next > 0 ? setInterval(look, next / LOOKS) : undefined
    timer?.unref()
  }
  limit(milliseconds)
  return {
    add(client) {
      const { stream } = wireOf(client).connection
      client.on('error', () => undefined) // whoever waits for an answer is told, and nobody else needs to be
      client.once('end', () => void watched.delete(client))
      endForGood(stream)
      last = performance.now()
      watched.set(client, { client, bytes: stream.bytesRead, silentMs: 0, heardAt: last })
    },
    heardAt: () => last,
    limit,
    close: () => clearInterval(timer),
  }
}

const wireOf = (client: ClientBase): Wire => client as unknown as Wire

function giveUp(client: ClientBase, limitMs: number): void {
  const error = new Error(`Connection terminated: the database was silent for ${limitMs} ms`)
  wireOf(client).connection.stream.destroy(error)
}

/** What is closed in order waits for the other side to close it too, which may be gone. */
function endForGood(stream: Socket): void {
  stream.once('finish', () => setTimeout(() => stream.destroy(), GOODBYE_MS).unref())
}
