import { hashOf, type PreparedDocument } from './operation.js'
import { NetworkError, type StackgateError, type ResponseDetails } from './errors.js'
import { checkRedirect, readResponse, type GraphQLBody } from './http-response.js'
import type { ClientTimers } from './timers.js'

/** Function that sends HTTP requests, as the platform has it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * Ways to send a document: `false` sends its text; `'automatic'` sends the hash of a query first and the text only if the server does not know
 * it; `'trusted'` sends the `documentId` of a stored document.
 */
export type Persisted = false | 'automatic' | 'trusted'

/** One operation to send. */
export interface Operation {
  readonly document: PreparedDocument
  readonly variables: Readonly<Record<string, unknown>>
}

/** Request of one or several operations. */
export interface HttpRequest {
  readonly operations: readonly Operation[]
  readonly token: string | null
  readonly account: string | undefined
  readonly signal: AbortSignal
}

/** Outcome of one operation. */
export interface Outcome {
  readonly body: GraphQLBody
  readonly details: ResponseDetails
}

export interface HttpOptions {
  readonly url: string
  readonly fetch: Fetch
  readonly persisted: Persisted
  readonly timers: ClientTimers
}

/** Header that leads a request to a process of the server that knows the account. Any other process responds with the same result. */
export const ACCOUNT_HEADER = 'x-stackgate-account'

/** Sends operations over HTTP and reads their results. */
export class Http {
  readonly #options: HttpOptions
  readonly #hashes = new WeakMap<PreparedDocument, Promise<string | undefined>>()

  constructor(options: HttpOptions) {
    this.#options = options
  }

  /** Headers of every request. */
  headers(token: string | null, account: string | undefined, accept: string): Record<string, string> {
    return {
      accept,
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(account === undefined ? {} : { [ACCOUNT_HEADER]: account }),
    }
  }

  /** Members of a request that name its document. */
  async documentOf(document: PreparedDocument, withText: boolean): Promise<Record<string, unknown>> {
    const { persisted } = this.#options
    if (document.text === '') return { documentId: document.id }
    if (persisted === false || (persisted === 'automatic' && document.kind !== 'query')) return { query: document.text }
    if (persisted === 'trusted') {
      if (withText) return { query: document.text }
      if (document.id !== undefined) return { documentId: document.id }
    }
    const hash = await this.#hashFor(document)
    if (hash === undefined) return { query: document.text }
    if (persisted === 'trusted') return { documentId: `sha256:${hash}` }
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash } }
    return withText ? { query: document.text, extensions } : { extensions }
  }

  /**
   * Sends operations as one request.
   * @param withText sends the text of documents that the server may not know
   * @throws StackgateError if the response has no results
   */
  async send(request: HttpRequest, withText = false): Promise<Outcome[]> {
    const { operations, token, account, signal } = request
    const items = await Promise.all(
      operations.map(async ({ document, variables }) => ({
        ...(await this.documentOf(document, withText)),
        ...(document.name === undefined ? {} : { operationName: document.name }),
        variables,
      })),
    )
    const response = await this.post(items.length === 1 ? items[0] : items, {
      headers: this.headers(token, account, 'application/graphql-response+json, application/json;q=0.9'),
      signal,
    })
    const { bodies, details } = await readResponse(response, operations.length, this.#options.timers)
    const outcomes = bodies.map((body) => ({ body, details }))
    if (withText || this.#options.persisted === false) return outcomes
    return this.#repeatUnknown(request, outcomes)
  }

  /**
   * Posts JSON. Redirects are not followed. Only a request without a token, to the origin of the page, has its cookies: the handler of an
   * application knows its session by them.
   * @throws StackgateError if no response or a redirect arrives
   */
  async post(body: unknown, init: { headers: Record<string, string>; signal: AbortSignal }): Promise<Response> {
    const { url, fetch, timers } = this.#options
    const text = JSON.stringify(body)
    const request = {
      ...init,
      method: 'POST',
      body: text,
      credentials: 'authorization' in init.headers ? 'omit' : 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
    } as const
    let response: Response
    try {
      response = await fetch(url, request)
    } catch (cause) {
      throw init.signal.aborted ? init.signal.reason : new NetworkError(`No response from ${url}.`, cause)
    }
    checkRedirect(response, timers)
    return response
  }

  /** Sends the documents that the server does not know again, with their text. */
  async #repeatUnknown(request: HttpRequest, outcomes: Outcome[]): Promise<Outcome[]> {
    const unknown = [...outcomes.keys()].filter(
      (index) => isUnknown(outcomes[index]!) && request.operations[index]!.document.text,
    )
    if (unknown.length === 0) return outcomes
    const operations = unknown.map((index) => request.operations[index]!)
    const repeated = await this.send({ ...request, operations }, true)
    return outcomes.map((outcome, index) => (unknown.includes(index) ? repeated[unknown.indexOf(index)]! : outcome))
  }

  #hashFor(document: PreparedDocument): Promise<string | undefined> {
    const known = this.#hashes.get(document)
    if (known) return known
    const hash = hashOf(document.text)
    this.#hashes.set(document, hash)
    return hash
  }
}

const UNKNOWN: readonly unknown[] = ['PERSISTED_QUERY_NOT_FOUND', 'DOCUMENT_NOT_FOUND']

const isUnknown = ({ body }: Outcome): boolean => UNKNOWN.includes(body.errors?.[0]?.extensions?.['code'])

/** True if all operations of a batch failed because it was too large. */
export const isTooLarge = ({ code }: StackgateError): boolean => code === 'BODY_TOO_LARGE' || code === 'BATCH_TOO_LARGE'
