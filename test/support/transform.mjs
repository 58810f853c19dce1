// The transformer of test files: swc removes the types. Where a test file imports the product, it gets what was built from it, which
// `server-environment.mjs` loads once for each worker instead of once for each file. Unit tests load the few modules that they test, and
// tests of the transport build schemas of their own, which must come from the same copy of graphql.
import { relative } from 'node:path'
import swcJest from '@swc/jest'
import { root } from '#bootstrap.mjs'

const PRODUCT_IMPORT =
  /^import\s+(?:\*\s+as\s+([\w$]+)|([\w$]+)|\{([^}]*)\})\s+from\s+['"]((?:#(?!test\/|examples\/)|@stackgate\/sandbox\/)[^'"]+\.js)['"];?$/gm
/** The product's own files import each other by `#…` too: only those of tests get what was built. */
const GIVEN_WHAT_WAS_BUILT = /^test\/(?!unit\/|architecture\/|api\/edge\/|support\/transport-fixture\.ts)/

export default {
  createTransformer(options) {
    const swc = swcJest.createTransformer(options)
    return {
      ...swc,
      canInstrument: false,
      getCacheKey: (source, path, request) => `built-4-${swc.getCacheKey(source, path, request)}`,
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

/** Replaces the imports of the product by what the environment loads. */
function importBuilt(code, path) {
  if (!GIVEN_WHAT_WAS_BUILT.test(relative(root, path))) return code
  return code.replace(PRODUCT_IMPORT, (whole, namespace, byDefault, names, specifier) => {
    const pattern = namespace ?? (byDefault ? `{ default: ${byDefault} }` : `{${names.replaceAll(/\s+as\s+/g, ': ')}}`)
    return `const ${pattern} = await loadBuilt(${JSON.stringify(specifier)});`
  })
}
