import type { FastifyRequest } from 'fastify'

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/
const LOCAL_HOST = /^(127(\.\d+){3}|localhost|\[::1\])$/

/**
 * True if a browser on this machine sent the request. Checks the socket, the client address behind trusted proxies, and the host name: a
 * foreign name can resolve to 127.0.0.1.
 */
export const isLocal = (request: FastifyRequest): boolean =>
  LOOPBACK.test(request.socket.remoteAddress ?? '') && LOOPBACK.test(request.ip) && LOCAL_HOST.test(request.hostname)
