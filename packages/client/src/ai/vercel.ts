import { MeteredCall, type AiCall, type AiMetering } from './metered-call.js'
import { readUsage, type AiUsage } from './reported-usage.js'

export type { AiCall, AiCallEnd, AiMetering, AiOutcome, AiUsage, ModelUsage, QuantityNames } from './metered-call.js'
export { DenialError, type Denial, type DenialRemedy } from '../denials.js'

/** Report of a model. Versions 3 and 4 of the specification have the report of the provider in `raw`, and version 2 in the metadata. */
interface Reported {
  readonly usage?: (Readonly<Record<string, unknown>> & { readonly raw?: unknown }) | undefined
  readonly providerMetadata?: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> | undefined
}

interface StreamPart extends Reported {
  readonly type: string
  readonly delta?: unknown
  readonly finishReason?: unknown
}

interface Model {
  readonly modelId: string
  readonly provider?: string | undefined
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
        report(call, model, result as Reported)
        await call.end()
        return result
      }),
    wrapStream: ({ doStream, params, model }) =>
      run(metering, { kind: 'stream', model: model.modelId, params }, doStream, (call, result) => ({
        ...result,
        stream: meterStream(call, model, result.stream),
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

function meterStream<Part>(call: MeteredCall, model: Model, stream: ReadableStream<Part>): ReadableStream<Part> {
  const reader = stream.getReader()
  return new ReadableStream<Part>({
    async pull(controller) {
      try {
        const { done, value } = await call.whileWaiting(reader.read())
        if (done) {
          await call.end()
          controller.close()
        } else {
          readPart(call, model, value as StreamPart)
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

function readPart(call: MeteredCall, model: Model, part: StreamPart): void {
  const { type, delta, finishReason } = part
  if (type.endsWith('-delta')) call.read(delta)
  const { unified = finishReason } = Object(finishReason) as { unified?: unknown }
  if (type === 'finish' && unified !== 'error') report(call, model, part)
}

/** Providers whose models of version 2 state input without what a cache served. */
const WITHOUT_CACHE = /anthropic|bedrock/

/** Takes usage that the model states. It is complete: a stream has it at its end. The SDK leaves out parts of some reports of providers. */
function report(
  call: MeteredCall,
  { provider = '', modelId }: Model,
  { usage = {}, providerMetadata }: Reported,
): void {
  const sent = [
    usage.raw,
    ...Object.values(providerMetadata ?? {}).flatMap((of) => [of?.['usage'], of?.['usageMetadata']]),
  ]
  const isOfVersion2 = typeof usage['inputTokens'] === 'number'
  const stated =
    isOfVersion2 && WITHOUT_CACHE.test(provider)
      ? {
          cacheReadInputTokens: usage['cachedInputTokens'],
          ...usage,
          ...Object(providerMetadata?.['bedrock']?.['usage']),
        }
      : usage
  let found: AiUsage | undefined
  // The report of the provider counts, unless it has less than that of the SDK.
  for (const one of [...sent, stated].map((form) => readUsage(form, modelId)))
    if (one && (!found || found.input + found.output < one.input + one.output)) found = one
  const { cost } = Object(usage.raw) as { cost?: unknown }
  call.report(found && { ...found, ...(typeof cost === 'number' && { cost }) }, true)
}
