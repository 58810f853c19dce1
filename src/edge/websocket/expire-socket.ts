import type { WebSocket } from 'ws'
import type { Timer, Timers } from '#services/kernel/time/timers.js'

/** Our own close code for a token that has ended. Not 4401: clients of graphql-ws treat that one as final. */
export const tokenExpired = 4410

/** Timers cannot wait longer than this; a later end is looked at again. */
const maxWait = 2_147_483_647

/** Closes the socket when its token is revoked. */
export function closeWhenRevoked(socket: WebSocket, watch: (end: () => void) => () => void): void {
  const stop = watch(() => socket.close(tokenExpired, 'Token revoked'))
  socket.once('close', stop)
  if (socket.readyState > socket.OPEN) stop()
}

/** Closes the socket when its token expires. The client reconnects with a new one and resumes at its cursor. */
export function closeAtExpiry(timers: Timers, socket: WebSocket, expiry: Date | null): void {
  if (!expiry) return
  let timer: Timer | undefined
  const wait = (): void => {
    const left = expiry.getTime() - timers.now()
    if (left <= 0) socket.close(tokenExpired, 'Token expired')
    else timer = timers.setTimeout(wait, Math.min(left, maxWait)).unref()
  }
  wait()
  socket.once('close', () => timers.clearTimeout(timer))
}
