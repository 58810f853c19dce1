import { z } from 'zod'

/** Redaction of a parameter: `whole` hides all values in it, `inside` only text that looks like a secret. */
export type Secrecy = 'whole' | 'inside'

/** Marks a parameter whose value only the agent may read. */
export const secret = <Shape extends z.ZodType>(shape: Shape): Shape => shape.meta({ secrecy: 'whole' })
/** Marks a parameter that users can read, with secrets redacted. */
export const redacted = <Shape extends z.ZodType>(shape: Shape): Shape => shape.meta({ secrecy: 'inside' })

/** A parameter that GraphQL calls otherwise than agents. */
export const named = <Shape extends z.ZodType>(inputName: string, shape: Shape): Shape => shape.meta({ inputName })

/** An object with a separate input type in GraphQL. Other objects within the parameters must have a name as well. */
export const inputType = <Shape extends z.ZodRawShape>(title: string, typeDescription: string, shape: Shape) =>
  z.strictObject(shape).meta({ title, typeDescription })

/** The code of an application, as commands may name it. */
export const CODE = /^[\w.-]{1,100}$/
export const CODE_IS = 'is 1 to 100 letters, digits, dots, dashes or underscores'

export const text = (maxLength: number) =>
  z.string({ error: 'is required' }).trim().min(1, 'is required').max(maxLength, `has at most ${maxLength} characters`)
export const code = () => z.string({ error: 'is required' }).trim().regex(CODE, CODE_IS)
export const codes = () => z.array(code()).max(200, 'are at most 200').default([])
export const flag = (initial: boolean) => z.boolean({ error: 'is true or false' }).default(initial)

/** An integer within limits; other values are rejected, although the agent would silently clamp them. */
export const whole = (least: number, maximum: number, unit = '') => {
  const words = `must be between ${least} and ${maximum}${unit && ` ${unit}`}`
  return z.int({ error: words }).min(least, words).max(maximum, words)
}

/** One of a few texts, with a separate enum in GraphQL. `described` has the texts with their descriptions. */
export const oneOf = <const Value extends string>(
  title: string,
  typeDescription: string,
  described: Readonly<Record<Value, string>>,
) => {
  const values = Object.keys(described) as Value[]
  return z
    .enum(values, { error: `must be one of ${values.join(', ')}` })
    .meta({ title, typeDescription, valueDescriptions: described })
}

export const appCode = () => code().describe('Code of the application in the deployment.')
export const container = () => text(200).optional().describe("Container name. Default: the application's container.")
/** Anything that JSON can say, under names of the caller's own. */
export const anyObject = () => z.record(z.string(), z.unknown())

/** The values as code in a sentence: "`a`, `b` or `c`". */
export const listed = (values: readonly string[]): string =>
  new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(values.map((value) => `\`${value}\``))
