// Preloaded with `--import` into a process that is to contain a planted bug: the module of the patched file is compiled
// from the patched text in memory. No file is written.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript-api'
import { root } from '#proof/root.js'
import { PLANTED_BUGS } from '#proof/planted/planted-bugs.js'
import { patched } from '#proof/planted/patched.js'

const bug = PLANTED_BUGS.find(({ id }) => id === process.env.STACKGATE_PLANTED_BUG)
if (!bug) throw new Error(`There is no planted bug ${process.env.STACKGATE_PLANTED_BUG}.`)

const compiled = pathToFileURL(join(root, 'dist/src', bug.file.replace(/\.ts$/, '.js'))).href
const { outputText } = ts.transpileModule(patched(bug, readFileSync(join(root, 'src', bug.file), 'utf8')), {
  compilerOptions: {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    experimentalDecorators: true,
    useDefineForClassFields: false,
  },
})
let isLoaded = false
registerHooks({
  load(url, context, nextLoad) {
    if (url !== compiled) return nextLoad(url, context)
    isLoaded = true
    return { format: 'module', source: outputText, shortCircuit: true }
  },
})
process.on('exit', () => {
  // A bug that was never loaded would count as one that is not found.
  if (!isLoaded) process.stderr.write(`The patched file ${bug.file} was not loaded.\n`)
})
