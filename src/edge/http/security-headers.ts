import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route sets its protective headers itself. */
    ownProtection?: boolean
  }
}

/** Adds protective headers to every response unless its route sets them. A page has its own policy. */
export function addSecurityHeaders(app: FastifyInstance, publicUrl: URL): void {
  const protective = answerHeaders(publicUrl)
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.routeOptions.config.ownProtection) reply.headers(protective)
    done()
  })
}

/** Prohibits loading resources from a response that is not a page, and framing it. */
function answerHeaders(publicUrl: URL): Readonly<Record<string, string>> {
  return {
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-site',
    'origin-agent-cluster': '?1',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-dns-prefetch-control': 'off',
    'x-download-options': 'noopen',
    'x-frame-options': 'SAMEORIGIN',
    'x-permitted-cross-domain-policies': 'none',
    'x-xss-protection': '0',
    ...(publicUrl.protocol === 'https:' ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

/** Protective headers of a GraphQL response: only those that JSON requires. */
export function graphqlHeaders(publicUrl: URL): Readonly<Record<string, string>> {
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    ...(publicUrl.protocol === 'https:' ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}
