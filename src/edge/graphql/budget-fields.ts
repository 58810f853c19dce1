import {
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
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

/** Several servers of one process share a schema: each value is counted once. */
const budgetedSchemas = new WeakSet<GraphQLSchema>()

/**
 * Makes every field that returns a list, or a scalar of any size, count what it returns in the budget of its response.
 * Other fields are bounded by the cost of the operation, and stay as they are.
 */
export function budgetFields(schema: GraphQLSchema): void {
  if (budgetedSchemas.has(schema)) return
  budgetedSchemas.add(schema)
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const count = countOf(field.type)
      if (count) field.resolve = counted(field.name, field.resolve as Resolver | undefined, count)
    }
  }
}

function countOf(type: GraphQLOutputType): Count | undefined {
  const named = getNamedType(type)
  if (isScalarType(named) && named.extensions['anySize'] === true) return countJson
  return isListType(getNullableType(type)) ? countList : undefined
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

const isPromise = (value: unknown): value is Promise<unknown> => typeof (value as Promise<unknown>).then === 'function'
