// Lets the proof use the servers, models and steps of the tests outside of jest: compiles the files of `test/` and of the packages when they
// are loaded, and resolves their imports of each other. Plain JavaScript, because it is preloaded.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { resolve as resolvePath } from 'node:path'

const folders = ['test/', 'packages/'].map((name) => pathToFileURL(resolvePath(import.meta.dirname, '..', name)).href)
const isCompiled = (url) => folders.some((folder) => url?.startsWith(`${folder}/`))

/** The compiler takes a third of a second to load. */
let compiler
const typescript = () => (compiler ??= createRequire(import.meta.url)('typescript-api'))

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && isCompiled(context.parentURL)) {
      const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL)
      if (existsSync(fileURLToPath(url))) return { url: url.href, shortCircuit: true }
    }
    // A package may not be built yet.
    return specifier.startsWith('@stackgate/')
      ? nextResolve(specifier, { ...context, conditions: ['@stackgate/source', ...context.conditions] })
      : nextResolve(specifier, context)
  },
  load(url, context, nextLoad) {
    if (!isCompiled(url) || !url.endsWith('.ts')) return nextLoad(url, context)
    const ts = typescript()
    const { outputText } = ts.transpileModule(readFileSync(fileURLToPath(url), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, useDefineForClassFields: false },
    })
    return { format: 'module', source: outputText, shortCircuit: true }
  },
})
