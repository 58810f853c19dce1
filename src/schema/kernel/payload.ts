import { Field, ObjectType, type ClassType } from 'type-graphql'
import type { Denial } from './denial.type.js'

/** Fields of payloads besides `denial`: the name of the object. Payloads with several fields are missing. */
const objectFields = new WeakMap<Function, string>()

/** Type of denials. It refers to objects whose files declare payloads, so that this file cannot import it. */
let denialType: ClassType | undefined

/** Declares the type of the field `denial` of every payload. */
export const payloadDenial: ClassDecorator = (target) => {
  denialType = target as unknown as ClassType
}

/** Denial of a mutation, the last field of every payload. */
const DENIAL = 'Why nothing was changed. Null if the mutation was executed.'

/** Denial of a preview, which changes nothing. */
const PREVIEW_DENIAL = 'Why the mutation would be denied now; the other fields are then null. Null if it would not be.'

/** Payload of the mutations that return an object: exactly one of the object and `denial` is set. */
export interface Payload {
  denial: Denial | null
}

/**
 * Declares the payload of the mutations that return an object of a type.
 * @param field name of the object in the payload. Default: that of the type
 */
export function payload(type: ClassType, field = lowerFirst(type.name)): ClassType<Payload> {
  const Declared = { [`${type.name}Payload`]: class {} }[`${type.name}Payload`] as ClassType<Payload>
  Field(() => type, { nullable: true, description: 'The object. Null if the mutation was denied.' })(
    Declared.prototype as object,
    field,
  )
  payloadType(`Result of a mutation of ${typeText(type.name)}. Exactly one of its fields is set.`, field)(Declared)
  return Declared
}

/**
 * Declares a payload with several fields, which are null if the mutation was denied.
 * @param object field of an outcome that is the object alone
 */
export function payloadType(description: string, object?: string): ClassDecorator {
  return (target) => {
    if (object !== undefined) objectFields.set(target, object)
    declareWithDenial(target, description, DENIAL)
  }
}

/** Declares the effect of a mutation that is not executed. Its fields are null if the mutation would be denied. */
export function previewType(description: string): ClassDecorator {
  return (target) => declareWithDenial(target, description, PREVIEW_DENIAL)
}

function declareWithDenial(target: Function, description: string, denial: string): void {
  Field(() => denialType!, { nullable: true, description: denial })(target.prototype as object, 'denial')
  ObjectType({ description, simpleResolvers: true })(target)
}

/** The outcome of a resolver as the payload: the denial, the object under its name, or the fields. */
export function toPayload(type: Function, outcome: unknown): unknown {
  if (outcome === null || outcome === undefined) return outcome
  if ((outcome as { __typename?: string }).__typename === 'Denial') return { denial: outcome }
  const field = objectFields.get(type)
  const isObject = (outcome as { __typename?: string }).__typename !== undefined
  return field !== undefined && isObject ? { [field]: outcome } : outcome
}

const lowerFirst = (text: string): string => text[0]!.toLowerCase() + text.slice(1)

/** As `a webhook endpoint` for `WebhookEndpoint`. */
function typeText(name: string): string {
  const words = name.replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase()
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`
}
