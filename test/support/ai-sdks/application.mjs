// An application that calls models with the SDKs of the providers, metered or bare. It prints a line of JSON when a call begins, when it ends,
// and when its charge is known. It can be killed at any time.
import { AsyncLocalStorage } from 'node:async_hooks'
import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { embed, generateText, streamText, wrapEmbeddingModel, wrapLanguageModel } from 'ai'
import OpenAI from 'openai'
import { planOf } from './calls.mjs'

const {
  modules,
  provider,
  url,
  key,
  accounts,
  seed,
  from,
  to,
  parallel,
  streamsOnly,
  isBare,
  timeoutMs,
  warmUp = 0,
} = JSON.parse(process.argv[2])
globalThis.AI_SDK_LOG_WARNINGS = false
const load = (entry) => import(new URL(`${entry}.js`, modules).href)
const [{ createEntitlements }, { meterOpenAI }, { meterAnthropic }, { meterLanguageModel, meterEmbeddingModel }] =
  await Promise.all(['entitlements/index', 'ai/openai', 'ai/anthropic', 'ai/vercel'].map(load))

const say = (word, fields) => writeSync(1, `${JSON.stringify({ word, ...fields })}\n`)
const entitlements = createEntitlements({ url, key })
const metering = {
  entitlements,
  feature: 'ai_credits',
  quantities: { cachedInput: 'cached_tokens', reasoning: 'reasoning_tokens' },
  expiresInSeconds: 3,
}

const shared = { apiKey: 'key', baseURL: provider, timeout: timeoutMs, maxRetries: 2, logLevel: 'off' }
const openai = new OpenAI(shared)
const anthropic = new Anthropic({ ...shared, baseURL: provider.replace(/\/v1$/, '') })
const compatible = createOpenAICompatible({ name: 'provider', baseURL: provider, apiKey: 'key', includeUsage: true })

/** The plan of the call that runs. */
const running = new AsyncLocalStorage()

/** Clients for the calls of one account, whose charges are printed. */
function clientsOf(accountId) {
  if (isBare)
    return { openai, anthropic, chatModel: compatible('large'), embeddingModel: compatible.embeddingModel('large') }
  const settings = {
    ...metering,
    accountId,
    key: () => running.getStore().id,
    onEnd: ({ call: _call, consumption, error, ...end }) =>
      say('charged', { ...end, units: consumption?.amount, ...(error ? { error: String(error) } : {}) }),
  }
  return {
    openai: meterOpenAI(openai, settings),
    anthropic: meterAnthropic(anthropic, settings),
    chatModel: wrapLanguageModel({ model: compatible('large'), middleware: meterLanguageModel(settings) }),
    embeddingModel: wrapEmbeddingModel({
      model: compatible.embeddingModel('large'),
      middleware: meterEmbeddingModel(settings),
    }),
  }
}

const clients = accounts.map(clientsOf)

/** Reads a stream as the plan says. */
async function read(items, plan, controller) {
  let count = 0
  for await (const item of items) {
    // The AI SDK passes errors on as parts.
    if (item.type === 'error') throw item.error
    if (item.type === 'abort') throw new DOMException('The stream is aborted.', 'AbortError')
    if (++count < plan.after + 2) continue
    if (plan.act === 'break') break
    if (plan.act === 'abort') controller.abort()
  }
}

/** Time of a call with its repetitions; the other SDKs take that of an attempt. */
const wholeMs = timeoutMs + 3_000
const MODEL = 'large'
const CALLS = {
  chat: ({ openai: client }, text) => client.chat.completions.create({ model: MODEL, messages: messagesOf(text) }),
  chatStream: async ({ openai: client }, text, plan, controller) =>
    read(
      await client.chat.completions.create(
        { model: MODEL, messages: messagesOf(text), stream: true },
        { signal: controller.signal },
      ),
      plan,
      controller,
    ),
  responses: ({ openai: client }, text) => client.responses.create({ model: MODEL, input: text }),
  responsesStream: async ({ openai: client }, text, plan, controller) =>
    read(
      await client.responses.create({ model: MODEL, input: text, stream: true }, { signal: controller.signal }),
      plan,
      controller,
    ),
  messages: ({ anthropic: client }, text) =>
    client.messages.create({ model: MODEL, max_tokens: 500, messages: messagesOf(text) }),
  messagesStream: async ({ anthropic: client }, text, plan, controller) =>
    read(
      // The helper, which sends the request by itself.
      client.messages.stream(
        { model: MODEL, max_tokens: 500, messages: messagesOf(text) },
        { signal: controller.signal },
      ),
      plan,
      controller,
    ),
  generateText: ({ chatModel }, text) =>
    generateText({ model: chatModel, prompt: text, abortSignal: AbortSignal.timeout(wholeMs) }),
  streamText: async ({ chatModel }, text, plan, controller) => {
    const abortSignal = AbortSignal.any([controller.signal, AbortSignal.timeout(wholeMs)])
    const { stream } = streamText({ model: chatModel, prompt: text, abortSignal, onError: () => undefined })
    await read(stream, plan, controller)
  },
  embeddings: ({ openai: client }, text) =>
    client.embeddings.create({ model: MODEL, input: text, encoding_format: 'float' }),
  embed: ({ embeddingModel }, text) =>
    embed({ model: embeddingModel, value: text, abortSignal: AbortSignal.timeout(wholeMs) }),
}
const messagesOf = (content) => [{ role: 'user', content }]

async function call(number) {
  const plan = planOf(seed, number, streamsOnly)
  const text = `call ${plan.id}${streamsOnly ? '-streams' : ''} ${'word '.repeat(plan.usage.input)}`
  say('began', { key: plan.id })
  const controller = new AbortController()
  // The plan's own timeout also ends streams that stay silent behind their beginning.
  const error = await running
    .run(plan, () => CALLS[plan.kind](clients[number % clients.length], text, plan, controller))
    .then(
      () => null,
      (reason) => reason,
    )
  say('ended', { key: plan.id, error: error && (error.denial?.code ?? error.name) })
}

let next = from
const callUntil = (end) =>
  Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < end) await call(next++)
    }),
  )
await callUntil(from + warmUp)
const startedAt = process.cpuUsage()
await callUntil(to)
const { user, system } = process.cpuUsage(startedAt)
// Commits whose response was not waited for.
await pause(isBare ? 0 : 500)
say('finished', { cpuMs: (user + system) / 1000 })
process.exit()
