// TypeScript of operations: the types of their results and variables, written out in full, so that who uses the documents needs neither a
// code generator nor inference by the compiler.
import {
  getNamedType,
  GraphQLNonNull,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
} from 'graphql'

/** Types of the scalars, as they are in JSON. */
const SCALARS = {
  ID: 'string',
  String: 'string',
  Int: 'number',
  Float: 'number',
  Boolean: 'boolean',
  SafeInt: 'number',
  Decimal: 'string',
  DateTime: 'string',
  CurrencyCode: 'string',
  EmailAddress: 'string',
  URL: 'string',
  JSON: 'unknown',
}

/** Wraps the type of a named type into its lists, with `null` where the schema allows it. */
function wrapped(type, named, list = (item) => `readonly ${item}[]`) {
  if (isNonNullType(type)) return bare(type.ofType, named, list)
  return `${bare(type, named, list)} | null`
}

function bare(type, named, list) {
  if (!isListType(type)) return named
  const item = wrapped(type.ofType, named, list)
  return list(item.includes(' | ') || item.includes('readonly ') ? `(${item})` : item)
}

/** Leaf types by name: a scalar's own, an enum's by its exported name. Documents import those as `Schema`. */
function leafName(type, prefix = 'Schema.') {
  if (isEnumType(type)) return `${prefix}${type.name}`
  const name = SCALARS[type.name]
  if (!name) throw new Error(`the scalar ${type.name} has no type: name it in document-types.mjs`)
  return name
}

/** A newer server can return other values of most enums, whose descriptions say so. */
const isOpen = (type) => isEnumType(type) && type.description?.endsWith('New values may be added.')

const returnedName = (type) => (isOpen(type) ? `Schema.Open<${leafName(type)}>` : leafName(type))

const comment = (text, indent = '') =>
  text ? `${indent}/** ${text.replaceAll('*/', '* /').replaceAll(/\s*\n\s*/g, ' ')} */\n` : ''

/** Every enum and every input of the schema, with their descriptions. */
export function schemaTypes(schema) {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
  const enums = types.filter(isEnumType).map((type) => {
    const values = type.getValues().map(({ name }) => `'${name}'`)
    return `${comment(type.description)}export type ${type.name} = ${values.join(' | ')}\n`
  })
  const inputs = types.filter(isInputObjectType)
  return [...enums, OPEN, ONE_OF, ...inputs.map(inputType)].join('\n')
}

/** Type of the values of an enum in a result. */
const OPEN = `/** The values of an enum, and those that a newer server adds. */
export type Open<Values extends string> = Values | (string & {})
`

/** Type of the inputs with `@oneOf`. */
const ONE_OF = `/** Exactly one of the members. */
export type OneOf<Members> = {
  readonly [Name in keyof Members]: { readonly [Given in Name]: Members[Given] } & {
    readonly [Other in Exclude<keyof Members, Name>]?: undefined
  }
}[keyof Members]
`

function inputType(type) {
  const fields = Object.values(type.getFields()).map((field) => {
    // The one given member must not be null.
    const member = type.isOneOf ? { ...field, type: new GraphQLNonNull(field.type) } : field
    return `${comment(field.description, '  ')}  readonly ${inputField(field.name, member, '')}\n`
  })
  const text = `{\n${fields.join('')}}`
  return `${comment(type.description)}export ${
    type.isOneOf ? `type ${type.name} = OneOf<${text}>` : `interface ${type.name} ${text}`
  }\n`
}

function inputField(name, { type, defaultValue }, prefix = 'Schema.') {
  const optional = !isNonNullType(type) || defaultValue !== undefined
  const named = getNamedType(type)
  const text = wrapped(type, isInputObjectType(named) ? `${prefix}${named.name}` : leafName(named, prefix))
  // Also for callers whose compiler distinguishes a missing value from an undefined one.
  return optional ? `${name}?: ${text} | undefined` : `${name}: ${text}`
}

/** Code that compiles only if the type of each input with `@oneOf` accepts one member, and no other number of members and no null. */
export function oneOfChecks(schema) {
  const inputs = Object.values(schema.getTypeMap()).filter((type) => isInputObjectType(type) && type.isOneOf)
  return inputs
    .map((type) => {
      const fields = Object.values(type.getFields())
      const members = fields.map((field) => inputField(field.name, { type: new GraphQLNonNull(field.type) }))
      const names = fields.map(({ name }) => name)
      const pairs = names.flatMap((name, index) => names.slice(index + 1).map((other) => `{ ${name}, ${other} }`))
      const valid = names.map((name) => `    { ${name} },\n`).join('')
      const invalid = ['{}', ...names.map((name) => `{ ${name}: null }`), ...pairs]
      return `export const check${type.name} = ({ ${names.join(', ')} }: { ${members.join('; ')} }): Schema.${type.name}[] => [
${valid}${invalid.map((value) => `    // @ts-expect-error\n    ${value},\n`).join('')}]
`
    })
    .join('\n')
}

/** Members of the interface of an operation's variables. */
export function variableTypes(schema, operation) {
  return (operation.variableDefinitions ?? []).map(({ variable, type, defaultValue }) =>
    inputField(variable.name.value, {
      type: typeFromAST(schema, type),
      defaultValue: defaultValue ? true : undefined,
    }),
  )
}

/**
 * Type of the result of a selection on a type. Fragments are referred to by the names of their types, unless another selection has the
 * same fields.
 */
export function selectionType(schema, fragments, type, selectionSets) {
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
  const variants = new Map()
  for (const object of possible) {
    const parts = partsOf(schema, fragments, object, selectionSets)
    const key = JSON.stringify(parts)
    const variant = variants.get(key) ?? { ...parts, names: [] }
    variant.names.push(object.name)
    variants.set(key, variant)
  }
  return [...variants.values()].map((variant) => shapeOf(schema, fragments, variant)).join(' | ')
}

function shapeOf(schema, fragments, { members, references, abstractReferences, hasTypename, names }) {
  const typename = `readonly __typename: ${names.map((name) => `'${name}'`).join(' | ')}`
  const own = hasTypename && abstractReferences.length === 0 ? [typename, ...members] : members
  const parts = [
    ...(own.length > 0 || references.length + abstractReferences.length === 0 ? [`{ ${own.join('; ')} }`] : []),
    ...references,
    ...abstractReferences.map((fragment) => {
      const { typeCondition } = fragments.get(fragment)
      const isWhole = schema.getPossibleTypes(schema.getType(typeCondition.name.value)).length === names.length
      return isWhole ? fragment : `Extract<${fragment}, { ${typename} }>`
    }),
  ]
  return parts.join(' & ')
}

/**
 * Parts of a selection on one object type: its own fields, fragments on this type, and fragments on an interface or union, of which the
 * variant of this type is taken.
 */
function partsOf(schema, fragments, object, selectionSets) {
  const spreads = selectionSets.flatMap(({ selections }) =>
    selections.flatMap((item) => spreadsIn(schema, object, item)),
  )
  const inline = new Set()
  for (;;) {
    const fields = fieldsOf(schema, fragments, object, selectionSets, (name) => !inline.has(name))
    const keys = new Set(fields.keys())
    const clash = spreads.find((name) => {
      if (inline.has(name)) return false
      const others = spreads.filter((other) => other !== name && !inline.has(other))
      const theirs = new Set(others.flatMap((other) => [...keysOf(schema, fragments, object, other)]))
      return [...keysOf(schema, fragments, object, name)].some(
        (key) => key !== '__typename' && (keys.has(key) || theirs.has(key)),
      )
    })
    if (clash) {
      inline.add(clash)
      continue
    }
    const named = [...new Set(spreads)].filter((name) => !inline.has(name))
    const isAbstract = (name) => isAbstractType(schema.getType(fragments.get(name).typeCondition.name.value))
    return {
      members: membersOf(schema, fragments, object, fields),
      references: named.filter((name) => !isAbstract(name)),
      abstractReferences: named.filter(isAbstract),
      hasTypename: keys.has('__typename'),
    }
  }

  function spreadsIn(schema, object, selection) {
    if (selection.kind === Kind.FIELD) return []
    if ((selection.directives ?? []).length > 0) return []
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const { typeCondition } = fragments.get(selection.name.value)
      return applies(schema, object, typeCondition) ? [selection.name.value] : []
    }
    if (!applies(schema, object, selection.typeCondition)) return []
    return selection.selectionSet.selections.flatMap((item) => spreadsIn(schema, object, item))
  }
}

const keysOf = (schema, fragments, object, name) =>
  fieldsOf(schema, fragments, object, [fragments.get(name).selectionSet], () => false).keys()

function fieldsOf(schema, fragments, object, selectionSets, isReferred) {
  const fields = new Map()
  for (const set of selectionSets) collect(schema, fragments, object, set, false, fields, isReferred)
  return fields
}

function membersOf(schema, fragments, object, fields) {
  const members = []
  for (const [key, { nodes, isOptional }] of fields) {
    const [{ name }] = nodes
    if (name.value === '__typename') continue
    const field = object.getFields()[name.value]
    const named = getNamedType(field.type)
    const sets = nodes.map(({ selectionSet }) => selectionSet)
    const shape = isLeafType(named) ? returnedName(named) : selectionType(schema, fragments, named, sets)
    const isCompound = / [|&] /.test(shape)
    members.push(`readonly ${key}${isOptional ? '?' : ''}: ${wrapped(field.type, isCompound ? `(${shape})` : shape)}`)
  }
  return members
}

/** Fields of the selection that apply to this object type, by the key of the response. */
function collect(schema, fragments, object, selectionSet, isOptional, fields, isReferred) {
  for (const selection of selectionSet.selections) {
    const directives = selection.directives ?? []
    const optional = isOptional || directives.some(({ name }) => /^(skip|include)$/.test(name.value))
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value
      const known = fields.get(key)
      fields.set(key, {
        nodes: [...(known?.nodes ?? []), selection],
        isOptional: (known?.isOptional ?? true) && optional,
      })
      continue
    }
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD
    if (isSpread && directives.length === 0 && isReferred(selection.name.value)) continue
    const { typeCondition, selectionSet: inner } = isSpread ? fragments.get(selection.name.value) : selection
    if (applies(schema, object, typeCondition)) collect(schema, fragments, object, inner, optional, fields, isReferred)
  }
}

function applies(schema, object, condition) {
  if (!condition) return true
  const type = schema.getType(condition.name.value)
  return type === object || (isAbstractType(type) && schema.isSubType(type, object))
}
