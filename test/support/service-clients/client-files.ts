import { readFileSync } from 'node:fs'
import { restDocument } from '../rest-document.js'
import { serviceApi } from './api-model.js'
import { goOperations } from './go.js'
import { pythonOperations, pythonTypes } from './python.js'
import { wireVectors } from './wire-vectors.js'

/** The generated files of the clients in other languages, by their paths. */
export async function clientFiles(): Promise<Readonly<Record<string, string>>> {
  const api = serviceApi(await restDocument(), readFileSync('src/schema/schema.graphql', 'utf8'))
  return {
    'packages/python/src/stackgate/_operations.py': pythonOperations(api),
    'packages/python/src/stackgate/types.py': pythonTypes(api),
    'packages/go/operations.go': goOperations(api),
    'examples/wire-vectors.json': `${JSON.stringify(wireVectors, null, 2)}\n`,
  }
}
