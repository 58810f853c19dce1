import { DenialError, toDenial, type Denial } from './denials.js'
import { StackgateError } from './errors.js'

/** A denial of a request. */
export interface Denied {
  readonly ok: false
  readonly denial: Denial
}

/** Result of a mutation: its value, or the denial. */
export type Result<Value> = { readonly ok: true; readonly value: Value } | Denied

/** Fields of a payload besides its denial. */
type FieldOf<Payload> = Exclude<keyof Payload, 'denial' | '__typename'>

type IsOne<Name, Each = Name> = Name extends unknown ? ([Each] extends [Name] ? true : false) : never

/** Value of a payload: its object if it has one, otherwise its fields. */
export type ValueOf<Payload> =
  IsOne<FieldOf<Payload>> extends true
    ? NonNullable<Payload[FieldOf<Payload>]> extends infer Value extends object
      ? Value
      : Pick<Payload, FieldOf<Payload>>
    : Pick<Payload, FieldOf<Payload>>

/** Result of a payload; of a list of payloads, a list of results. */
export type PayloadResult<Payload> =
  NonNullable<Payload> extends readonly (infer Item)[] ? Result<ValueOf<Item>>[] : Result<ValueOf<NonNullable<Payload>>>

/** Result of a mutation, by the data of its document. */
export type MutationResult<Data> = PayloadResult<Data[keyof Data]>

/**
 * The result of a payload: the value is its object if it has only that, otherwise its fields without `denial`.
 * @throws StackgateError with the code `BAD_RESPONSE` if there is no payload
 */
export function resultOf<Payload>(payload: Payload): PayloadResult<Payload> {
  if (Array.isArray(payload)) return payload.map((item) => resultOf(item)) as never
  if (Object(payload) !== payload) throw new StackgateError({ code: 'BAD_RESPONSE', message: 'There is no payload.' })
  const { denial, __typename: _, ...fields } = payload as Record<string, unknown>
  const found = toDenial(denial)
  if (found) return { ok: false, denial: found } as never
  const [first, ...others] = Object.values(fields)
  return { ok: true, value: others.length === 0 && Object(first) === first ? first : fields } as never
}

/**
 * The value of a payload, as `resultOf` has it.
 * @throws DenialError if the mutation was denied; StackgateError with the code `BAD_RESPONSE` if there is no payload
 */
export function expectResult<Payload>(payload: Payload): ValueOf<NonNullable<Payload>> {
  const result = resultOf(payload) as Result<ValueOf<NonNullable<Payload>>>
  if (result.ok) return result.value
  throw new DenialError(result.denial)
}
