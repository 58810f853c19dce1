import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-api'
import { sorted } from '../sorted.js'
import type { Contract, Operation, Shape } from '../shape.js'
import { DESCRIBED_RESOURCES } from './described-resources.js'
import { inlineUsedOnce } from './inline-used-once.js'
import { ShapeReader } from './read-shapes.js'
import { readEvents } from './read-events.js'
import { readRoutes, type SdkRoute } from './read-routes.js'

/** Converts the types of the installed SDK to a contract. The same SDK always results in the same contract. */
export function readSdk(): Contract {
  const folder = dirname(fileURLToPath(import.meta.resolve('stripe')))
  const resources = join(folder, 'resources')
  const { version } = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8')) as { version: string }
  const files = readdirSync(resources, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'))
  const program = ts.createProgram(
    files.map((file) => join(resources, file)),
    {
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: [],
      module: ts.ModuleKind.NodeNext,
      lib: ['lib.es2022.d.ts'],
    },
  )
  const reader = new ShapeReader(program.getTypeChecker(), resources)
  const events = readEvents(program, reader, join(resources, 'Events.d.ts'))
  const routes: string[] = []
  const operations: Record<string, Operation> = {}
  for (const file of files.toSorted()) {
    const path = file.replace(/\.d\.ts$/, '')
    const found = readRoutes(join(resources, `${path}.js`))
    routes.push(...found.map((one) => one.route))
    if (!DESCRIBED_RESOURCES.includes(path)) continue
    const source = program.getSourceFile(join(resources, file))
    if (source === undefined) throw new Error(`the SDK has no ${relative(folder, file)}`)
    for (const one of found) operations[one.route] = readOperation(program.getTypeChecker(), reader, source, one)
  }
  const objects = objectsOf(reader.definitions)
  return inlineUsedOnce({
    sdk: version,
    apiVersion: readVersion(folder),
    routes: [...new Set(routes)].toSorted(),
    operations: sorted(operations),
    events: sorted(events),
    objects: sorted(objects),
    definitions: sorted(reader.definitions),
  })
}

function readVersion(folder: string): string {
  const found = /ApiVersion = '([^']+)'/.exec(readFileSync(join(folder, 'apiVersion.js'), 'utf8'))?.[1]
  if (found === undefined) throw new Error('the SDK does not say its API version')
  return found
}

/** Parameters and response of a method of a resource class, by its declared signature. */
function readOperation(
  checker: ts.TypeChecker,
  reader: ShapeReader,
  source: ts.SourceFile,
  { className, method, isList }: SdkRoute,
): Operation {
  const declared = source.statements.find(
    (one): one is ts.ClassDeclaration => ts.isClassDeclaration(one) && one.name?.text === className,
  )
  const member = declared?.members.find(
    (one): one is ts.MethodDeclaration => ts.isMethodDeclaration(one) && one.name.getText() === method,
  )
  if (member?.type === undefined) throw new Error(`${className}.${method} has no declaration`)
  const params = member.parameters.find((one) => one.name.getText() === 'params')
  const answer = answerType(member.type)
  const shape = reader.shapeOf(checker.getTypeFromTypeNode(answer))
  return {
    params: params?.type === undefined ? null : reader.shapeOf(checker.getTypeFromTypeNode(params.type)),
    response: isList ? listOf(shape, member.type.getText().startsWith('ApiSearchResultPromise')) : shape,
  }
}

/** `X` of `Promise<Response<X>>`, `ApiListPromise<X>` and `ApiSearchResultPromise<X>`. */
function answerType(type: ts.TypeNode): ts.TypeNode {
  let inner = type
  while (ts.isTypeReferenceNode(inner) && WRAPPERS.has(inner.typeName.getText())) {
    const [argument] = inner.typeArguments ?? []
    if (argument === undefined) throw new Error(`${type.getText()} wraps nothing`)
    inner = argument
  }
  return inner
}

const WRAPPERS = new Set(['Promise', 'Response', 'ApiListPromise', 'ApiSearchResultPromise'])

function listOf(item: Shape, isSearch: boolean): Shape {
  const page = { data: { '[]': item }, has_more: 'boolean', url: 'string' }
  return isSearch
    ? { object: '=search_result', ...page, next_page: ['string', 'null'], 'total_count?': 'number' }
    : { object: '=list', ...page }
}

/** Objects by the name in their field `object`; of several kinds with one name the one that is not deleted. */
function objectsOf(definitions: Record<string, Shape>): Record<string, string> {
  const objects: Record<string, string> = {}
  for (const [name, shape] of Object.entries(definitions)) {
    if (typeof shape !== 'object' || Array.isArray(shape) || 'deleted' in shape) continue
    const { object } = shape
    if (typeof object === 'string' && object.startsWith('=')) objects[object.slice(1)] ??= `#${name}`
  }
  return objects
}
