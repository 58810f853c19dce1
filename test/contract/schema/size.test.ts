import { readFileSync } from 'node:fs'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))

/**
 * Most definitions of each class. Who reads the schema, a person or a model, reads all of them: a new one replaces another, or it says why it
 * cannot.
 */
const CEILINGS = [
  ['object', isObjectType, 299],
  ['input', isInputObjectType, 102],
  // Types of parameters, and kinds and encodings of generated values: a form needs each of them.
  ['enum', isEnumType, 116],
  ['interface', isInterfaceType, 4],
  ['union', isUnionType, 0],
  ['scalar', isScalarType, 12],
] as const

describe('size of the schema', () => {
  it.each(CEILINGS)('has at most as many definitions of the class %s as decided', (_, isOfClass, ceiling) => {
    expect(types.filter((type) => isOfClass(type)).length).toBeLessThanOrEqual(ceiling)
  })

  it('has at most 530 definitions', () => {
    expect(types.length).toBeLessThanOrEqual(530)
  })
})
