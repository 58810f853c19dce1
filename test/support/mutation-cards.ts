import { allResolvers } from '#modules/all-declarations.js'
import { mutationCards as loaded, type MutationCard } from '#resolvers/kernel/mutation.js'

if (allResolvers.length === 0) throw new Error('no resolver is loaded')

const methods = new Set(allResolvers.flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)))

/** Facts about each mutation of all modules, by name. A file before this one can have loaded a module of the tests in the same process. */
export const mutationCards: ReadonlyMap<string, MutationCard> = new Map(
  [...loaded].filter(([mutation]) => methods.has(mutation)),
)
