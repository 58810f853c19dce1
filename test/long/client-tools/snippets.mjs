// Runs the examples of docs/graphql-clients.md. Arguments: the client, and calls as JSON: lists of `url, token, plan, key`. Prints what each
// returns.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import ts from 'typescript'

const require = createRequire(import.meta.url)

/** relay-runtime is a CommonJS module whose names Node does not find. */
function loadAsCommonJs(path) {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }
  const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions })
  const compiled = path.replace(/\.ts$/, '.cjs')
  writeFileSync(compiled, outputText)
  return require(compiled)
}

const [client, calls] = process.argv.slice(2)
const isRelay = client === 'relay'
const example = `./generated/snippets/${client}.ts`
const { startPlan } = isRelay ? loadAsCommonJs(example) : await import(example)
const mutation = isRelay
  ? [loadAsCommonJs('./generated/relay/__generated__/startCheckoutMutation.graphql.ts').default]
  : []
const results = []
for (const call of JSON.parse(calls)) results.push(await startPlan(...call, ...mutation))
process.stdout.write(`${JSON.stringify(results)}\n`)
process.exit()
