import { isDeepStrictEqual } from 'node:util'
import { Int, registerEnumType, type ClassType } from 'type-graphql'
import { inputNameOf, type ParameterTree } from '#services/deployments/model/parameter-tree.js'
import { field, inputType, type TypeThunk } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

// Derives the input types of commands from their zod definitions: type-graphql's decorators are applied to empty classes.

const built = new Map<string, { readonly tree: ParameterTree; readonly type: ClassType }>()

/**
 * Input type of an object of parameters. An object that several commands use is one type; two different objects with the
 * same name are an error.
 */
export function inputTypeOf(name: string, description: string, tree: ParameterTree): ClassType {
  const known = built.get(name)
  if (known) {
    if (!isDeepStrictEqual(known.tree.properties, tree.properties))
      throw new Error(`Two different objects of command parameters are named ${name}.`)
    return known.type
  }
  const type = newClass(name)
  built.set(name, { tree, type })
  inputType(description)(type)
  const properties = tree.properties ?? {}
  for (const [parameter, of] of Object.entries(properties)) {
    const isRequired = tree.required?.includes(parameter) ?? false
    field(describe(of, properties), typeOf(of, `${name}.${parameter}`), {
      nullable: !isRequired,
      // A default of several values would be a list in the schema; the description states it.
      ...(isScalar(of.default) ? { defaultValue: of.default } : {}),
    })(type.prototype, inputNameOf(properties, parameter))
  }
  return type
}

const enums = new Map<string, object>()

/** Enum of a parameter with a few values: the values in capitals, which stand for those that agents know. */
function enumTypeOf(name: string, { typeDescription = '', valueDescriptions = {} }: ParameterTree): object {
  const known = enums.get(name)
  if (known) return known
  const named = Object.entries(valueDescriptions).map(([value, description]) => [
    value.toUpperCase(),
    value,
    description,
  ])
  const type = Object.fromEntries(named.map(([capitals, value]) => [capitals, value])) as Record<string, string>
  enums.set(name, type)
  const valuesConfig = Object.fromEntries(named.map(([capitals, , description]) => [capitals, { description }]))
  registerEnumType(type, { name, description: typeDescription, valuesConfig })
  return type
}

/** A class by name, for the decorators of type-graphql. It is never instantiated by our code. */
export const newClass = (name: string): ClassType => ({ [name]: class {} })[name] as ClassType

export const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

export const pascalCase = (name: string): string => camelCase(`_${name}`)

const isScalar = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)

function typeOf(tree: ParameterTree, place: string): TypeThunk {
  if (tree.items) {
    const item = typeOf(tree.items, place)
    return () => [(item as () => ClassType)()]
  }
  if (tree.properties) {
    if (!tree.title) throw new Error(`${place} needs a name: declare it with inputType().`)
    const type = inputTypeOf(tree.title, tree.typeDescription ?? '', tree)
    return () => type
  }
  if (tree.enum && tree.title) {
    const type = enumTypeOf(tree.title, tree)
    return () => type as ClassType
  }
  if (tree.type === 'string') return () => String
  if (tree.type === 'integer') return () => Int
  if (tree.type === 'number') return () => Number
  if (tree.type === 'boolean') return () => Boolean
  return () => JSONValue
}

/** The description with limits, and with the names of other parameters as GraphQL spells them. */
function describe(tree: ParameterTree, properties: Readonly<Record<string, ParameterTree>>): string {
  const { minimum, maximum, description = '' } = tree
  const limits = minimum !== undefined && maximum !== undefined ? `, ${minimum}–${maximum}` : ''
  return description.replace(/\.(?= |$)/, `${limits}.`).replace(/`(\w+)`/g, (code, name: string) => {
    if (tree.enum?.includes(name)) return `\`${name.toUpperCase()}\``
    return Object.hasOwn(properties, name) ? `\`${inputNameOf(properties, name)}\`` : code
  })
}
