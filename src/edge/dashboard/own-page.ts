import type { FastifyRequest } from 'fastify'
import { isLocal } from '../http/local-request.js'

/**
 * True if a page of this server sent the request, opened on this machine. Browsers name the origin of the page, and a JSON body makes them
 * ask first if it is another.
 */
export function isOwnLocalPage(request: FastifyRequest): boolean {
  const { origin, host } = request.headers
  return isLocal(request) && typeof origin === 'string' && URL.canParse(origin) && new URL(origin).host === host
}
