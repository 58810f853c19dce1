import { allResolvers } from '#modules/all-declarations.js'
import { mutationCards as loaded, type MutationCard } from '#resolvers/kernel/mutation.js'

if (allResolvers.length === 0) throw new Error('no resolver is loaded')

/** Facts about each mutation of all modules, by name. */
export const mutationCards: ReadonlyMap<string, MutationCard> = loaded
