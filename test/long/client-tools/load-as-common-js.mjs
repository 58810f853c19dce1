import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import ts from 'typescript'

const require = createRequire(import.meta.url)

/** relay-runtime is a CommonJS module whose names Node does not find. */
export function loadAsCommonJs(path) {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }
  const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions })
  const compiled = path.replace(/\.ts$/, '.cjs')
  writeFileSync(compiled, outputText)
  return require(compiled)
}
