import { appendFileSync } from 'node:fs'
import type { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** The parts of an OpenAPI document that traffic is compared with. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, RequestSchema>> }
}

export interface RequestSchema {
  readonly $ref?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
  readonly anyOf?: readonly RequestSchema[]
  readonly allOf?: readonly RequestSchema[]
}

export interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: object }[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: Readonly<Record<string, { readonly schema: RequestSchema; readonly example?: unknown }>>
  }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>
}

/** A document with compilers of its schemas. */
export interface CompiledApi {
  readonly document: OpenApiDocument
  readonly values: Ajv2020
  readonly texts: Ajv2020
}

/** `api-schemas.mjs`, which the environment loads once per worker. */
declare global {
  const apiSchemas: {
    compileApi(document: object): CompiledApi
    sharedApi(load: () => Promise<object>): Promise<CompiledApi>
  }
}

/** Larger bodies are not parsed once more. */
const MAX_BYTES = 262_144

interface Sent {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

/**
 * Adds hooks that compare each accepted request and each response with the OpenAPI document. A difference is an internal error
 * of the response, and is added to the list.
 */
export function compareTraffic(app: FastifyInstance, load: () => Promise<CompiledApi>, differences: string[]): void {
  let comparison: Promise<Comparison> | undefined
  const sent = new WeakMap<FastifyRequest, Sent>()
  app.addHook('preValidation', async (request) => {
    const { params, query, body } = request
    // A copy, because a large report is moved to another thread.
    const bytes = Buffer.isBuffer(body) && body.length <= MAX_BYTES ? Buffer.from(body) : null
    sent.set(request, { params, query, body: Buffer.isBuffer(body) ? bytes : body })
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.is404 || request.method === 'HEAD') return payload
    comparison ??= load().then((api) => new Comparison(api))
    const found = (await comparison).of(request, sent.get(request), reply, payload)
    if (found === null) return payload
    const difference = `${request.method} ${request.routeOptions.url}, ${reply.statusCode}: ${found}`
    differences.push(difference)
    const log = process.env['API_DIFFERENCES']
    if (log) {
      appendFileSync(log, `${difference}\n`)
      return payload
    }
    throw new Error(`This is not what the OpenAPI document describes: ${difference}`)
  })
}

/** Compares requests and responses with a document, whose schemas are compiled when they are needed. */
class Comparison {
  private readonly document: OpenApiDocument
  private readonly values: Ajv2020
  private readonly texts: Ajv2020

  constructor({ document, values, texts }: CompiledApi) {
    this.document = document
    this.values = values
    this.texts = texts
  }

  /** The first difference. Null if there is none. */
  of(request: FastifyRequest, sent: Sent | undefined, reply: FastifyReply, payload: unknown): string | null {
    const path = request.routeOptions.url!.replaceAll(/:(\w+)/g, '{$1}')
    const method = request.method.toLowerCase()
    const operation = this.document.paths[path]?.[method]
    // Another test compares the document with the served routes.
    if (!operation) return null
    const place = ['paths', path, method]
    // A check denies an invalid amount with 200.
    const isDenied = typeof payload === 'string' && payload.includes('"code":"INVALID_AMOUNT"')
    const accepted = sent && reply.statusCode < 400 && !isDenied
    return (
      (accepted ? this.ofParameters(operation, sent) : null) ??
      (accepted ? this.ofBody(operation, [...place, 'requestBody'], request, sent.body) : null) ??
      this.ofResponse(operation, [...place, 'responses', String(reply.statusCode)], reply, payload)
    )
  }

  private ofParameters({ parameters = [] }: Operation, { params, query }: Sent): string | null {
    for (const { name, in: place, required, schema } of parameters.filter((each) => each.in !== 'header')) {
      const value = ((place === 'path' ? params : query) as Record<string, unknown>)[name]
      if (value === undefined && required) return `the parameter ${name} is missing`
      if (value !== undefined && !this.texts.validate({ type: 'object', properties: { value: schema } }, { value }))
        return `the parameter ${name}=${JSON.stringify(value)} ${this.texts.errorsText()}`
    }
    return null
  }

  private ofBody({ requestBody }: Operation, place: string[], request: FastifyRequest, body: unknown): string | null {
    const isRaw = Buffer.isBuffer(body)
    if (body === undefined || (isRaw && body.length === 0))
      return requestBody?.required ? 'the request has no body' : null
    if (!requestBody || body === null) return null
    const type = mediaType(request.headers['content-type']) ?? 'application/json'
    const known = Object.keys(requestBody.content)
    if (!isRaw && !known.includes(type)) return `the request has the type ${type}`
    const value = isRaw ? parsed(body) : body
    return this.differences([...place, 'content', known[0]!, 'schema'], value, 'the request')
  }

  private ofResponse({ responses }: Operation, place: string[], reply: FastifyReply, payload: unknown): string | null {
    const response = responses[String(reply.statusCode)]
    const text = typeof payload === 'string' ? payload : ''
    if (!response) return `no such status: ${text.slice(0, 300)}`
    const type = mediaType(reply.getHeader('content-type'))
    if (!response.content) return text === '' ? null : `the response has a body: ${text.slice(0, 300)}`
    if (type === undefined || !(type in response.content)) return `the response has the type ${type}`
    if (type !== 'application/json' || typeof payload !== 'string' || payload.length > MAX_BYTES) return null
    return this.differences(
      [...place, 'content', type, 'schema'],
      JSON.parse(payload),
      `the response ${text.slice(0, 300)}`,
    )
  }

  private differences(place: string[], value: unknown, name: string): string | null {
    const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const validate = this.values.getSchema(`api#/${pointer}`)
    if (!validate) return `no schema at ${pointer}`
    return validate(value) ? null : `${name}: ${this.values.errorsText(validate.errors)}`
  }
}

const mediaType = (header: number | string | readonly string[] | undefined): string | undefined =>
  header === undefined ? undefined : String(header).split(';')[0]!.trim().toLowerCase()

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
