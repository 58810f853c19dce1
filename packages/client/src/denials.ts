import { StackgateError, type ValidationIssue } from './errors.js'
import type { DenialCode, Open } from './generated/types.js'

/** Step that would lift a denial, as far as the document selected it. */
export interface DenialRemedy {
  readonly kind?: string
  readonly label?: string
  /** Mutation to send with `input`. Null without one, and if the denied mutation is repeated. */
  readonly mutation?: string | null
  /** Arguments of the mutation without `key`, or the changed ones of the denied mutation. Null if a person has to choose first. */
  readonly input?: unknown
  readonly url?: string | null
  readonly at?: string | null
  readonly quantity?: number
  readonly [member: string]: unknown
}

/** Units or money. */
export interface DeniedAmount {
  readonly units?: number | null
  readonly money?: object | null
}

/** Numbers of a denial about an amount. */
export interface DeniedQuantity {
  readonly feature?: { readonly code?: string }
  readonly limit?: DeniedAmount | null
  readonly used?: DeniedAmount | null
  readonly requested?: DeniedAmount
  readonly remaining?: DeniedAmount | null
  readonly resetsAt?: string | null
}

/** An expected refusal, from GraphQL or REST. */
export interface Denial {
  readonly code: Open<DenialCode>
  /** Sentence for people. */
  readonly message: string
  /** Steps that would lift the denial, cheapest first. */
  readonly remedies: readonly DenialRemedy[]
  readonly issues?: readonly ValidationIssue[]
  /** Null for denials that are not about an amount. */
  readonly quantity?: DeniedQuantity | null
  /** Time after which the request is accepted again. */
  readonly retryAfterSeconds?: number | null
  readonly [member: string]: unknown
}

/** A denial, thrown by `expectResult`. */
export class DenialError extends StackgateError {
  override name = 'DenialError'
  readonly denial: Denial

  constructor(denial: Denial) {
    const { code, message, issues, retryAfterSeconds } = denial
    const wait = typeof retryAfterSeconds === 'number' ? { retryAfterMs: retryAfterSeconds * 1000 } : {}
    super({ code, message, issues, ...wait })
    this.denial = denial
  }
}

/**
 * One form for denials of both APIs: a denial of GraphQL, a `DenialError`, or the body of a REST response that denies a request.
 * Undefined if the value is none.
 */
export function toDenial(value: unknown): Denial | undefined {
  if (value instanceof DenialError) return value.denial
  const body = Object(value) as Record<string, unknown>
  const { code, message, remedies = [] } = body
  if (typeof code !== 'string' || typeof message !== 'string' || value instanceof Error) return undefined
  const isRest = typeof body['error'] === 'string'
  if (!isRest && !Array.isArray(body['remedies'])) return undefined
  return (isRest ? fromRest({ ...body, remedies }) : body) as Denial
}

/** Values of enums that REST writes in lower case. */
const ENUMS: readonly string[] = ['kind', 'interval']

/** A value of REST with the names of GraphQL. */
function fromRest(value: unknown, name = ''): unknown {
  if (name === 'interval' && typeof value === 'string')
    return value === 'one_time' ? null : { unit: value.toUpperCase(), count: 1 }
  if (typeof value === 'string') return ENUMS.includes(name) && /^[a-z_]+$/.test(value) ? value.toUpperCase() : value
  if (name === 'issues' || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => fromRest(item))
  const {
    action,
    retryAfterMs,
    quantity,
    error: _,
    ...members
  } = Object.fromEntries(
    Object.entries(value).map(([key, member]) => [camelCase(key), key === 'input' ? member : fromRest(member, key)]),
  ) as Record<string, unknown>
  return {
    ...members,
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Number(retryAfterMs) / 1000 }),
    ...(quantity === undefined ? {} : { quantity: quantityOf(quantity) }),
    ...((Object(action) as { type?: string }).type === 'retry' ? { mutation: null } : {}),
  }
}

/** The feature of a denial as an object. The quantity of a remedy is a number. */
const quantityOf = (quantity: unknown): unknown =>
  Object(quantity) === quantity
    ? { ...(quantity as object), feature: { code: (quantity as { feature?: unknown }).feature } }
    : quantity

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
