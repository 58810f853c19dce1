import fastify from 'fastify'
import { compareTraffic } from '#test/support/api-traffic.js'

const object = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const json = (schema: object) => ({ content: { 'application/json': { schema } } })

const document = {
  components: { schemas: { Thing: object({ a: { type: 'number' } }, ['a']) } },
  paths: {
    '/things/{id}': {
      post: {
        operationId: 'changeThing',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
          { name: 'limit', in: 'query', required: false, schema: { type: 'integer', maximum: 9 } },
        ],
        requestBody: { required: true, ...json(object({ name: { type: 'string' } })) },
        responses: { 200: json({ $ref: '#/components/schemas/Thing' }), 204: {} },
      },
    },
  },
}

describe('Traffic that is compared with an OpenAPI document', () => {
  const differencesOf = async (path: string, sent: unknown, status: number, returned?: unknown) => {
    const differences: string[] = []
    const app = fastify()
    compareTraffic(app, () => Promise.resolve(apiSchemas.compileApi(document)), differences)
    app.post('/things/:id', (_request, reply) => reply.code(status).send(returned))
    const payload = sent === undefined ? {} : { payload: sent as object }
    const { statusCode } = await app.inject({ method: 'POST', url: path, ...payload })
    // Fastify keeps the status of a response that was an error before.
    expect(statusCode).toBe(differences.length > 0 && status < 400 ? 500 : status)
    // The internal error of a difference is not in this document either.
    return differences[0] ?? null
  }

  it('may be what the document describes', async () => {
    expect(await differencesOf('/things/7?limit=9', { name: 'x' }, 200, { a: 1 })).toBeNull()
    expect(await differencesOf('/things/7', {}, 204)).toBeNull()
  })

  it.each([
    ['a part of the path', '/things/x', {}, 200, { a: 1 }, 'the parameter id="x"'],
    ['the query', '/things/7?limit=10', {}, 200, { a: 1 }, 'the parameter limit="10"'],
    ['a missing body', '/things/7', undefined, 200, { a: 1 }, 'the request has no body'],
    ['a member of the body', '/things/7', { other: 1 }, 200, { a: 1 }, 'the request: data must NOT have additional'],
    ['a member of the response', '/things/7', {}, 200, { a: 1, b: 2 }, 'data must NOT have additional properties'],
    ['a type in the response', '/things/7', {}, 200, { a: 'x' }, 'data/a must be number'],
    ['the status', '/things/7', {}, 404, { a: 1 }, 'no such status'],
    ['the media type', '/things/7', {}, 200, 'text', 'the response has the type text/plain'],
    ['a body of an empty response', '/things/7', {}, 204, 'text', 'the response has a body'],
  ])('is an error if it differs in %s', async (_name, path, sent, status, returned, difference) => {
    expect(await differencesOf(path, sent, status, returned)).toContain(difference)
  })
})
