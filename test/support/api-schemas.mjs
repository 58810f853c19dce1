// Schemas of an OpenAPI document, for the comparison with the traffic of test servers. The environment of the test files loads this module
// once per worker: writing the document and compiling its schemas takes most of a second.
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/** The document of the first server of this worker. */
let shared

/** Returns the document with a compiler for the values in it, and another for parts of URLs, which are all text. */
export function compileApi(document) {
  const options = { strict: false, validateSchema: false }
  const values = new Ajv2020({ ...options, allErrors: true })
  const texts = new Ajv2020({ ...options, coerceTypes: true })
  for (const ajv of [values, texts]) {
    formats.default(ajv)
    ajv.addSchema(document, 'api')
  }
  return { document, values, texts }
}

/** The same for every server of a worker. `load` writes the document. */
export const sharedApi = (load) => (shared ??= load().then(compileApi))
