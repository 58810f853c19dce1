import { mapSchema, MapperKind } from '@graphql-tools/utils'
import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isNonNullType,
  isScalarType,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import { budgetOf } from './operation-metadata.js'
import type { ResponseBudget } from './response-budget.js'

type Resolver = GraphQLFieldResolver<unknown, object>
type Count = (value: unknown, budget: ResponseBudget) => unknown

/** Several servers of one process share a schema, and then its limited form too. */
const limitedSchemas = new WeakMap<GraphQLSchema, GraphQLSchema>()

/**
 * A schema like the given one, in which every field that returns a list, or a scalar of any size, counts what it returns in the budget of
 * its response. Other fields are bounded by the cost of the operation, and stay as they are. A new field is limited by its type: no
 * declaration can forget it.
 */
export function limitedSchema(schema: GraphQLSchema): GraphQLSchema {
  const known = limitedSchemas.get(schema)
  if (known) return known
  const limited = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, name) => {
      const count = countOf(field.type)
      return count && { ...field, resolve: counted(name, field.resolve as Resolver | undefined, count) }
    },
  })
  limitedSchemas.set(schema, limited)
  return limited
}

function countOf(type: GraphQLOutputType): Count | undefined {
  const named = getNamedType(type)
  if (isScalarType(named) && named.extensions['anySize'] === true) return countJson
  const list = getNullableType(type)
  if (!isListType(list)) return undefined
  return isNonNullType(list.ofType) && isCompositeType(list.ofType.ofType) ? countPromises : countList
}

function counted(name: string, resolve: Resolver | undefined, count: Count): Resolver {
  return (source, args, context, info) => {
    const budget = budgetOf(context)
    if (budget?.failure) throw budget.failure
    const value = resolve ? resolve(source, args, context, info) : (source as Record<string, unknown>)[name]
    if (!budget || value === null || value === undefined) return value
    return isPromise(value) ? value.then((each) => count(each, budget)) : count(value, budget)
  }
}

function countJson(value: unknown, budget: ResponseBudget): unknown {
  budget.addJson(value)
  return value
}

/** Long lists wait for a turn of the event loop, so that other requests are not held up. */
function countList(value: unknown, budget: ResponseBudget): unknown {
  if (!Array.isArray(value) || value.length === 0 || !budget.addList(value.length)) return value
  return ownTurn().then(() => value)
}

/**
 * graphql-js 16 drops the promises of a list when a later item that cannot be null fails at once, and nothing handles those that fail.
 * Promises fail later, when it waits for all of them.
 */
function countPromises(value: unknown, budget: ResponseBudget): unknown {
  const list = countList(value, budget)
  return isPromise(list) ? list.then(toPromises) : toPromises(list)
}

const toPromises = (list: unknown): unknown =>
  Array.isArray(list) && list.length > 1 ? list.map((item) => Promise.resolve(item as unknown)) : list

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as Promise<unknown> | null)?.then === 'function'
