import { misuse } from '../errors.js'
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

/** Promise of an SDK, which has methods besides those of a promise. */
interface SdkPromise extends PromiseLike<unknown> {
  asResponse?(): Promise<unknown>
  withResponse?(): Promise<unknown>
  _thenUnwrap?(transform: (value: unknown, details: unknown) => unknown): SdkPromise
}

/** In an object, because a promise of a promise becomes the inner value. */
type Sent = Promise<{ readonly call: MeteredCall; readonly promise: SdkPromise }>

type Create = (params: Params, options?: unknown) => SdkPromise
interface Resource {
  create?: Create
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
      new DeferredPromise(send(metering, method, params, (sent) => create.call(resource, sent, options)))
    count++
  }
  if (count === 0) throw misuse('The client has no method that is metered.')
  // A copy of the copy is metered as well.
  copy.withOptions = (options) => meterClient(client.withOptions(options) as Client, metering, methods)
  return copy
}

async function send(
  metering: AiMetering,
  method: MeteredMethod,
  params: Params,
  create: (params: Params) => SdkPromise,
): Sent {
  const isStream = params['stream'] === true
  const described: AiCall = { model: String(params['model']), kind: isStream ? 'stream' : method.kind, params }
  const call = await MeteredCall.begin(metering, described)
  const metered = (value: unknown): unknown => {
    if (isStream) return meterStream(call, value, method, params)
    method.readResponse(call, value)
    return call.end().then(() => value)
  }
  let sent: SdkPromise
  try {
    sent = create(method.prepare?.(params) ?? params)
  } catch (error) {
    // The SDK rejects the parameters.
    await call.fail({ status: 400 })
    throw error
  }
  // A call without a response ends, also if the application does not ask for the body.
  call.whileWaiting(sent.asResponse?.() ?? sent).catch((error: unknown) => void call.fail(error))
  return { call, promise: sent._thenUnwrap?.(metered) ?? sent.then(metered) }
}

/**
 * The promise of an SDK for a request that is sent after its reservation. As that of the SDK, it reads the body when its value is asked for,
 * by the method that asks.
 */
class DeferredPromise extends Promise<unknown> {
  private value: Promise<unknown> | undefined

  constructor(private readonly sent: Sent) {
    super((resolve) => resolve(null))
    // A rejection that the application does not handle is that of its own promise.
    sent.catch(() => undefined)
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise whose value is read on demand
  override then: Promise<unknown>['then'] = (fulfilled, rejected) => {
    this.value ??= this.read((promise) => promise)
    return this.value.then(fulfilled, rejected)
  }

  override catch: Promise<unknown>['catch'] = (rejected) => this.then(undefined, rejected)

  override finally: Promise<unknown>['finally'] = (work) => this.then((value) => value).finally(work)

  async asResponse(): Promise<unknown> {
    return (await this.sent).promise.asResponse!()
  }

  withResponse(): Promise<unknown> {
    return this.read((promise) => promise.withResponse!())
  }

  _thenUnwrap(transform: (value: unknown, details: unknown) => unknown): DeferredPromise {
    return new DeferredPromise(
      this.sent.then(({ call, promise }) => ({ call, promise: promise._thenUnwrap!(transform) })),
    )
  }

  /** Keeps the reservation while a body is read, and ends it if that fails. */
  private async read(ask: (promise: SdkPromise) => PromiseLike<unknown>): Promise<unknown> {
    const { call, promise } = await this.sent
    return call.whileWaiting(ask(promise)).catch(async (error: unknown) => {
      await call.fail(error)
      throw error
    })
  }
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
