// Runs the examples of docs/graphql-clients.md. Arguments: the client, and calls as JSON: lists of `url, token, plan, key`. Prints what each
// returns.
import { loadAsCommonJs } from './load-as-common-js.mjs'

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
