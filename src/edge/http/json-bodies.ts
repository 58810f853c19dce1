import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify'
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

/** A body with a member that would change the prototype of an object. */
export class ForbiddenMember extends Error {
  override readonly message =
    'The request body must not have a member __proto__, or a member constructor with prototype.'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

type Parse = (request: FastifyRequest, body: string, done: (error: Error | null, body?: unknown) => void) => void

/** Parses JSON bodies like the framework, but rejects bodies that would take too long to parse. */
export function parseJsonBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    const { 'content-encoding': encoding = 'identity' } = request.headers
    // A body that could be a decompression bomb is rejected unopened.
    const isPlain = encoding.trim().toLowerCase() === 'identity'
    done(isPlain ? null : new fastify.errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE())
  })
  const parse = app.getDefaultJsonParser('error', 'error') as Parse
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1]
    if (charset !== undefined && !READABLE.test(charset)) return done(new UnsupportedCharset())
    const text = body as string
    const excess = jsonExcess(text)
    if (excess) return done(new RefusedBody(excess))
    const read = () =>
      parse(request, text, (error, value) => done(error && isJson(text) ? new ForbiddenMember() : error, value))
    if (text.length <= TURN_CHARACTERS) return read()
    void ownTurn().then(read)
  })
}
