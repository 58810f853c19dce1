import { isObject } from '../commands/parameters/parameter-tree.js'
import { readErrors, type ReportedError } from '../commands/reported-errors.js'

/** Makes something that clients may rely on of whatever an agent said; never throws. */
export type Reader<Value> = (given: unknown) => Value

/** Text; null for anything else. */
export const text: Reader<string | null> = (given) => (typeof given === 'string' ? given : null)
/** Text; empty for anything else. */
export const plainText: Reader<string> = (given) => text(given) ?? ''
/** A number that JSON can hold; null for anything else. */
export const decimal: Reader<number | null> = (given) =>
  typeof given === 'number' && Number.isFinite(given) ? given : null
/** A whole number that every client can hold; null for anything else. */
export const integer: Reader<number | null> = (given) => (Number.isSafeInteger(given) ? (given as number) : null)
/** True if it was said to be true. */
export const flag: Reader<boolean> = (given) => given === true
/** True, false, or null if missing. */
export const nullable: Reader<boolean | null> = (given) => (typeof given === 'boolean' ? given : null)
/** A list of texts, without what is none. */
export const texts: Reader<string[]> = (given) =>
  Array.isArray(given) ? given.filter((item): item is string => typeof item === 'string') : []
/** As it came. */
export const json: Reader<unknown> = (given) => given ?? null
/** Errors in one shape, however the agent spelt them. */
export const errors: Reader<ReportedError[]> = readErrors

/** A time with its zone; null for anything else. Years beyond four digits are no times that anybody reads. */
export const moment: Reader<Date | null> = (given) => {
  if (typeof given !== 'string' || !/^\d{4}-\d{2}-\d{2}T/.test(given)) return null
  const date = new Date(given)
  return Number.isNaN(date.getTime()) ? null : date
}

/** A value of a closed set, in any case; `otherwise` replaces all others. */
export const enumValue =
  <const Value extends string>(values: readonly Value[], otherwise: Value): Reader<Value> =>
  (given) => {
    const said = typeof given === 'string' ? given.toUpperCase() : ''
    return values.find((value) => value === said) ?? otherwise
  }

type Readers = Readonly<Record<string, Reader<unknown>>>
/** An object as its shape reads it. `more` holds the members of the report that the shape does not name. Null if there are none. */
export type ReadBy<Name extends string, Members extends Readers> = {
  readonly __typename: Name
  readonly more: Readonly<Record<string, unknown>> | null
} & {
  readonly [Member in keyof Members]: ReturnType<Members[Member]>
}

/** Reads a member that has another name in the report. */
export const reportedAs = <Value>(said: string, read: Reader<Value>): Reader<Value> =>
  Object.assign((given: unknown) => read(given), { said })

/** Name of a member in the report. */
const reportedName = (member: string, read: Reader<unknown> & { readonly said?: string }) =>
  read.said ?? snakeCase(member)

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** An object of ours, member by member from the agent's, which spells them with underscores. */
export function shape<const Name extends string, Members extends Readers>(
  name: Name,
  members: Members,
  /** Members of the report that are read elsewhere, or under another name. */
  readOtherwise: readonly string[] = [],
): (given: Readonly<Record<string, unknown>>) => ReadBy<Name, Members> {
  const readers = Object.entries(members).map(([member, read]) => [member, reportedName(member, read), read] as const)
  const known = new Set([...ENVELOPE, ...readOtherwise, ...readers.map(([, said]) => said)])
  return (given) => {
    const made: Record<string, unknown> = { __typename: name }
    const more = Object.entries(given).filter(([said]) => !known.has(said))
    for (const [member, said, read] of readers) {
      made[member] = read(given[said])
      if (isDropped(given[said], made[member])) more.push([said, given[said]])
    }
    made['more'] = more.length > 0 ? Object.fromEntries(more) : null
    return made as ReadBy<Name, Members>
  }
}

/** Members that repeat those of the command. */
const ENVELOPE = ['type', 'deployment_hash'] as const

/** Returns true if the reported value has a form that the member cannot hold. */
function isDropped(said: unknown, read: unknown): boolean {
  if (said === undefined || said === null) return false
  if (typeof read === 'string') return typeof said !== 'string' || said.toLowerCase() !== read.toLowerCase()
  if (Array.isArray(read)) return !Array.isArray(said) || read.length < said.length
  return read === null || (typeof read === 'boolean' && typeof said !== 'boolean')
}

/** As the shape makes it; null for what is no object. */
export const optional =
  <Value>(read: (given: Readonly<Record<string, unknown>>) => Value): Reader<Value | null> =>
  (given) =>
    isObject(given) ? read(given) : null

/** A list of such objects, without what is none. */
export const listOf =
  <Value>(read: (given: Readonly<Record<string, unknown>>) => Value): Reader<Value[]> =>
  (given) =>
    Array.isArray(given) ? given.filter(isObject).map(read) : []
