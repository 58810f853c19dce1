import ts from 'typescript-api'
import type { Shape } from '../shape.js'
import type { ShapeReader } from './read-shapes.js'

/**
 * The object that each type of event carries, read from the union `Event`; and the definition `Event` itself, which
 * leaves its object open, because it has as many forms as there are types.
 */
export function readEvents(program: ts.Program, reader: ShapeReader, file: string): Record<string, Shape> {
  const checker = program.getTypeChecker()
  const declared = new Map(
    program
      .getSourceFile(file)
      ?.statements.filter((one) => ts.isTypeAliasDeclaration(one) || ts.isInterfaceDeclaration(one))
      .map((one) => [one.name.text, checker.getTypeAtLocation(one)]),
  )
  const union = declared.get('Event')
  const base = declared.get('EventBase')
  if (union?.isUnion() !== true || base === undefined) throw new Error('the SDK has no union of events')
  const events = union.types.map((event): [string, Shape] => {
    const type = propertyOf(checker, event, 'type') as ts.StringLiteralType
    return [type.value, reader.shapeOf(propertyOf(checker, propertyOf(checker, event, 'data'), 'object'))]
  })
  reader.replace(union, '#Event')
  reader.replace(propertyOf(checker, base, 'data'), { object: 'object', 'previous_attributes?': 'object' })
  reader.definitions['Event'] = reader.fieldsOf(base)
  return Object.fromEntries(events)
}

function propertyOf(checker: ts.TypeChecker, type: ts.Type, name: string): ts.Type {
  const property = type.getProperty(name)
  if (property === undefined) throw new Error(`an event has no ${name}`)
  return checker.getTypeOfSymbol(property)
}
