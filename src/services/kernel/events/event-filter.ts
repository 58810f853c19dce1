import { AppError } from '../errors/app-error.js'
import type { ValidationIssue } from '../validation/validation-issue.js'

/** Types that only a filter naming them or their group selects: they are so frequent that they would hide all other events. The index `stream_event_rare` leaves them out. */
const ON_REQUEST: readonly string[] = [
  'server.load',
  'usage.recorded',
  'usage_comparison.progressed',
  'webhook_event.received',
]

/** Every type, except those that must be asked for. */
const ALL = '*'

const TYPE = /^(?:\*|[a-z_]+(?:\.[a-z_]+)*(?:\.\*)?)$/
const MAX_TYPES = 50

/** Selects events by their types: exact names, groups such as `subscription.*`, or `*`. */
export interface EventFilter {
  readonly types: readonly string[]
  readonly except: readonly string[]
}

export interface RequestedTypes {
  /** Default: `*`. */
  readonly types?: readonly string[] | null
  /** Types that are left out, by the same grammar. Default: none. */
  readonly except?: readonly string[] | null
}

/** The requested filter, checked. Throws for anything that is not a type, a group or `*`. An empty list selects nothing. */
export function createEventFilter({ types, except }: RequestedTypes): EventFilter {
  return {
    types: types ? validateSelection(types, 'types') : [ALL],
    except: validateSelection(except ?? [], 'except'),
  }
}

const validateSelection = (types: readonly string[], field: 'types' | 'except'): string[] =>
  types.length > 0 ? validateEventTypes(types, field) : []

/** Filters of event types, in order and each once. Throws if there are none or too many, or if one is malformed. */
export function validateEventTypes(types: readonly string[], field: 'types' | 'except' = 'types'): string[] {
  const [issue] = eventTypeIssues(types, field)
  if (issue) throw new AppError('BAD_USER_INPUT', issue.message, { details: { field: issue.path.join('.') } })
  return normalizeEventTypes(types)
}

/** Event types of a filter in order, each once. */
export const normalizeEventTypes = (types: readonly string[]): string[] => [...new Set(types)].toSorted()

/** Every problem of the event types of a filter. */
export function eventTypeIssues(types: readonly string[], field: 'types' | 'except' = 'types'): ValidationIssue[] {
  if (types.length < 1 || types.length > MAX_TYPES)
    return [{ path: [field], message: `${field} must contain 1 to ${MAX_TYPES} items.` }]
  return types.flatMap((type, index) =>
    type.length > 100 || !TYPE.test(type)
      ? [
          {
            path: [field, index],
            message: `${field}.${index}: expected an event type, for example invoice.*, or *.`,
          },
        ]
      : [],
  )
}

/** Pure: whether a filter selects an event type. */
export const selectsType = ({ types, except }: EventFilter, type: string): boolean =>
  matches(types, type) && !matches(except, type)

const matches = (wanted: readonly string[], type: string): boolean =>
  wanted.some(
    (one) =>
      one === type ||
      (one === ALL && !ON_REQUEST.includes(type)) ||
      (one.endsWith('.*') && type.startsWith(one.slice(0, -1))),
  )

/** Pure: whether a filter selects none of the frequent types. */
export const selectsRareTypes = (filter: EventFilter): boolean => !ON_REQUEST.some((type) => selectsType(filter, type))

/** SQL: whether a type is none of the frequent ones. */
export const sqlIsRare = (type: string): string =>
  `${type} not in (${ON_REQUEST.map((each) => `'${each}'`).join(', ')})`

/** SQL: whether one of the wanted types selects a type. The same rule as `selectsType`, for statements. */
export const sqlSelectsType = (wanted: string, type: string): string => `exists (
    select from unnest(${wanted}) as wanted_type
    where wanted_type = ${type} or (wanted_type = '${ALL}' and ${sqlIsRare(type)})
      or (right(wanted_type, 2) = '.*' and starts_with(${type}, left(wanted_type, -1)))
  )`
