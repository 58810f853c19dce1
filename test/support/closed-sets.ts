import { allModules } from '#modules/all-modules.js'

/** Each set of modules that contains everything that its modules require. */
export function closedSets(): string[][] {
  const isClosed = (names: readonly string[]) =>
    names.length > 0 &&
    allModules.every(({ name, requires }) => !names.includes(name) || requires.every((one) => names.includes(one)))
  return Array.from({ length: 2 ** allModules.length }, (_, bits) =>
    allModules.flatMap(({ name }, place) => (bits & (2 ** place) ? [name] : [])),
  ).filter(isClosed)
}

/** Folders of the modules whose name is not that of their only domain. */
export const DOMAINS: Readonly<Record<string, readonly string[]>> = {
  core: ['kernel', 'identity', 'catalog', 'entitlements'],
  operations: ['ops'],
}
