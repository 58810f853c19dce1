import { allModules } from './all-modules.js'
import { declaredBy, operationsOf, resolversOf } from './compose.js'

// For commands, generators and tests, which read the declarations of all modules without a server.

/** Tables of all modules. */
export const allEntities = allModules.flatMap(({ entities }) => entities)

/** Resolvers of all modules. The printed schema is built from these. */
export const allResolvers = resolversOf(allModules)

/** Operations of all modules. */
export const allOperations = operationsOf(allModules)

/** Lists of all modules that services run. */
export const allDeclared = declaredBy(allModules)
