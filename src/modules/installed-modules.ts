import type { NonEmptyArray } from 'type-graphql'
import { AppError } from '../services/kernel/errors/app-error.js'
import { allModules } from './all-modules.js'
import type { Module } from './module.js'

const known = new Map<string, readonly Module[]>()

/** Modules of an installation by their names, in the order in which they are composed. Null: all. */
export function installedModules(names: readonly string[] | null): readonly Module[] {
  if (names === null) return allModules
  const key = names.toSorted().join()
  const modules = known.get(key) ?? select(names)
  known.set(key, modules)
  return modules
}

function select(names: readonly string[]): readonly Module[] {
  const problems = [
    ...names
      .filter((name) => !allModules.some((module) => module.name === name))
      .map((name) => `'${name}' does not exist; modules are ${allModules.map((module) => module.name).join(', ')}`),
    ...allModules
      .filter(({ name }) => names.includes(name))
      .flatMap(({ name, requires }) =>
        requires.filter((one) => !names.includes(one)).map((one) => `'${name}' requires '${one}': add it`),
      ),
  ]
  if (problems.length > 0)
    throw new AppError('CONFIGURATION', problems.map((problem) => `MODULES: ${problem}`).join('\n'))
  return allModules.filter(({ name }) => names.includes(name))
}

const resolvers = new WeakMap<readonly Module[], NonEmptyArray<Function>>()

/** Resolvers of modules. Servers of a process with the same modules share the list, and so the schema. */
export function resolversOf(modules: readonly Module[]): NonEmptyArray<Function> {
  const made = resolvers.get(modules) ?? (modules.flatMap((module) => module.resolvers) as NonEmptyArray<Function>)
  resolvers.set(modules, made)
  return made
}
