// Calls each provider of a folder of packages with each method, metered, and prints what the wrapper read as lines of JSON.
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import Anthropic from '@anthropic-ai/sdk'
import { generateText, streamText, wrapLanguageModel } from 'ai'
import OpenAI from 'openai'

const { modules, provider, url, key, account, reports } = JSON.parse(process.argv[2])
globalThis.AI_SDK_LOG_WARNINGS = false
const load = (entry) => import(new URL(`${entry}.js`, modules).href)
const [{ createEntitlements }, { meterOpenAI }, { meterAnthropic }, { meterLanguageModel }] = await Promise.all(
  ['entitlements/index', 'ai/openai', 'ai/anthropic', 'ai/vercel'].map(load),
)

const base = { apiKey: 'key', baseURL: `${provider}/v1` }
const sdk = { ...base, maxRetries: 0, logLevel: 'off' }
const entitlements = createEntitlements({ url, key })
const run = { count: 0 }
const metering = {
  entitlements,
  accountId: account,
  feature: 'ai_credits',
  onEnd: ({ call: _call, consumption: _consumption, error, ...end }) => {
    run.count++
    const name = { sdk: run.sdk, report: run.report }
    console.log(JSON.stringify({ ...name, ...end, ...(error ? { error: String(error) } : {}) }))
  },
}
const openai = meterOpenAI(new OpenAI(sdk), metering)
const anthropic = meterAnthropic(new Anthropic({ ...sdk, baseURL: provider }), metering)
const vercel = (model) => wrapLanguageModel({ model, middleware: meterLanguageModel(metering) })
const drain = async (items) => {
  for await (const _item of items);
}
const generate = (model) => (prompt) => generateText({ model: vercel(model), prompt, maxRetries: 0 })
const stream = (model) => async (prompt) => {
  await streamText({
    model: vercel(model),
    prompt,
    maxRetries: 0,
    onError: ({ error }) => console.error(error),
  }).consumeStream()
}
const messages = (content) => [{ role: 'user', content }]
const both = (name, model) => ({ [`${name}, generateText`]: generate(model), [`${name}, streamText`]: stream(model) })
const paramsOf = (content) => ({ model: 'large', max_tokens: 50, messages: messages(content) })
const tools = [
  {
    name: 'find',
    description: 'Finds.',
    input_schema: { type: 'object', properties: {} },
    run: () => 'found',
    parse: (input) => input,
    type: 'custom',
  },
]
const CALLS = {
  chat: {
    'openai, create': (text) => openai.chat.completions.create({ model: 'large', messages: messages(text) }),
    'openai, create with a stream': async (text) =>
      drain(await openai.chat.completions.create({ model: 'large', messages: messages(text), stream: true })),
    'openai, stream': (text) => drain(openai.chat.completions.stream({ model: 'large', messages: messages(text) })),
    'openai, withResponse': (text) =>
      openai.chat.completions.create({ model: 'large', messages: messages(text) }).withResponse(),
    ...both('openai-compatible', createOpenAICompatible({ ...base, name: 'provider', includeUsage: true })('large')),
  },
  responses: {
    'openai, responses': (text) => openai.responses.create({ model: 'large', input: text }),
    'openai, responses with a stream': async (text) =>
      drain(await openai.responses.create({ model: 'large', input: text, stream: true })),
    ...both('@ai-sdk/openai', createOpenAI(base)('large')),
  },
  messages: {
    'anthropic, create': (text) => anthropic.messages.create(paramsOf(text)),
    'anthropic, create with a stream': async (text) =>
      drain(await anthropic.messages.create({ ...paramsOf(text), stream: true })),
    'anthropic, stream': (text) => anthropic.messages.stream(paramsOf(text)).finalText(),
    'anthropic, beta': (text) => anthropic.beta.messages.create(paramsOf(text)),
    'anthropic, toolRunner': (text) => drain(anthropic.beta.messages.toolRunner({ ...paramsOf(text), tools })),
    'anthropic, toolRunner with streams': async (text) => {
      for await (const one of anthropic.beta.messages.toolRunner({ ...paramsOf(text), tools, stream: true }))
        await drain(one)
    },
    ...both('@ai-sdk/anthropic', createAnthropic(base)('large')),
  },
  gemini: both('@ai-sdk/google', createGoogleGenerativeAI({ ...base, baseURL: `${provider}/v1beta` })('large')),
  bedrock: {
    '@ai-sdk/amazon-bedrock, generateText': generate(
      createAmazonBedrock({ ...base, baseURL: provider, region: 'eu' })('large'),
    ),
  },
}

for (const { name, api } of reports)
  for (const [sdkName, call] of Object.entries(CALLS[api] ?? {})) {
    Object.assign(run, { sdk: sdkName, report: name, count: 0 })
    try {
      await call(`report ${name}.`)
    } catch (error) {
      console.log(
        JSON.stringify({ sdk: sdkName, report: name, outcome: 'thrown', error: String(error?.stack ?? error) }),
      )
    }
    // The wrapper ends a call behind the last item of its stream.
    for (let wait = 0; run.count === 0 && wait < 100; wait++) await new Promise((wake) => setTimeout(wake, 20))
    if (run.count === 0) console.log(JSON.stringify({ sdk: sdkName, report: name, outcome: 'none' }))
  }
process.exit()
