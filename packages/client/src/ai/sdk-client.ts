import { misuse } from '../errors.js'
import { meterEventStream } from './event-stream.js'
import { MeteredCall, type AiCall, type AiMetering } from './metered-call.js'

/** Reads the usage that a response or an item of a stream states. */
export type Read = (call: MeteredCall, value: unknown) => void

/** A method of an SDK that calls a model. */
export interface MeteredMethod {
  readonly kind: 'generate' | 'embed'
  /** Parameters that are sent. Default: those of the application. */
  readonly prepare?: (params: Params) => Params
  readonly readResponse: Read
  readonly readItem?: Read
  /** True for items that the application did not ask for. */
  readonly isHidden?: (params: Params, item: unknown) => boolean
}

export type Params = Readonly<Record<string, unknown>>

/** Value of a promise of an SDK before its body is read. */
interface Sent {
  readonly response: Response
}

/** Promise of an SDK. It reads the body when its value is asked for. */
interface SdkPromise extends PromiseLike<unknown> {
  readonly responsePromise?: Promise<Sent>
  parseResponse?: (this: SdkPromise, client: unknown, sent: Sent) => Promise<unknown>
  /** For helpers of the SDK, which read the body by themselves. */
  _responseProps?(): Promise<Sent>
}

type Create = (params: Params, options?: unknown) => SdkPromise
interface Resource {
  create?: Create
  readonly _client?: Poster
}

/** The part of a client that sends the requests of its resources. */
interface Poster {
  post?(path: string, options: unknown): SdkPromise
}

/** A client with other options. Its resources are its own, so that they can be changed. */
export interface SdkClient {
  withOptions(options: never): unknown
}

/**
 * Copies a client and meters the methods `create` of resources that it has. Its helpers, such as `stream` and `parse`, call them.
 * @param methods by the path of the resource
 */
export function meterClient<Client extends SdkClient>(
  client: Client,
  metering: AiMetering,
  methods: Readonly<Record<string, MeteredMethod>>,
): Client {
  const copy = client.withOptions({} as never) as Client
  let count = 0
  for (const [path, method] of Object.entries(methods)) {
    const resource = path.split('.').reduce<unknown>((found, name) => Object(found)[name] as unknown, copy)
    const { create } = Object(resource) as Resource
    if (typeof create !== 'function') continue
    ;(resource as Resource).create = (params, options) =>
      send(metering, method, params, (post) =>
        create.call(withPost(resource as Resource, post), method.prepare?.(params) ?? params, options),
      )
    count++
  }
  if (count === 0) throw misuse('The client has no method that is metered.')
  // A copy of the copy is metered as well.
  copy.withOptions = (options) => meterClient(client.withOptions(options) as Client, metering, methods)
  return copy
}

type Post = (post: NonNullable<Poster['post']>, path: string, options: unknown) => SdkPromise

/** The resource with another method by which it sends. */
function withPost(resource: Resource, post: Post): Resource {
  const client = resource._client
  if (typeof client?.post !== 'function') throw misuse('The client has no method that is metered.')
  const send = client.post.bind(client)
  const view = new Proxy(client, {
    get: (target, name) => {
      if (name === 'post') return (path: string, options: unknown) => post(send, path, options)
      const member: unknown = Reflect.get(target, name, target)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
  return Object.create(resource, { _client: { value: view } }) as Resource
}

/**
 * Calls a method of the SDK, whose request is sent after its reservation. The promise is that of the SDK, with all that it has; a denial rejects
 * it, and is not repeated, because no request was made.
 */
function send(
  metering: AiMetering,
  method: MeteredMethod,
  params: Params,
  create: (post: Post) => SdkPromise,
): SdkPromise {
  const isStream = params['stream'] === true
  const described: AiCall = { model: String(params['model']), kind: isStream ? 'stream' : method.kind, params }
  let begun: Promise<MeteredCall> | undefined
  const promise = create((post, path, options) => {
    begun = MeteredCall.begin(metering, described)
    // Clients take a promise of options.
    return post(
      path,
      begun.then(() => options),
    )
  })
  const { responsePromise, parseResponse } = promise
  if (begun === undefined || responsePromise === undefined || parseResponse === undefined)
    throw misuse('The promise of the SDK cannot be metered.')
  const held = begun
  // A call without a response ends, also if the application does not ask for the body.
  const ended = held.then((call) => call.whileWaiting(responsePromise).catch((error: unknown) => void call.fail(error)))
  // A rejection that the application does not handle is that of its own promise.
  for (const one of [ended, responsePromise]) one.catch(() => undefined)
  promise.parseResponse = async (client, sent) => {
    const call = await held
    let value: unknown
    try {
      value = await call.whileWaiting(parseResponse.call(promise, client, sent))
    } catch (error) {
      await call.fail(error)
      throw error
    }
    if (isStream) return meterStream(call, value, method, params)
    method.readResponse(call, value)
    await call.end()
    return value
  }
  if (isStream && promise._responseProps)
    promise._responseProps = async () => {
      const [call, sent] = await Promise.all([held, responsePromise])
      return { ...sent, response: meterEventStream(call, sent.response, (item) => method.readItem?.(call, item)) }
    }
  return promise
}

interface SdkStream extends AsyncIterable<unknown> {
  iterator?: () => AsyncIterator<unknown>
}

/** Changes the stream of an SDK, which is returned, because its other methods read the same items. */
function meterStream(call: MeteredCall, value: unknown, method: MeteredMethod, params: Params): unknown {
  const stream = value as SdkStream
  const read = (iterator: AsyncIterator<unknown>) =>
    meterItems(
      call,
      iterator,
      (item) => method.readItem?.(call, item),
      (item) => method.isHidden?.(params, item) === true,
    )
  const { iterator } = stream
  if (typeof iterator === 'function') stream.iterator = () => read(iterator.call(stream))
  else {
    const all = stream[Symbol.asyncIterator].bind(stream)
    stream[Symbol.asyncIterator] = () => read(all())
  }
  return stream
}

/** Passes items on, and ends the call when they end, fail or are not wanted any more. */
async function* meterItems<Item>(
  call: MeteredCall,
  items: AsyncIterator<Item>,
  read: (item: Item) => void,
  isHidden: (item: Item) => boolean,
): AsyncGenerator<Item, void, void> {
  let isOver = false
  try {
    for (;;) {
      const next = await call.whileWaiting(items.next())
      if (next.done) {
        isOver = true
        return
      }
      read(next.value)
      if (!isHidden(next.value)) yield next.value
    }
  } catch (error) {
    isOver = true
    throw error
  } finally {
    if (!isOver) await items.return?.()
    await call.end()
  }
}
