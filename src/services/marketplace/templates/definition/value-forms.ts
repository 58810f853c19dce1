import { UNKNOWN } from './interpolation.js'

interface Form {
  readonly accepts: RegExp
  /** The end of "… must be". */
  readonly name: string
}

/** Longer texts are no numbers, so that a pattern reads little. */
const MAX_LENGTH = 100
const DECIMAL = String.raw`(?:\d+(?:\.\d*)?|\.\d+)`

/** Forms of texts, as the reference implementation of Compose reads them. */
export const FORMS = {
  boolean: { accepts: /^(?:true|false|yes|no|on|off|[yn])$/i, name: 'true or false' },
  integer: { accepts: /^[-+]?\d+$/, name: 'an integer' },
  natural: { accepts: /^\+?\d+$/, name: 'an integer of at least 0' },
  count: { accepts: /^(?:all|[-+]?\d+)$/i, name: 'an integer or all' },
  number: {
    accepts: new RegExp(String.raw`^[-+]?(?:${DECIMAL}(?:e[-+]?\d+)?|inf|nan)$`, 'i'),
    name: 'a number',
  },
  size: {
    accepts: new RegExp(String.raw`^(?:-?\d+|\+?${DECIMAL}(?:e[-+]?\d+)? ?(?:b|[kmgtp](?:i?b)?)?)$`, 'i'),
    name: 'a size, for example 512m or 1.5g',
  },
  duration: {
    accepts: new RegExp(String.raw`^[-+]?(?:0|(?:${DECIMAL}(?:ns|us|µs|μs|ms|s|m|h|d|w))+)$`),
    name: 'a duration, for example 30s or 1m30s',
  },
} satisfies Record<string, Form>

export type FormName = keyof typeof FORMS

/** True if a text has a form, or if only the deployment knows it. */
export const hasForm = (form: FormName, text: string): boolean =>
  text.includes(UNKNOWN) || (text.length <= MAX_LENGTH && FORMS[form].accepts.test(text))

const MULTIPLES = ['', 'k', 'm', 'g', 't', 'p']

/** The number that a value of a form stands for. Null if only the deployment knows it, or if it has no number. */
export function amountOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !hasForm('size', value)) return null
  const [, number, multiple] = /^([-+.\d]+(?:e[-+]?\d+)?) ?([kmgtp]?)/i.exec(value) ?? []
  return number === undefined ? null : Number(number) * 1024 ** MULTIPLES.indexOf(multiple!.toLowerCase())
}

/** Members whose texts have a form, by their names, which mean the same in the whole specification. */
const BY_NAME: Readonly<Partial<Record<FormName, readonly string[]>>> = {
  count: ['count'],
  duration: [
    'interval',
    'timeout',
    'start_period',
    'start_interval',
    'stop_grace_period',
    'delay',
    'monitor',
    'window',
  ],
  number: ['cpus', 'cpu_percent', 'max_failure_ratio'],
  size: ['mem_limit', 'mem_reservation', 'mem_swappiness', 'memswap_limit', 'memory', 'rate', 'shm_size', 'size'],
  integer: ['cpu_count', 'oom_score_adj'],
  natural: ['retries', 'max_replicas_per_node'],
}
const FORM_OF = new Map(
  Object.entries(BY_NAME).flatMap(([form, names]) => names.map((name) => [name, form as FormName] as const)),
)
/** Members that are texts although a number can be written for them. */
const TEXTS = new Set(['published', 'items', '^.+$', '.+'])

/** The form of the texts of a member with these types. Null if every text is valid. */
export function formOf(name: string, types: readonly string[]): FormName | null {
  if (!types.includes('string')) return null
  const named = FORM_OF.get(name)
  if (named) return named
  if (TEXTS.has(name)) return null
  if (types.includes('boolean')) return 'boolean'
  return types.includes('integer') || types.includes('number') ? 'integer' : null
}
