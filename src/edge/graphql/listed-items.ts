import {
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type ValueNode,
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

const fieldsWithLists = new WeakMap<GraphQLInputObjectType, readonly GraphQLInputField[]>()

/** The fields of an input that can hold lists. Most fields cannot, and a request has its inputs counted each time. */
function listFieldsOf(type: GraphQLInputObjectType): readonly GraphQLInputField[] {
  let fields = fieldsWithLists.get(type)
  if (!fields) {
    fields = Object.values(type.getFields()).filter((field) => mayHoldList(field.type))
    fieldsWithLists.set(type, fields)
  }
  return fields
}

/**
 * Items of all lists in a value, at any depth, with the defaults of input fields that it leaves out. JSON values are not lists of the
 * schema and count as nothing.
 */
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
  return listFieldsOf(bare).reduce(
    (sum, { name, type: inner, defaultValue }) =>
      sum + countListedItems(inner, given[name] === undefined ? defaultValue : given[name]),
    0,
  )
}

/** Items of the value of a variable. Undefined if it has none. */
export type ItemsOfVariable = (name: string) => number | undefined

/** Items of all lists in a value of a document, at any depth, as `countListedItems` counts them. Undefined if the value is left out. */
export function countWrittenItems(
  type: GraphQLInputType,
  value: ValueNode | undefined,
  itemsOf: ItemsOfVariable,
): number | undefined {
  if (!value) return undefined
  if (value.kind === Kind.VARIABLE) return itemsOf(value.name.value)
  if (value.kind === Kind.NULL || !mayHoldList(type)) return 0
  const bare = getNullableType(type)
  if (isListType(bare)) {
    const items = value.kind === Kind.LIST ? value.values : [value]
    return items.reduce((sum, item) => sum + (countWrittenItems(bare.ofType, item, itemsOf) ?? 0), items.length)
  }
  if (!isInputObjectType(bare) || value.kind !== Kind.OBJECT) return 0
  return listFieldsOf(bare).reduce((sum, { name, type: inner, defaultValue }) => {
    const written = value.fields.find((field) => field.name.value === name)?.value
    return sum + (countWrittenItems(inner, written, itemsOf) ?? countListedItems(inner, defaultValue))
  }, 0)
}
