import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { ownUsage, readUsage, type AiUsage } from '#client/ai/reported-usage.js'
import { itUnless } from '#test/support/skip.js'

interface Known {
  readonly name: string
  readonly report: unknown
  readonly usage: AiUsage | null
}

const KNOWN = JSON.parse(readFileSync('test/support/model-reports.json', 'utf8')) as readonly Known[]
const ZERO = { cachedInput: 0, cacheWrite: 0, cacheWriteHour: 0, reasoning: 0 }

const { status } = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))'])
const pythonReason = status === 0 ? null : 'needs python3'

/** Tokens of an answer, whatever the form of its report. */
const answer = fc
  .record({
    uncached: fc.nat(500_000),
    cachedInput: fc.nat(500_000),
    cacheWrite: fc.nat(500_000),
    text: fc.nat(60_000),
    reasoning: fc.nat(60_000),
  })
  .filter(({ uncached, text }) => uncached > 0 && text > 0)
type Answer = typeof answer extends fc.Arbitrary<infer Value> ? Value : never

const wholes = ({ uncached, cachedInput, cacheWrite, text, reasoning }: Answer) => ({
  input: uncached + cachedInput + cacheWrite,
  output: text + reasoning,
})

/** The documented forms of a report of one answer, with all of its parts. */
const FORMS: Readonly<Record<string, (answer: Answer) => object>> = {
  chat: (one) => ({
    prompt_tokens: wholes(one).input,
    completion_tokens: wholes(one).output,
    total_tokens: wholes(one).input + wholes(one).output,
    prompt_tokens_details: { cached_tokens: one.cachedInput, cache_write_tokens: one.cacheWrite },
    completion_tokens_details: { reasoning_tokens: one.reasoning },
  }),
  'chat of xAI': (one) => ({
    ...FORMS['chat']!(one),
    completion_tokens: one.text,
  }),
  responses: (one) => ({
    input_tokens: wholes(one).input,
    output_tokens: wholes(one).output,
    total_tokens: wholes(one).input + wholes(one).output,
    input_tokens_details: { cached_tokens: one.cachedInput, cache_write_tokens: one.cacheWrite },
    output_tokens_details: { reasoning_tokens: one.reasoning },
  }),
  Anthropic: (one) => ({
    input_tokens: one.uncached,
    cache_read_input_tokens: one.cachedInput,
    cache_creation_input_tokens: one.cacheWrite,
    output_tokens: wholes(one).output,
    output_tokens_details: { thinking_tokens: one.reasoning },
  }),
  'version 3 of the AI SDK': (one) => ({
    inputTokens: { total: wholes(one).input, cacheRead: one.cachedInput, cacheWrite: one.cacheWrite },
    outputTokens: { total: wholes(one).output, reasoning: one.reasoning },
  }),
  LiteLLM: (one) => ({
    ...FORMS['chat']!(one),
    prompt_tokens_details: { cached_tokens: one.cachedInput, cache_creation_tokens: one.cacheWrite },
    cache_read_input_tokens: one.cachedInput,
    cache_creation_input_tokens: one.cacheWrite,
  }),
}

const count = fc.oneof(
  fc.nat(5_000),
  fc.constant(null),
  fc.constant(undefined),
  fc.constant('7'),
  fc.double({ max: 1e9 }),
)
/** Reports with any members of any form, which may contradict each other. */
const anyReport = fc.record({
  ...Object.fromEntries(
    `
      prompt_tokens completion_tokens input_tokens output_tokens total_tokens reasoning_tokens
      cache_read_input_tokens cache_creation_input_tokens prompt_cache_hit_tokens promptTokenCount
      candidatesTokenCount thoughtsTokenCount totalTokenCount inputTokens outputTokens totalTokens
      cachedInputTokens reasoningTokens cacheWriteInputTokens`
      .trim()
      .split(/\s+/)
      .map((name) => [name, count]),
  ),
  prompt_tokens_details: fc.option(fc.record({ cached_tokens: count, cache_write_tokens: count })),
  completion_tokens_details: fc.option(fc.record({ reasoning_tokens: count })),
  iterations: fc.option(
    fc.array(
      fc.record({
        type: fc.constantFrom('message', 'compaction', 'advisor_message', 'fallback_message', 'new'),
        model: fc.constantFrom('large', 'small', 'huge', null),
        input_tokens: count,
        output_tokens: count,
        cache_read_input_tokens: count,
      }),
      { maxLength: 4 },
    ),
  ),
})

const totalOf = (report: object): number => {
  const stated = report as Readonly<Record<string, unknown>>
  const isGoogle = ['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount'].some((name) => stated[name] != null)
  const isSdk = !isGoogle && ['inputTokens', 'outputTokens'].some((name) => typeof stated[name] === 'number')
  const total = stated[isGoogle ? 'totalTokenCount' : isSdk ? 'totalTokens' : 'total_tokens']
  return typeof total === 'number' && total <= 1e12 ? total : 0
}

describe('reported usage', () => {
  it.each(KNOWN)('$name', ({ report, usage }) => {
    expect(readUsage(report, 'large') ?? null).toEqual(
      usage && {
        ...ZERO,
        ...usage,
        ...(usage.otherModels && { otherModels: usage.otherModels.map((other) => ({ ...ZERO, ...other })) }),
      },
    )
  })

  it('is the same in each form of an answer', () => {
    fc.assert(
      fc.property(answer, (one) => {
        const { cachedInput, cacheWrite, reasoning } = one
        const expected = { ...ZERO, ...wholes(one), cachedInput, cacheWrite, reasoning }
        for (const form of Object.values(FORMS)) expect(readUsage(form(one), 'large')).toEqual(expected)
        // The forms of Gemini and of Bedrock lack one of the parts.
        const { input, output } = wholes({ ...one, cacheWrite: 0 })
        const gemini = {
          promptTokenCount: input,
          cachedContentTokenCount: cachedInput,
          candidatesTokenCount: one.text,
          thoughtsTokenCount: reasoning,
          totalTokenCount: input + output,
        }
        expect(readUsage(gemini)).toEqual({ ...expected, input, cacheWrite: 0 })
        const bedrock = {
          inputTokens: one.uncached,
          outputTokens: output,
          totalTokens: expected.input + output,
          cacheReadInputTokens: cachedInput,
          cacheWriteInputTokens: cacheWrite,
        }
        expect(readUsage(bedrock)).toEqual({ ...expected, reasoning: 0 })
      }),
    )
  })

  it('is never below the total, and has no part above its whole, whatever is reported', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const usage = readUsage(report, 'large')
        if (!usage) return
        expect(usage.input + usage.output).toBeGreaterThanOrEqual(totalOf(report))
        for (const one of [usage, ownUsage(usage), ...(usage.otherModels ?? [])]) {
          expect((one.cachedInput ?? 0) + (one.cacheWrite ?? 0)).toBeLessThanOrEqual(one.input)
          expect(one.reasoning ?? 0).toBeLessThanOrEqual(one.output)
        }
        const others = (usage.otherModels ?? []).reduce((sum, { input, output }) => sum + input + output, 0)
        const own = ownUsage(usage)
        expect(own.input + own.output + others).toBe(usage.input + usage.output)
      }),
      { numRuns: 1_000 },
    )
  })

  itUnless(pythonReason)('is the same in Python', () => {
    const reports = [...KNOWN.map(({ report }) => report), ...fc.sample(anyReport, { numRuns: 500, seed: 72 })].map(
      (report) => JSON.parse(JSON.stringify(report)) as object,
    )
    const script = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("usage", "packages/python/src/stackgate/_usage.py")
usage = importlib.util.module_from_spec(spec)
sys.modules["usage"] = usage
spec.loader.exec_module(usage)
def shown(report):
    read = usage.read_usage(report, "large")
    return read and [read.tokens, read.unexplained, list(map(list, read.other_models.items())), read.own()]
print(json.dumps([shown(report) for report in json.load(sys.stdin)]))`
    const input = JSON.stringify(reports)
    const python = JSON.parse(execFileSync('python3', ['-c', script], { input, encoding: 'utf8' })) as unknown[]
    const tokens = ({ input, cachedInput, cacheWrite, cacheWriteHour, output, reasoning }: AiUsage) => ({
      input,
      cached_input: cachedInput,
      cache_write: cacheWrite,
      cache_write_hour: cacheWriteHour,
      output,
      reasoning,
    })
    for (const [index, report] of reports.entries()) {
      const usage = readUsage(report, 'large')
      expect([report, python[index]]).toEqual([
        report,
        usage
          ? [
              tokens(usage),
              usage.unexplained ?? 0,
              (usage.otherModels ?? []).map((other) => [other.model, tokens(other)]),
              tokens(ownUsage(usage)),
            ]
          : null,
      ])
    }
  })
})
