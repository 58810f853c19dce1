// How jest reads a test file: swc removes the types, and imports of the product become imports of what was built from it, which
// `server-environment.mjs` loads once for each worker instead of once for each file.
import { relative, resolve, dirname } from 'node:path'
import swcJest from '@swc/jest'
import { root } from '../../src/bootstrap.mjs'

const PRODUCT_IMPORT = /^import\s*(?:([\w$]+)\s*,?\s*)?(?:\*\s*as\s+([\w$]+)|\{([^}]*)\})?\s*(?:from\s*)?['"]((?:\.{1,2}\/)+(?:src|sandbox|migrations|sandbox)\/[^'"]+)['"];?/gm

export default {
  createTransformer(options) {
    const swc = swcJest.createTransformer(options)
    return {
      ...swc,
      canInstrument: false,
      getCacheKey: (source, path, transformOptions) => `native-${swc.getCacheKey(source, path, transformOptions)}`,
      process(source, path, transformOptions) {
        const result = swc.process(source, path, transformOptions)
        return { ...result, code: fromBuilt(result.code, path) }
      },
      processAsync: async (source, path, transformOptions) => {
        const result = await swc.processAsync(source, path, transformOptions)
        return { ...result, code: fromBuilt(result.code, path) }
      },
    }
  },
}

function fromBuilt(code, path) {
  if (/^test\/(unit|architecture)\//.test(relative(root, path))) return code
  return code.replace(PRODUCT_IMPORT, (whole, byDefault, all, named, specifier) => {
    const file = relative(root, resolve(dirname(path), specifier))
    if (!/^(src|sandbox|migrations)\//.test(file) || specifier.endsWith('.mjs')) return whole
    const load = `await loadBuilt(${JSON.stringify(file)})`
    if (all) return `const ${all} = ${load};`
    const names = [byDefault && `default: ${byDefault}`, named?.replaceAll(/\s+as\s+/g, ': ').replaceAll('\n', ' ')].filter(Boolean)
    return names.length ? `const { ${names.join(', ')} } = ${load};` : `${load};`
  })
}
