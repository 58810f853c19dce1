import { StackgateError, type ValidationIssue } from './errors.js'
import type { DenialCode } from './generated/types.js'
import { DENIALS } from './generated/denials.js'

/** Name of a type that implements `Denial`. */
export type DenialTypename = (typeof DENIALS)[number]

/** Step that would lift a denial, as far as the document selected it. */
export interface DenialRemedy {
  readonly kind?: string
  readonly label?: string
  readonly quantity?: number
  /** Step for programs. Null if a person has to choose first. */
  readonly action?: RemedyStep | null
  readonly [member: string]: unknown
}

/** Step of a program: the type and the fields of `Remedy.action`. */
export interface RemedyStep {
  readonly __typename: string
  readonly [member: string]: unknown
}

/** An expected refusal, from GraphQL or REST. */
export interface Denial {
  readonly __typename?: string
  readonly code: DenialCode
  /** Sentence for people. */
  readonly message: string
  /** Steps that would lift the denial, cheapest first. */
  readonly remedies: readonly DenialRemedy[]
  readonly issues?: readonly ValidationIssue[]
  /** Path of the first value at fault. */
  readonly field?: string | null
  /** Time after which the request is accepted again, in milliseconds. */
  readonly retryAfterMs?: number
  readonly [member: string]: unknown
}

/** Members of a result that are denials. */
export type DenialOf<Result> = Result extends { readonly __typename?: infer Name }
  ? Name extends DenialTypename
    ? Result
    : never
  : never

const NAMES: readonly string[] = DENIALS

/** True if the result of a mutation is a denial. The document must select `__typename`, or `code`, `message` and `remedies`. */
export function isDenial<Result>(result: Result): result is DenialOf<Result> {
  const { __typename: name, code, message, remedies } = Object(result) as Record<string, unknown>
  if (typeof name === 'string') return NAMES.includes(name)
  return typeof code === 'string' && typeof message === 'string' && Array.isArray(remedies)
}

/** A denial, thrown by `expectResult`. */
export class DenialError extends StackgateError {
  override name = 'DenialError'
  readonly denial: Denial

  constructor(denial: Denial) {
    super({
      code: denial.code,
      message: denial.message,
      issues: denial.issues,
      retryAfterMs: denial.retryAfterMs,
    })
    this.denial = denial
  }
}

/** Members of a result with a type. */
export type ResultNamed<Result, Name extends string> = Extract<NonNullable<Result>, { readonly __typename?: Name }>

/** Names of the types of a result. */
export type TypenameOf<Result> =
  NonNullable<Result> extends { readonly __typename?: infer Name } ? Extract<Name, string> : string

/**
 * The result of a mutation if it has the type.
 * @throws DenialError if it is a denial; StackgateError with the code `BAD_RESPONSE` if it has another type
 */
export function expectResult<Result, const Name extends TypenameOf<Result>>(
  result: Result,
  name: Name,
): ResultNamed<Result, Name> {
  const { __typename: found } = Object(result) as { __typename?: string }
  if (found === name) return result as ResultNamed<Result, Name>
  if (isDenial(result)) throw new DenialError(toDenial(result)!)
  throw new StackgateError({
    code: 'BAD_RESPONSE',
    message: `The result is ${found ?? 'without a type'} instead of ${name}.`,
  })
}

/**
 * One form for denials of both APIs: a denial of GraphQL, a `DenialError`, or the body of a REST response with status 402, 409 or 429.
 * Undefined if the value is none.
 */
export function toDenial(value: unknown): Denial | undefined {
  if (value instanceof DenialError) return value.denial
  const body = Object(value) as Record<string, unknown>
  const { code, message } = body
  if (typeof code !== 'string' || typeof message !== 'string' || value instanceof Error) return undefined
  const isRest = typeof body['error'] === 'string' && body['__typename'] === undefined
  if (!isRest && !isDenial(value) && !Array.isArray(body['remedies'])) return undefined
  const { remedies = [], ...others } = (isRest ? fromRest(body) : body) as { remedies?: DenialRemedy[] }
  return { ...others, code: code as DenialCode, message, remedies }
}

/** Values of enums that REST writes in lower case. */
const ENUMS: readonly string[] = ['kind', 'interval', 'provider', 'at']

/** A value of REST with the names of GraphQL. */
function fromRest(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return ENUMS.includes(name) && /^[a-z_]+$/.test(value) ? value.toUpperCase() : value
  if (name === 'issues' || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => fromRest(item))
  const members = Object.entries(value).map(([key, member]) => [camelCase(key), fromRest(member, key)] as const)
  if (name !== 'action') return Object.fromEntries(members)
  const { type, ...fields } = Object.fromEntries(members)
  const pascal = camelCase(`_${String(type)}`)
  return { __typename: `${pascal}Action`, ...fields }
}

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
