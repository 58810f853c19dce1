import { MeteredCall, type AiCall, type AiMetering, type AiUsage } from './metered-call.js'

export type { AiCall, AiCallEnd, AiMetering, AiOutcome, AiUsage, QuantityNames } from './metered-call.js'
export { DenialError, type Denial, type DenialRemedy } from '../denials.js'

type Tokens<Part extends string> = Readonly<Partial<Record<Part, number | undefined>>>

/** Usage of the versions 3 and 4 of the models, and with numbers as tokens of version 2. */
interface ModelUsage {
  readonly inputTokens?: Tokens<'total' | 'cacheRead' | 'cacheWrite'> | number | undefined
  readonly outputTokens?: Tokens<'total' | 'reasoning'> | number | undefined
  readonly cachedInputTokens?: number | undefined
  readonly reasoningTokens?: number | undefined
  readonly raw?: { readonly cost?: unknown } | undefined
}

interface StreamPart {
  readonly type: string
  readonly delta?: unknown
  readonly usage?: ModelUsage
  readonly finishReason?: unknown
}

interface Model {
  readonly modelId: string
}

/** Middleware for `wrapLanguageModel`. */
export interface LanguageModelMeter {
  /** The interface is the same in the versions of the specification that the SDK accepts. */
  readonly specificationVersion: never
  wrapGenerate<Result>(options: {
    readonly doGenerate: () => PromiseLike<Result>
    readonly params: object
    readonly model: Model
  }): Promise<Result>
  wrapStream<Part, Result extends { readonly stream: ReadableStream<Part> }>(options: {
    readonly doStream: () => PromiseLike<Result>
    readonly params: object
    readonly model: Model
  }): Promise<Result>
}

/** Middleware for `wrapEmbeddingModel`. */
export interface EmbeddingModelMeter {
  /** As for language models. */
  readonly specificationVersion: never
  wrapEmbed<Result>(options: {
    readonly doEmbed: () => PromiseLike<Result>
    readonly params: object
    readonly model: Model
  }): Promise<Result>
}

/** Meters each call of a language model: each step of a call with tools is one. A denial rejects the call with a `DenialError`. */
export function meterLanguageModel(metering: AiMetering): LanguageModelMeter {
  return {
    specificationVersion: 'v4' as never,
    wrapGenerate: ({ doGenerate, params, model }) =>
      run(metering, { kind: 'generate', model: model.modelId, params }, doGenerate, async (call, result) => {
        report(call, (result as { usage?: ModelUsage }).usage)
        await call.end()
        return result
      }),
    wrapStream: ({ doStream, params, model }) =>
      run(metering, { kind: 'stream', model: model.modelId, params }, doStream, (call, result) => ({
        ...result,
        stream: meterStream(call, result.stream),
      })),
  }
}

/** Meters each call of an embedding model. */
export const meterEmbeddingModel = (metering: AiMetering): EmbeddingModelMeter => ({
  specificationVersion: 'v4' as never,
  wrapEmbed: ({ doEmbed, params, model }) =>
    run(metering, { kind: 'embed', model: model.modelId, params }, doEmbed, async (call, result) => {
      const { usage } = result as { usage?: { readonly tokens: number } }
      if (usage) call.report({ input: usage.tokens, output: 0 }, true)
      await call.end()
      return result
    }),
})

/** Keys of calls that failed, by their prompts: the SDK repeats a call with the same one, and the repetition is the same call. */
const failedKeys = new WeakMap<object, string>()

async function run<Result>(
  metering: AiMetering,
  described: AiCall,
  work: () => PromiseLike<Result>,
  succeeded: (call: MeteredCall, result: Result) => Promise<Result> | Result,
): Promise<Result> {
  const { prompt, values } = described.params as { prompt?: object; values?: object }
  const subject = prompt ?? values ?? described
  const failedKey = failedKeys.get(subject)
  failedKeys.delete(subject)
  const call = await MeteredCall.begin(metering, described, failedKey)
  let result: Result
  try {
    result = await call.whileWaiting(work())
  } catch (error) {
    failedKeys.set(subject, call.key)
    await call.fail(error)
    throw error
  }
  return succeeded(call, result)
}

function meterStream<Part>(call: MeteredCall, stream: ReadableStream<Part>): ReadableStream<Part> {
  const reader = stream.getReader()
  return new ReadableStream<Part>({
    async pull(controller) {
      try {
        const { done, value } = await call.whileWaiting(reader.read())
        if (done) {
          await call.end()
          controller.close()
        } else {
          readPart(call, value as StreamPart)
          controller.enqueue(value)
        }
      } catch (error) {
        await call.end()
        controller.error(error)
      }
    },
    async cancel(reason) {
      await reader.cancel(reason).catch(() => undefined)
      await call.end()
    },
  })
}

function readPart(call: MeteredCall, { type, delta, usage, finishReason }: StreamPart): void {
  if (type.endsWith('-delta')) call.read(delta)
  const { unified = finishReason } = Object(finishReason) as { unified?: unknown }
  if (type === 'finish' && unified !== 'error') report(call, usage)
}

/** Takes usage that the model states. It is complete: a stream has it at its end. */
function report(call: MeteredCall, usage: ModelUsage | undefined): void {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens, raw } = usage ?? {}
  const input: Tokens<'total' | 'cacheRead' | 'cacheWrite'> | undefined =
    typeof inputTokens === 'number' ? { total: inputTokens, cacheRead: cachedInputTokens } : inputTokens
  const output = typeof outputTokens === 'number' ? { total: outputTokens, reasoning: reasoningTokens } : outputTokens
  if (input?.total === undefined && output?.total === undefined) return
  const tokens: AiUsage = {
    input: input?.total ?? 0,
    cachedInput: input?.cacheRead,
    cacheWrite: input?.cacheWrite,
    output: output?.total ?? 0,
    reasoning: output?.reasoning,
    cost: typeof raw?.cost === 'number' ? raw.cost : undefined,
  }
  call.report(tokens, true)
}
