import type { IncomingHttpHeaders } from 'node:http'
import type { Random } from '#services/kernel/random/random.js'

const wellFormed = /^[\w.:-]{1,128}$/

/** The caller's `x-request-id` when it is harmless in logs and headers, else a new one. */
export function requestIdFrom(random: Random, headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && wellFormed.test(given) ? given : random.uuid()
}
