import {
  createSourceEventStream,
  getOperationAST,
  GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql'
import type { EdgeOptions } from '../options.js'
import type { Executor } from './executor.js'
import { metadataOf, attachMetadata } from './operation-metadata.js'
import { publicError } from './present-error.js'
import type { ResultExtensions } from './result-extensions.js'
import type { SharedResults } from './shared-results.js'

type Stream<Item> = AsyncGenerator<Item, void, void>

/** A result, and the cursor of its event: the client can continue after it. Null if the event has none. */
export interface StreamedResult {
  readonly result: ExecutionResult
  readonly cursor: string | null
}

type Options = Pick<EdgeOptions, 'onError' | 'renewContext'> & { readonly shared: SharedResults }

/**
 * Starts a subscription. Returns its stream of results or the error. Each event is executed with a renewed context. The
 * first has the extensions.
 */
export const openStream = (
  args: ExecutionArgs,
  executor: Executor,
  extensions: ResultExtensions,
  options: Options,
): Promise<Stream<ExecutionResult> | ExecutionResult> => open(args, executor, extensions, options, (result) => result)

/** As `openStream`, with the cursor of each event. */
export const openEvents = (
  args: ExecutionArgs,
  executor: Executor,
  extensions: ResultExtensions,
  options: Options,
): Promise<Stream<StreamedResult> | ExecutionResult> =>
  open(args, executor, extensions, options, (result, event) => ({ result, cursor: cursorOf(event) }))

/** The cursor at which a stream begins, if its client does not have it. */
export function positionOf(stream: object): string | null {
  const { position } = stream as { position?: unknown }
  return typeof position === 'string' ? position : null
}

function cursorOf(event: unknown): string | null {
  const cursor: unknown = Object(event).cursor
  return typeof cursor === 'string' ? cursor : null
}

async function open<Item>(
  args: ExecutionArgs,
  executor: Executor,
  extensions: ResultExtensions,
  { onError, renewContext, shared }: Options,
  toItem: (result: ExecutionResult, event: unknown) => Item,
): Promise<Stream<Item> | ExecutionResult> {
  const context = args.contextValue as object
  const { requestId } = metadataOf(context)
  const { document, operation } = operationOf(args)
  const variables = args.variableValues ?? {}
  const toPublic = (error: unknown): GraphQLError => publicError(error, requestId, onError)
  const source = await createSourceEventStream(args).catch((error: unknown) => ({ errors: [toPublic(error)] }))
  if (!(Symbol.asyncIterator in source)) return executor.complete(source, { operation, variables, context })
  const failed = (error: unknown): never => {
    throw toPublic(error)
  }
  let isFirst = true
  const stream = mapStream(source, failed, async (event) => {
    const renewed = renewContext ? attachMetadata(renewContext(context), { requestId }) : context
    const execution = { document, operation, variables, context: renewed, rootValue: event }
    const result = await shared.of(execution, () => executor.run(execution))
    const complete = isFirst ? extensions.addTo(result, context, document) : result
    isFirst = false
    return toItem(complete, event)
  })
  return Object.assign(stream, { position: positionOf(source) })
}

/** The document of an operation that was found before, and the operation. */
export function operationOf({ document, operationName }: ExecutionArgs) {
  return { document, operation: getOperationAST(document, operationName)! }
}

/** Maps a stream without an `async function*` of our own: that would hold `return()` back until the next event. */
function mapStream<Item>(
  source: AsyncIterable<unknown>,
  failed: (error: unknown) => never,
  map: (event: unknown) => Promise<Item>,
): Stream<Item> {
  const events = source[Symbol.asyncIterator]()
  const stream: Stream<Item> = {
    async next() {
      const step = await events.next().catch(failed)
      return step.done
        ? { done: true as const, value: undefined }
        : { done: false as const, value: await map(step.value) }
    },
    async return() {
      await events.return?.()
      return { done: true as const, value: undefined }
    },
    async throw(error: unknown): Promise<never> {
      await events.return?.()
      throw error instanceof Error ? error : new GraphQLError(String(error))
    },
    async [Symbol.asyncDispose]() {
      await events.return?.()
    },
    [Symbol.asyncIterator]() {
      return stream
    },
  }
  return stream
}
