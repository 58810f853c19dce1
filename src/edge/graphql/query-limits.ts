import {
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type SelectionSetNode,
} from 'graphql'
import type { Limits } from '../options.js'
import { edgeError } from './edge-error.js'

interface Measure {
  depth: number
  aliases: number
  repeats: number
  fields: number
}

/** Above these limits, comparing every pair of fragments or of fields with one name would take too long. */
export const maxFragments = 60
const maxRepeats = 100

/**
 * Rejects a document by its shape before validation: some validation rules compare every pair of fields, so large
 * documents must not reach them. Linear in the document, because each fragment is measured once.
 */
export function checkQueryLimits(document: DocumentNode, limits: Limits): GraphQLError | undefined {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  if (fragments.length > maxFragments) {
    return edgeError('QUERY_TOO_COMPLEX', `The query has more than ${maxFragments} fragments.`)
  }
  const ruler = new QueryMeasure(fragments)
  for (const definition of document.definitions) {
    const measure = ruler.measureDefinition(definition)
    const error = measure && refuseMeasure(measure, limits)
    if (error) return error
  }
  return undefined
}

function refuseMeasure(measure: Measure, limits: Limits): GraphQLError | undefined {
  if (measure.depth > limits.depth) {
    return edgeError('QUERY_TOO_DEEP', `The query is more than ${limits.depth} levels deep.`)
  }
  if (measure.aliases > limits.aliases) {
    return edgeError('TOO_MANY_ALIASES', `The query has more than ${limits.aliases} aliases.`)
  }
  if (measure.repeats > maxRepeats) {
    return edgeError('QUERY_TOO_COMPLEX', `The query repeats the same fields more than ${maxRepeats} times.`)
  }
  // Every field costs at least 1, so this is certain, and it keeps the exact calculation from walking nested fragments.
  if (measure.fields > limits.cost) {
    return edgeError('QUERY_TOO_COMPLEX', `The query selects more than ${limits.cost} fields.`)
  }
  return undefined
}

class QueryMeasure {
  private readonly fragments = new Map<string, SelectionSetNode>()
  private readonly measured = new Map<string, Measure>()

  constructor(definitions: readonly FragmentDefinitionNode[]) {
    for (const { name, selectionSet } of definitions) this.fragments.set(name.value, selectionSet)
  }

  measureDefinition(definition: DefinitionNode): Measure | undefined {
    if (definition.kind === Kind.OPERATION_DEFINITION) return this.measureSelections(definition.selectionSet, new Set())
    // A fragment alone has no depth: it can be below an introspection field, which has none.
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      return { ...this.measureFragment(definition.name.value), depth: 0 }
    return undefined
  }

  private measureFragment(name: string): Measure {
    const known = this.measured.get(name)
    if (known) return known
    // A recursive fragment counts as empty here; validation rejects the cycle.
    this.measured.set(name, nothing())
    const selections = this.fragments.get(name)
    const measure = selections ? this.measureSelections(selections, new Set()) : nothing()
    this.measured.set(name, measure)
    return measure
  }

  /** Measures a selection; `names` are those already used in it, also by the inline fragments around. */
  private measureSelections(selectionSet: SelectionSetNode, names: Set<string>): Measure {
    const total = nothing()
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) this.addField(total, selection, names)
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        add(total, this.measureSelections(selection.selectionSet, names))
      else add(total, this.measureFragment(selection.name.value))
    }
    return total
  }

  private addField(total: Measure, field: FieldNode, names: Set<string>): void {
    const within = field.selectionSet ? this.measureSelections(field.selectionSet, new Set()) : nothing()
    // Only introspection fields begin with two underscores; fragments may be named so, and are not exempt.
    const depth = field.name.value.startsWith('__') ? 0 : 1 + within.depth
    add(total, { ...within, depth })
    const name = (field.alias ?? field.name).value
    if (field.alias) total.aliases += 1
    if (names.has(name)) total.repeats += 1
    names.add(name)
    total.fields += 1
  }
}

function nothing(): Measure {
  return { depth: 0, aliases: 0, repeats: 0, fields: 0 }
}

function add(total: Measure, within: Measure): void {
  total.depth = Math.max(total.depth, within.depth)
  total.aliases += within.aliases
  total.repeats += within.repeats
  total.fields += within.fields
}
