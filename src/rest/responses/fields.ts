import { z } from 'zod'

// Vocabulary of response schemas. An object with an `id` is one component of a generated API document.

/** A list. Responses are never changed, so lists of services can be returned unchanged. */
export const list = <Item extends z.ZodType>(item: Item) =>
  z.array(item) as unknown as z.ZodType<readonly z.output<Item>[], readonly z.input<Item>[]>

/** One of several words. Its static type is text, because the words are made from other values at run time. */
export const wordOf = (...words: readonly string[]): z.ZodType<string, string> => z.enum(words)

/** A status or kind of ours in lower case. */
export const lowerCaseOf = (...values: readonly string[]) => wordOf(...values.map((value) => value.toLowerCase()))

/** An integer. Larger ones than a double can hold do not occur. */
export const wholeNumber = () => z.number().meta({ shown: { type: 'integer' } })

export const time = () => z.iso.datetime()

/** Any JSON value. */
export const json = () => z.unknown()

/** A JSON object with names that this server does not determine. */
export const anyObject = () => z.record(z.string(), z.unknown()) as z.ZodType<object, object>

/** A part of a response that has a name of its own. Unknown members are an error in tests. */
export const component = <Shape extends z.ZodRawShape>(id: string, description: string, shape: Shape) =>
  z.strictObject(shape).meta({ id, title: id, description })

/** A response with a message for people, and one object. */
export const itemResponse = <Item extends z.ZodType>(item: Item, description: string) =>
  z.strictObject({ message: z.string().describe('Message for people.'), item }).describe(description)

/** A response that is no JSON, for example a file. It is never serialized. */
export const fileResponse = (contentType: string, description: string) => z.any().meta({ description, contentType })

/** A response without a body. */
export const emptyResponse = (description: string) => z.any().meta({ description, contentType: null })
