import {
  getNullableType,
  isInputObjectType,
  isListType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql'

const holdsLists = new WeakMap<GraphQLInputType, boolean>()

/** Returns true if a value of this type can hold a list. */
export function mayHoldList(type: GraphQLInputType): boolean {
  let found = holdsLists.get(type)
  if (found === undefined) holdsLists.set(type, (found = findList(type, new Set())))
  return found
}

/** @param seen input types around this one: a type that contains itself is searched once */
function findList(type: GraphQLInputType, seen: Set<GraphQLInputObjectType>): boolean {
  const bare = getNullableType(type)
  if (isListType(bare)) return true
  if (!isInputObjectType(bare) || seen.has(bare)) return false
  seen.add(bare)
  return Object.values(bare.getFields()).some((field) => findList(field.type, seen))
}

/** Items of all lists in an argument, at any depth. JSON values are not lists of the schema and count as nothing. */
export function countListedItems(type: GraphQLInputType, value: unknown): number {
  if (value === null || value === undefined || !mayHoldList(type)) return 0
  const bare = getNullableType(type)
  if (isListType(bare)) {
    if (!Array.isArray(value)) return 1 + countListedItems(bare.ofType, value)
    const inner = bare.ofType
    if (!mayHoldList(inner)) return value.length
    return value.reduce<number>((sum, item) => sum + countListedItems(inner, item), value.length)
  }
  if (!isInputObjectType(bare) || typeof value !== 'object') return 0
  const given = value as Record<string, unknown>
  return Object.values(bare.getFields()).reduce(
    (sum, field) => sum + countListedItems(field.type, given[field.name]),
    0,
  )
}
