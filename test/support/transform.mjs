// Transformer of test files: swc removes the types. Imports of the server are replaced by its build, which
// `server-environment.mjs` loads once per worker instead of once per file. Unit tests load the few modules that they
// test, and transport tests build their own schemas, which must use the same copy of graphql. The reference of commands is
// tested with a command that a unit test adds.
import { relative } from 'node:path'
import swcJest from '@swc/jest'
import { root } from '#bootstrap.mjs'

/** Imports that are loaded once per worker: modules of the server, and packages that take long to load. */
const IMPORT = /^import\s+(?:\*\s+as\s+([\w$]+)|([\w$]+)|\{([^}]*)\})\s+from\s+['"]([^'"]+)['"];?$/gm
const SERVER_MODULE = /^(?:#(?!test\/|examples\/|proof\/)|@stackgate\/sandbox\/).+\.js$/
const LARGE_PACKAGE =
  /^(?:ajv\/dist\/2020\.js|fast-check|fastify|graphql|graphql-ws|pg|playwright-core|stripe|type-graphql|ws|yaml|zod)$/
/** These files pass schemas to a library that loads its own copy of graphql. */
const OWN_PACKAGES = /^test\/(?:contract\/schema\/|support\/schema-contract\.ts)/
/** Files of the server also import each other by `#…`. Only those of tests get the build. */
const GIVEN_WHAT_WAS_BUILT =
  /^(?:proof\/|test\/(?!unit\/|architecture\/|api\/edge\/|support\/(?:transport-fixture|command-reference)\.ts))/

export default {
  createTransformer(options) {
    const swc = swcJest.createTransformer(options)
    return {
      ...swc,
      canInstrument: false,
      getCacheKey: (source, path, request) => `built-10-${swc.getCacheKey(source, path, request)}`,
      process(source, path, request) {
        const result = swc.process(source, path, request)
        return { ...result, code: importBuilt(result.code, path) }
      },
      async processAsync(source, path, request) {
        const result = await swc.processAsync(source, path, request)
        return { ...result, code: importBuilt(result.code, path) }
      },
    }
  },
}

/** Replaces imports of the server by the modules that the environment loads. */
function importBuilt(code, path) {
  const file = relative(root, path)
  if (!GIVEN_WHAT_WAS_BUILT.test(file)) return code
  const hasOwnPackages = OWN_PACKAGES.test(file)
  return code.replace(IMPORT, (whole, namespace, byDefault, names, specifier) => {
    if (!SERVER_MODULE.test(specifier) && (hasOwnPackages || !LARGE_PACKAGE.test(specifier))) return whole
    const pattern = namespace ?? (byDefault ? `{ default: ${byDefault} }` : `{${names.replaceAll(/\s+as\s+/g, ': ')}}`)
    return `const ${pattern} = await loadBuilt(${JSON.stringify(specifier)});`
  })
}
