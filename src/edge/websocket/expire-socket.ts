import type { WebSocket } from 'ws'
import type { Timer, Timers } from '#services/kernel/time/timers.js'
import type { EdgeOptions } from '../options.js'

/** Our own close code for a token that has ended. Not 4401: clients of graphql-ws treat that one as final. */
export const tokenExpired = 4410

/** Timers cannot wait longer than this; a later end is looked at again. */
const maxWait = 2_147_483_647

/** Closes the socket when its token expires or is revoked. The client reconnects with a new one and resumes at its cursor. */
export function closeWithToken(options: TokenEnd, timers: Timers, socket: WebSocket, context: object): void {
  const stop = endWithToken(options, timers, context, (reason) => socket.close(tokenExpired, reason))
  socket.once('close', stop)
  if (socket.readyState > socket.OPEN) stop()
}

type TokenEnd = Pick<EdgeOptions, 'socketTokenExpiry' | 'socketTokenWatch'>

/** Calls `end` when the token of a context expires or is revoked. Returns a function that stops it. */
export function endWithToken(
  { socketTokenExpiry, socketTokenWatch }: TokenEnd,
  timers: Timers,
  context: object,
  end: (reason: string) => void,
): () => void {
  let timer: Timer | undefined
  let isStopped = false
  const endAt = (expiry: Date | null): void => {
    timers.clearTimeout(timer)
    if (!expiry || isStopped) return
    const left = expiry.getTime() - timers.now()
    if (left <= 0) end('Token expired')
    else timer = timers.setTimeout(() => endAt(expiry), Math.min(left, maxWait)).unref()
  }
  endAt(socketTokenExpiry(context))
  const unwatch = socketTokenWatch?.(context, { onRevoked: () => end('Token revoked'), onEnd: endAt })
  return () => {
    isStopped = true
    timers.clearTimeout(timer)
    unwatch?.()
  }
}
