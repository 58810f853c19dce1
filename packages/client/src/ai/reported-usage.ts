/** Tokens of a call, as the provider reports them. Parts are included in their wholes. */
export interface AiUsage {
  /** All tokens of the prompt, also those that a cache served or stored. */
  readonly input: number
  /** Part of `input` that was read from the cache of the provider. */
  readonly cachedInput?: number | undefined
  /** Part of `input` that was written to the cache of the provider. */
  readonly cacheWrite?: number | undefined
  /** Part of `cacheWrite` that the cache of the provider keeps for an hour. */
  readonly cacheWriteHour?: number | undefined
  /** All tokens of the response, also those of reasoning. */
  readonly output: number
  /** Part of `output` that was used to reason. */
  readonly reasoning?: number | undefined
  /** Part of `output` that is in the total of the provider and in none of its parts. Undefined for none. */
  readonly unexplained?: number | undefined
  /** Members of the report that count tokens and have no meaning here. Undefined for none. */
  readonly unread?: readonly string[] | undefined
  /** Parts of the call that other models did, for example an advisor or a fallback. Undefined for none. */
  readonly otherModels?: readonly ModelUsage[] | undefined
  /** Cost in US dollars that the provider states for the call, as OpenRouter does. Stored with the consumption, and not charged. */
  readonly cost?: number | undefined
}

/** Tokens of another model than that of the call. */
export interface ModelUsage extends Pick<
  AiUsage,
  'input' | 'cachedInput' | 'cacheWrite' | 'cacheWriteHour' | 'output' | 'reasoning'
> {
  readonly model: string
}

type Report = Readonly<Record<string, unknown>>

/** Counts of a report, and which parts its form states beside their wholes. */
interface Counts {
  readonly input: number
  readonly cachedInput: number
  readonly cacheWrite: number
  readonly cacheWriteHour: number
  readonly output: number
  readonly reasoning: number
  /** 0 if the report has none. */
  readonly total: number
  /** Parts that are beside their wholes unless the total says otherwise. */
  readonly beside: readonly Part[]
}

type Part = 'cachedInput' | 'cacheWrite' | 'reasoning'

/** The earlier part counts, of two placements that explain a total equally. */
const PARTS: readonly Part[] = ['reasoning', 'cachedInput', 'cacheWrite']
const PLACEMENTS = 2 ** PARTS.length
/** Members that count tokens and are read here, or that repeat what is read. */
const READ: readonly string[] = `
  prompt_tokens completion_tokens input_tokens output_tokens total_tokens reasoning_tokens cached_tokens
  prompt_cache_hit_tokens prompt_cache_miss_tokens cache_creation_input_tokens cache_read_input_tokens
  cache_write_tokens cache_creation_tokens inputTokens outputTokens totalTokens cachedInputTokens
  reasoningTokens cacheReadInputTokens cacheWriteInputTokens promptTokenCount candidatesTokenCount
  responseTokenCount totalTokenCount thoughtsTokenCount cachedContentTokenCount toolUsePromptTokenCount tokens`
  .trim()
  .split(/\s+/)
const COUNTS_TOKENS = /tokens?$|TokenCount$/i
/** End of the name of a dated version of a model, which the provider states for the name without it. */
const DATED = /[-@:]?(\d{8}|\d{4}-\d{2}-\d{2}|latest)$/

/**
 * Pure: the tokens of a report in the form of a provider or of an SDK. Whatever the form, `input` and `output` are together never less than the
 * total that the report states, and parts are never more than their wholes. Undefined if the value reports no tokens.
 * @param model model of the call; parts of other models are separated
 */
export function readUsage(value: unknown, model = ''): AiUsage | undefined {
  const report = mapOf(value)
  const counts = countsOf(report)
  if (!counts) return undefined
  const { total, unexplained } = placed(counts)
  const { sum, otherModels } = withIterations(report, total, model)
  const unread = Object.keys(report).filter(
    (name) => COUNTS_TOKENS.test(name) && !READ.includes(name) && countOf(report[name]) > 0,
  )
  return {
    ...sum,
    ...(unexplained > 0 && { unexplained }),
    ...(unread.length > 0 && { unread }),
    ...(otherModels.length > 0 && { otherModels }),
    ...(typeof report['cost'] === 'number' && { cost: report['cost'] }),
  }
}

function countsOf(report: Report): Counts | undefined {
  const has = (...names: string[]): boolean => hasAny(report, ...names)
  const first = (...values: unknown[]): number => values.map(countOf).find((count) => count > 0) ?? 0
  const of = (name: string): Report => mapOf(report[name])
  if (has('promptTokenCount', 'candidatesTokenCount', 'totalTokenCount'))
    return {
      input: countOf(report['promptTokenCount']) + countOf(report['toolUsePromptTokenCount']),
      cachedInput: countOf(report['cachedContentTokenCount']),
      cacheWrite: 0,
      cacheWriteHour: 0,
      output: first(report['candidatesTokenCount'], report['responseTokenCount']),
      reasoning: countOf(report['thoughtsTokenCount']),
      total: countOf(report['totalTokenCount']),
      beside: ['reasoning'],
    }
  const [sdkInput, sdkOutput] = [of('inputTokens'), of('outputTokens')]
  // A model that reports nothing has objects without numbers.
  if ([report['inputTokens'], report['outputTokens'], sdkInput['total'], sdkOutput['total']].some(isNumber)) {
    return {
      input: first(report['inputTokens'], sdkInput['total']),
      cachedInput: first(report['cachedInputTokens'], report['cacheReadInputTokens'], sdkInput['cacheRead']),
      cacheWrite: first(report['cacheWriteInputTokens'], sdkInput['cacheWrite']),
      cacheWriteHour: 0,
      output: first(report['outputTokens'], sdkOutput['total']),
      reasoning: first(report['reasoningTokens'], sdkOutput['reasoning']),
      total: countOf(report['totalTokens']),
      // The form of Bedrock.
      beside: has('cacheReadInputTokens', 'cacheWriteInputTokens') ? ['cachedInput', 'cacheWrite'] : [],
    }
  }
  if (!has('prompt_tokens', 'completion_tokens', 'input_tokens', 'output_tokens', 'total_tokens')) return undefined
  const isChat = has('prompt_tokens', 'completion_tokens')
  const input = { ...of('input_tokens_details'), ...of('prompt_tokens_details') }
  const output = { ...of('output_tokens_details'), ...of('completion_tokens_details') }
  const written = { ...of('cache_creation'), ...mapOf(input['cache_creation_token_details']) }
  const hour = countOf(written['ephemeral_1h_input_tokens'])
  const isAnthropic = !isChat && has('cache_read_input_tokens', 'cache_creation_input_tokens', 'cache_creation')
  return {
    input: first(report['prompt_tokens'], report['input_tokens']),
    cachedInput: first(
      input['cached_tokens'],
      report['cache_read_input_tokens'],
      report['prompt_cache_hit_tokens'],
      report['cached_tokens'],
    ),
    cacheWrite: first(
      input['cache_write_tokens'],
      input['cache_creation_tokens'],
      report['cache_creation_input_tokens'],
      report['cache_write_tokens'],
      hour + countOf(written['ephemeral_5m_input_tokens']),
    ),
    cacheWriteHour: hour,
    output: first(report['completion_tokens'], report['output_tokens']),
    reasoning: first(output['reasoning_tokens'], output['thinking_tokens'], report['reasoning_tokens']),
    total: countOf(report['total_tokens']),
    beside: isAnthropic ? ['cachedInput', 'cacheWrite'] : [],
  }
}

/** Tokens without what only a report has. */
type Tokens = Readonly<Record<(typeof NAMES)[number], number>>
const NAMES = ['input', 'cachedInput', 'cacheWrite', 'cacheWriteHour', 'output', 'reasoning'] as const

/**
 * Pure: the counts with each part in its whole. Providers differ in what they add to a whole, and some change it: the total decides where the
 * report has one, then the form. What no placement explains is output, and counted.
 */
function placed(counts: Counts): { readonly total: Tokens; readonly unexplained: number } {
  const { total, beside, cachedInput, cacheWrite, reasoning } = counts
  let best: { readonly input: number; readonly output: number; readonly rank: number } | undefined
  for (let mask = 0; mask < PLACEMENTS; mask++) {
    const isBeside = (part: Part): boolean => (mask & (1 << PARTS.indexOf(part))) !== 0
    const besideOf = (part: Part): number => (isBeside(part) ? counts[part] : 0)
    const input = counts.input + besideOf('cachedInput') + besideOf('cacheWrite')
    const output = counts.output + besideOf('reasoning')
    if (cachedInput + cacheWrite > input || reasoning > output) continue
    const moved = PARTS.filter((part) => counts[part] > 0 && isBeside(part) !== beside.includes(part)).length
    const rank = (input + output === total ? 0 : PLACEMENTS) + moved
    if (!best || rank < best.rank) best = { input, output, rank }
  }
  // With all parts beside, each placement is possible.
  const { input, output } = best!
  const unexplained = Math.max(0, total - input - output)
  const cacheWriteHour = Math.min(counts.cacheWriteHour, cacheWrite)
  return {
    total: { input, cachedInput, cacheWrite, cacheWriteHour, output: output + unexplained, reasoning },
    unexplained,
  }
}

/** Iterations that the sums of Anthropic contain. Those of compaction and of advisors are outside of them. */
const SERVED: readonly unknown[] = ['message', 'fallback_message']

/** Pure: a report with its iterations, which name what other models did. LiteLLM adds all of them to its sums. */
function withIterations(
  report: Report,
  stated: Tokens,
  model: string,
): { readonly sum: Tokens; readonly otherModels: readonly ModelUsage[] } {
  const iterations = (Array.isArray(report['iterations']) ? report['iterations'] : []).flatMap((value) => {
    const iteration = mapOf(value)
    const counts = countsOf(iteration)
    if (!counts) return []
    const name = typeof iteration['model'] === 'string' ? iteration['model'] : ''
    return [{ type: iteration['type'], model: name, tokens: placed(counts).total }]
  })
  if (iterations.length === 0) return { sum: stated, otherModels: [] }
  const sumOf = (parts: typeof iterations): Tokens => parts.reduce((sum, { tokens }) => combine(sum, tokens, add), NONE)
  const all = sumOf(iterations)
  const isSummed = hasAny(report, 'prompt_tokens') && stated.input >= all.input && stated.output >= all.output
  const served = sumOf(iterations.filter(({ type }) => SERVED.includes(type)))
  const beside = sumOf(iterations.filter(({ type }) => !SERVED.includes(type)))
  const sum = isSummed ? stated : combine(larger(stated, served), beside, add)
  const main = model || iterations.find(({ type }) => type === 'message')?.model || ''
  const others = new Set(
    iterations
      .filter(({ type, model: other }) => type !== 'message' && other !== '' && !isSameModel(other, main))
      .map((iteration) => iteration.model),
  )
  const otherModels = [...others].map((other) => ({
    model: other,
    ...sumOf(iterations.filter((iteration) => iteration.model === other)),
  }))
  return { sum, otherModels }
}

const NONE: Tokens = { input: 0, cachedInput: 0, cacheWrite: 0, cacheWriteHour: 0, output: 0, reasoning: 0 }
const add = (left: number, right: number): number => left + right
const combine = (left: Tokens, right: Tokens, by: (left: number, right: number) => number): Tokens =>
  Object.fromEntries(NAMES.map((name) => [name, by(left[name], right[name])])) as unknown as Tokens

/** Pure: the larger one of two sums of the same input, and of the same output. Only one of them may tell parts apart. */
function larger(one: Tokens, other: Tokens): Tokens {
  const { input, cachedInput, cacheWrite, cacheWriteHour } = other.input > one.input ? other : one
  const output = Math.max(one.output, other.output)
  const reasoning = Math.max(one.reasoning, other.reasoning)
  return { input, cachedInput, cacheWrite, cacheWriteHour, output, reasoning }
}

/** Pure: usage of the model of the call alone. */
export function ownUsage(usage: AiUsage): AiUsage {
  if (!usage.otherModels) return usage
  const own = usage.otherModels.reduce<Tokens>(
    (rest, other) => combine(rest, { ...NONE, ...other }, (left, right) => Math.max(0, left - right)),
    { ...NONE, ...usage },
  )
  const cachedInput = Math.min(own.cachedInput, own.input)
  const cacheWrite = Math.min(own.cacheWrite, own.input - cachedInput)
  const cacheWriteHour = Math.min(own.cacheWriteHour, cacheWrite)
  const reasoning = Math.min(own.reasoning, own.output)
  return { ...usage, ...own, cachedInput, cacheWrite, cacheWriteHour, reasoning }
}

const hasAny = (report: Report, ...names: readonly string[]): boolean =>
  names.some((name) => report[name] !== undefined && report[name] !== null)

const isSameModel = (one: string, other: string): boolean => undated(one) === undated(other)
const undated = (model: string): string => model.slice(model.lastIndexOf('/') + 1).replace(DATED, '')

const mapOf = (value: unknown): Report => (typeof value === 'object' && value !== null ? (value as Report) : {})

const isNumber = (value: unknown): boolean => typeof value === 'number'

/** More is no count of tokens. */
const MAX_COUNT = 1e12

/** A number of tokens. What is none is 0. */
const countOf = (value: unknown): number =>
  typeof value === 'number' && value > 0 && value <= MAX_COUNT ? Math.ceil(value) : 0
