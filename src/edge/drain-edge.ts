import type { FastifyInstance } from 'fastify'
import type { Timers } from '#services/kernel/time/timers.js'
import type { EventStreamServer } from './sse/event-stream-server.js'
import type { SocketServer } from './websocket/socket-server.js'

/** A connection that was busy when the closing began stays open for its next request: it is looked for this often. */
const idleCheckMilliseconds = 100

/** Stops accepting, ends sockets and event streams, lets requests finish, and cuts whatever is left when time is up. */
export async function drainEdge(
  timers: Timers,
  app: FastifyInstance,
  sockets: SocketServer,
  streams: EventStreamServer,
  timeoutMilliseconds: number,
): Promise<void> {
  const idle = timers.setInterval(() => app.server.closeIdleConnections(), idleCheckMilliseconds)
  const cut = timers.setTimeout(() => app.server.closeAllConnections(), timeoutMilliseconds)
  try {
    streams.dispose()
    await Promise.all([sockets.dispose(), app.close()])
  } finally {
    timers.clearInterval(idle)
    timers.clearTimeout(cut)
  }
}
