// Makes the documents of the other tools from documents/*.graphql: modules for gql.tada, and one file for each operation for Relay, which
// wants the name of the file at the beginning of the name of the operation.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync, cpSync } from 'node:fs'
import { parse, print } from 'graphql'

rmSync('generated', { recursive: true, force: true })
for (const folder of ['codegen', 'tada', 'relay', 'snippets']) mkdirSync(`generated/${folder}`, { recursive: true })
// Relay's compiler reads TypeScript only.
cpSync('relay/accountPage.mjs', 'generated/relay/accountPage.ts')

const tada = []
for (const path of globSync('documents/*.graphql')) {
  for (const definition of parse(readFileSync(path, 'utf8')).definitions) {
    const { name, operation } = definition
    const text = print(definition)
    tada.push(
      `export const ${name.value} = graphql(\`\n${text}\n\`)\nexport type ${name.value}Data = ResultOf<typeof ${name.value}>\n`,
    )
    const suffix = operation[0].toUpperCase() + operation.slice(1)
    const file = name.value[0].toLowerCase() + name.value.slice(1)
    const renamed = text.replace(`${operation} ${name.value}`, `${operation} ${file}${suffix}`)
    writeFileSync(
      `generated/relay/${file}.ts`,
      `import { graphql } from 'relay-runtime'\nexport default graphql\`\n${renamed}\n\`\n`,
    )
  }
}
writeFileSync(
  'generated/tada/documents.ts',
  `import { initGraphQLTada, type ResultOf } from 'gql.tada'
import type { introspection } from './graphql-env.d.ts'

const graphql = initGraphQLTada<{
  introspection: introspection
  scalars: { DateTime: string; SafeInt: number; CurrencyCode: string; Decimal: string; EmailAddress: string; URL: string; JSON: unknown }
}>()
${tada.join('\n')}
// A type that could not be inferred would accept this too.
const code: PricePageData['plans'][number]['code'] = 'plus'
// @ts-expect-error a code is a text
const wrong: PricePageData['plans'][number]['code'] = 5
export { code, wrong }
`,
)
writeFileSync(
  'generated/codegen-use.ts',
  `import type { ResultOf } from '@graphql-typed-document-node/core'
import { PricePageDocument } from './codegen/graphql.js'

type Plans = ResultOf<typeof PricePageDocument>['plans']
const code: Plans[number]['code'] = 'plus'
// @ts-expect-error a code is a text
const wrong: Plans[number]['code'] = 5
export { code, wrong }
`,
)
