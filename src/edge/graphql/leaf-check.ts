import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLEnumType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** Whether every leaf of an answer is what the schema says. */
export type ScalarCheck = (data: unknown) => boolean

/** Thrown inside when an operation cannot be checked by its text alone. */
class NotCheckable extends Error {}

const scalarTests: Readonly<Record<string, (value: string) => string>> = {
  String: (value) => `typeof ${value} === 'string'`,
  ID: (value) => `typeof ${value} === 'string'`,
  Boolean: (value) => `typeof ${value} === 'boolean'`,
  Int: (value) => `(${value} | 0) === ${value}`,
  Float: (value) => `Number.isFinite(${value})`,
}

/**
 * Compiles a check of an operation's leaf values (specified scalars and enums), so that a compiled operation can return
 * them unchanged at a third of the cost. Undefined if the types are not static (unions, interfaces, introspection).
 */
export function compileScalarCheck(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ScalarCheck | undefined {
  const root = schema.getRootType(operation.operation)
  if (!root) return undefined
  try {
    return new LeafCheckWriter(schema, document).check(root, operation.selectionSet)
  } catch (error) {
    if (error instanceof NotCheckable) return undefined
    throw error
  }
}

interface Field {
  readonly type: GraphQLOutputType
  readonly selectionSets: SelectionSetNode[]
}

/** Writes the check as source text, one block a level, without a call or an allocation for each value. */
class LeafCheckWriter {
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly enums: ReadonlySet<unknown>[] = []
  private variables = 0

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
  ) {
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition)
  }

  check(root: GraphQLObjectType, selectionSet: SelectionSetNode): ScalarCheck {
    const body = this.object(root, [selectionSet], 'data')
    // The text holds nothing of the caller's but names of fields and aliases, which are plain identifiers.
    // eslint-disable-next-line no-new-func, typescript/no-implied-eval
    const compiled = new Function('enums', 'data', `'use strict'; ${body} return true`) as (
      enums: readonly ReadonlySet<unknown>[],
      data: unknown,
    ) => boolean
    return (data) => compiled(this.enums, data)
  }

  private object(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[], value: string): string {
    const fields = new Map<string, Field>()
    for (const selectionSet of selectionSets) this.collect(type, selectionSet, fields)
    return [...fields].map(([name, field]) => this.field(field, `${value}.${name}`)).join('')
  }

  private collect(type: GraphQLObjectType, selectionSet: SelectionSetNode, into: Map<string, Field>): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value)! : selection
        if (this.applies(fragment.typeCondition?.name.value, type)) this.collect(type, fragment.selectionSet, into)
        continue
      }
      const name = (selection.alias ?? selection.name).value
      if (selection.name.value === '__typename') continue
      const field = type.getFields()[selection.name.value]
      if (!field || name === '__proto__') throw new NotCheckable()
      const known = into.get(name) ?? { type: field.type, selectionSets: [] }
      if (selection.selectionSet) known.selectionSets.push(selection.selectionSet)
      into.set(name, known)
    }
  }

  private applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true
    const named = this.schema.getType(condition)
    return isAbstractType(named) && this.schema.isSubType(named, type)
  }

  /** A null is always right here: the compiled operation has seen to it that it may be one. */
  private field({ type, selectionSets }: Field, place: string): string {
    const named = getNamedType(type)
    if (isLeafType(named) && !this.leafTest(named, '')) return ''
    const value = this.variable()
    return `const ${value} = ${place}; ${this.value(type, selectionSets, value)}`
  }

  private value(type: GraphQLOutputType, selectionSets: readonly SelectionSetNode[], value: string): string {
    if (isNonNullType(type)) return this.value(type.ofType, selectionSets, value)
    if (isListType(type)) {
      const [index, item] = [this.variable(), this.variable()]
      const within = this.value(type.ofType, selectionSets, item)
      const loop = `for (let ${index} = 0; ${index} < ${value}.length; ${index} += 1)`
      return `if (${value} != null) ${loop} { const ${item} = ${value}[${index}]; ${within} } `
    }
    if (isObjectType(type)) return `if (${value} != null) { ${this.object(type, selectionSets, value)} } `
    if (!isLeafType(type)) throw new NotCheckable()
    return `if (${value} != null && !(${this.leafTest(type, value)})) return false; `
  }

  /** Undefined for our own scalars, which a compiled operation always serializes. */
  private leafTest(type: GraphQLLeafType, value: string): string | undefined {
    if (!isEnumType(type)) return scalarTests[type.name]?.(value)
    return `enums[${this.enumIndex(type)}].has(${value})`
  }

  private enumIndex(type: GraphQLEnumType): number {
    const values = type.getValues()
    if (values.some(({ name, value }) => name !== value)) throw new NotCheckable()
    return this.enums.push(new Set(values.map(({ value }) => value as unknown))) - 1
  }

  private variable(): string {
    this.variables += 1
    return `v${this.variables}`
  }
}
