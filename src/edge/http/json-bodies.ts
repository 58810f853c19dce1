import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import { jsonExcess, type JsonExcess } from '#services/kernel/text/json-excess.js'

/** A body with more characters is parsed in a separate turn of the event loop. */
const TURN_CHARACTERS = 16_384

/** A body that is not parsed. */
export class RefusedBody extends Error {
  readonly limit: number

  constructor({ message, limit }: JsonExcess) {
    super(message)
    this.limit = limit
  }
}

/** A body in a charset other than that of JSON. */
export class UnsupportedCharset extends Error {
  readonly statusCode = 415

  constructor() {
    super('The charset of the body must be utf-8.')
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i
/** ASCII is a part of UTF-8. */
const READABLE = /^(?:utf-?8|us-ascii)$/i

type Parse = (request: FastifyRequest, body: string, done: (error: Error | null, body?: unknown) => void) => void

/** Parses JSON bodies like the framework, but rejects bodies that would take too long to parse. */
export function parseJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error') as Parse
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1]
    if (charset !== undefined && !READABLE.test(charset)) return done(new UnsupportedCharset())
    const text = body as string
    const excess = jsonExcess(text)
    if (excess) return done(new RefusedBody(excess))
    if (text.length <= TURN_CHARACTERS) return parse(request, text, done)
    void ownTurn().then(() => parse(request, text, done))
  })
}
