import { z } from 'zod'
import type { CommandSpec } from './define-command.js'
import type { Secrecy } from './field-schemas.js'

/** Shape of a parameter: JSON Schema with our redaction marks. */
export interface ParameterTree {
  readonly type?: string
  readonly description?: string
  readonly secrecy?: Secrecy
  /** Name in GraphQL. Default: the name in camelCase. */
  readonly inputName?: string
  /** Name and description of the input type or enum in GraphQL. */
  readonly title?: string
  readonly typeDescription?: string
  /** Descriptions of the values of an enum. */
  readonly valueDescriptions?: Readonly<Record<string, string>>
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, ParameterTree>>
  readonly required?: readonly string[]
  readonly items?: ParameterTree
}

const trees = new WeakMap<CommandSpec, ParameterTree | null>()

/** Parameters of a command as a tree. Null if unknown. Created once per command on first use. */
export function parameterTree(spec: CommandSpec): ParameterTree | null {
  let tree = trees.get(spec)
  if (tree === undefined) {
    tree = spec.parameters && (z.toJSONSchema(spec.parameters, { io: 'input' }) as ParameterTree)
    trees.set(spec, tree)
  }
  return tree
}

/** The name of a parameter in GraphQL. */
export const inputNameOf = (properties: ParameterTree['properties'], parameter: string): string =>
  properties?.[parameter]?.inputName ?? parameter.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** The same value with the names of known members changed and null members left out, however deep; names of the caller's own stay. */
export function renameMembers(
  tree: ParameterTree | undefined,
  value: unknown,
  rename: (name: string, properties: Readonly<Record<string, ParameterTree>>) => string,
): unknown {
  if (Array.isArray(value)) return tree?.items ? value.map((item) => renameMembers(tree.items, item, rename)) : value
  if (!isObject(value) || !tree?.properties) return value
  const { properties } = tree
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member != null)
      .map(([given, member]) => {
        const name = rename(given, properties)
        return [name, renameMembers(properties[name], member, rename)]
      }),
  )
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
