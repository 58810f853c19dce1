import { z } from 'zod'
import { readErrors } from './reported-errors.js'

// Vocabulary of typed results. A result is declared once as a zod object: its reader (`read-fields.ts`), its type in
// TypeScript and its type in GraphQL (`src/schema/deployments/command-types.ts`) are derived from it.

/** Metadata of a result, of one of its objects, or of a member. */
export interface ResultMeta {
  /** Name of the type in GraphQL. */
  readonly title?: string
  /** Description of the type; `description` is that of the member. */
  readonly typeDescription?: string
  /** Members of the report that are read elsewhere, or under another name, and therefore are not part of `more`. */
  readonly alsoRead?: readonly string[]
  /** Name of the member in the report. Default: the name in snake case. */
  readonly reportedAs?: string
  /** Description of each value of an enum. */
  readonly values?: Readonly<Record<string, string>>
  /** Value of an enum that replaces all unknown ones. */
  readonly otherwise?: string
  /** Reads the member instead of the reader of its type. */
  readonly read?: (reported: unknown) => unknown
}

export const metaOf = (schema: z.ZodType): ResultMeta & { readonly description?: string } => schema.meta() ?? {}

/** Text; null for anything else. */
export const text = () => z.string().nullable()
/** Text; empty for anything else. */
export const plainText = () => z.string()
/** A number that JSON can hold; null for anything else. */
export const decimal = () => z.number().nullable()
/** An integer that every client can hold; null for anything else. */
export const integer = () => z.int().nullable()
/** True if it was reported to be true. */
export const flag = () => z.boolean()
/** True, false, or null if missing. */
export const nullable = () => z.boolean().nullable()
/** A list of texts, without items that are none. */
export const texts = () => z.array(z.string())
/** Any JSON value, unchanged. */
export const json = () => z.unknown()
/** A time with its zone; null for anything else. */
export const moment = () => z.date().nullable()

/** A value of a closed set, in any case; `otherwise` replaces all others. */
export const enumValue = <const Texts extends Readonly<Record<string, string>>>(
  title: string,
  typeDescription: string,
  values: Texts,
  otherwise: keyof Texts & string,
) => z.enum(Object.keys(values) as (keyof Texts & string)[]).meta({ title, typeDescription, values, otherwise })

/** Reads a member that has another name in the report. */
export const reportedAs = <Schema extends z.ZodType>(name: string, schema: Schema): Schema =>
  schema.meta({ reportedAs: name })

/** The members, and `more` with all other members of the report. */
export const resultType = <Members extends z.ZodRawShape>(
  title: string,
  typeDescription: string,
  members: Members,
  alsoRead: readonly string[] = [],
) => z.object({ ...members, more: more() }).meta({ title, typeDescription, alsoRead })

const more = () =>
  z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Members of the report that no other field of this type contains. Null if there are none.')

/** An object; null for anything else. */
export const optional = <Schema extends z.ZodObject>(schema: Schema) => schema.nullable()
/** A list of objects, without items that are none. */
export const listOf = <Schema extends z.ZodObject>(schema: Schema) => z.array(schema)

/** An error of a command. It has no `more`, because agents report errors in several forms. */
export const commandError = z
  .object({
    code: z.string().describe('Machine-readable reason.'),
    message: z.string().describe('Human-readable explanation of the error.'),
    details: text().describe('Additional details. Null if none.'),
  })
  .meta({ title: 'CommandError', typeDescription: 'An error as reported by the agent.' })

/** Errors in one shape, however the agent spells them. */
export const errors = () =>
  z.array(commandError).meta({ read: readErrors, description: 'Errors reported by the agent.' })

/** Code of the application that the result is about. */
export const appCode = () => text().describe('Code of the application. Null if the agent did not report one.')

/** A typed result as its zod object declares it. */
export type Result<Schema extends z.ZodType> = z.output<Schema> & { readonly __typename: string }
