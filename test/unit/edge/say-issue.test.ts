import { z } from 'zod'
import { parseShape } from '#rest/check-shape.js'
import { text } from '#rest/field-types.js'

const shape = z.strictObject({
  name: text(5).min(2).optional(),
  count: z.number().int().positive().max(9).optional(),
  kind: z.enum(['a', 'b']).optional(),
  items: z.array(z.boolean()).max(1).optional(),
  id: z.union([z.string(), z.number()]).optional(),
  needed: z.literal(1).default(1),
})

describe('Error of an invalid body', () => {
  it.each([
    [[], 'The request body must be a JSON object.'],
    [undefined, 'The request body is required.'],
    [{ name: 7 }, 'name: must be a string'],
    [{ name: 'a' }, 'name: must have at least 2 characters'],
    [{ name: 'abcdef' }, 'name: must have at most 5 characters'],
    [{ name: 'a\0b' }, 'name: must be a string'],
    [{ count: 1.5 }, 'count: must be an integer'],
    [{ count: 0 }, 'count: must be more than 0'],
    [{ count: 10 }, 'count: must be at most 9'],
    [{ kind: 'c' }, 'kind: must be one of a, b'],
    [{ items: [1] }, 'items.0: must be a boolean'],
    [{ items: [true, true] }, 'items: must have at most 1 items'],
    [{ id: [] }, 'id: is not valid'],
    [{ needed: 2 }, 'needed: must be 1'],
    [{ other: 1 }, 'other: is unknown'],
  ])('%j: %s', (body, message) => {
    expect(() => parseShape(shape, body)).toThrow(message)
  })
})
