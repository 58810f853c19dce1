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
import { MAX_SELECTIONS, responseFields, selectionsOf } from './response-fields.js'

interface Measure {
  depth: number
  repeats: number
}

/** Above these limits, comparing every pair of fragments or of fields with one name would take too long. */
export const maxFragments = 60
const maxRepeats = 100

/**
 * Rejects a document by its shape before validation: some validation rules compare every pair of fields, so large
 * documents must not reach them. Each fragment is measured once; the fields of the response are counted until a limit is reached.
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
  if (ruler.isRecursive) return undefined
  for (const definition of document.definitions) {
    const error =
      definition.kind === Kind.OPERATION_DEFINITION &&
      new ResponseCount(ruler.fragments, limits).refuse(definition.selectionSet)
    if (error) return error
  }
  return undefined
}

function refuseMeasure(measure: Measure, limits: Limits): GraphQLError | undefined {
  if (measure.depth > limits.depth) {
    return edgeError('QUERY_TOO_DEEP', `The query is more than ${limits.depth} levels deep.`)
  }
  if (measure.repeats > maxRepeats) {
    return edgeError('QUERY_TOO_COMPLEX', `The query repeats the same fields more than ${maxRepeats} times.`)
  }
  return undefined
}

class QueryMeasure {
  readonly fragments = new Map<string, FragmentDefinitionNode>()
  /** True if a fragment contains itself; validation rejects the cycle. */
  isRecursive = false
  private readonly measured = new Map<string, Measure | 'open'>()

  constructor(definitions: readonly FragmentDefinitionNode[]) {
    for (const definition of definitions) this.fragments.set(definition.name.value, definition)
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
    if (known === 'open') {
      this.isRecursive = true
      return nothing()
    }
    if (known) return known
    this.measured.set(name, 'open')
    const fragment = this.fragments.get(name)
    const measure = fragment ? this.measureSelections(fragment.selectionSet, new Set()) : nothing()
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
    if (names.has(name)) total.repeats += 1
    names.add(name)
  }
}

function nothing(): Measure {
  return { depth: 0, repeats: 0 }
}

function add(total: Measure, within: Measure): void {
  total.depth = Math.max(total.depth, within.depth)
  total.repeats += within.repeats
}

/** Counts the fields of a response, fragments of all types together. What is merged into one field counts once. */
class ResponseCount {
  private aliases = 0
  private fields = 0
  private selections = 0

  constructor(
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly limits: Limits,
  ) {}

  refuse(selectionSet: SelectionSetNode): GraphQLError | undefined {
    this.count([selectionSet])
    const { aliases, cost } = this.limits
    if (this.aliases > aliases) return edgeError('TOO_MANY_ALIASES', `The query has more than ${aliases} aliases.`)
    // Every field costs at least 1, so this is certain.
    if (this.fields > cost) return edgeError('QUERY_TOO_COMPLEX', `The query selects more than ${cost} fields.`)
    if (this.selections > MAX_SELECTIONS)
      return edgeError(
        'QUERY_TOO_COMPLEX',
        `The query selects fields more than ${MAX_SELECTIONS} times in its fragments.`,
      )
    return undefined
  }

  private count(selectionSets: readonly SelectionSetNode[]): void {
    const applies = () => ++this.selections <= MAX_SELECTIONS
    for (const nodes of responseFields(selectionSets, this.fragments, applies).values()) {
      this.fields += 1
      if (nodes.some(({ alias }) => alias)) this.aliases += 1
      if (this.fields > this.limits.cost || this.aliases > this.limits.aliases) return
      this.count(selectionsOf(nodes))
    }
  }
}
