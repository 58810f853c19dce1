import type { IncomingMessage, ServerResponse } from 'node:http'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchemaCompiler,
  FastifySerializerCompiler,
  FastifyTypeProvider,
  RawServerDefault,
  RouteOptions,
} from 'fastify'
import { z } from 'zod'
import { checkShape } from './check-shape.js'
import { errorBody } from './responses/errors.js'
import { serializeJson } from './serialize-response.js'

/** Types of a request from the Zod schemas that its route declares. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown
  readonly serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown
}

/** The scope in which REST routes are declared. */
export type RestApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

/**
 * A scope whose routes declare Zod schemas. All requests that do not match get the same error format. @param serializer
 * see `serialize-response.ts`
 */
export function withSchemas(
  scope: FastifyInstance,
  serializer: FastifySerializerCompiler<z.ZodType> = serializeJson,
): RestApp {
  scope.setValidatorCompiler(compileValidator)
  scope.setSerializerCompiler(serializer)
  scope.addHook('onRoute', declareErrors)
  return scope.withTypeProvider<ZodTypeProvider>()
}

/** Fastify passes null for a body that was not sent. */
const compileValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) =>
    checkShape(schema, httpPart === 'body' && data === null ? undefined : data)

/** Every route can return an error in the common format. */
function declareErrors(route: RouteOptions): void {
  const response = { '4xx': errorBody, '5xx': errorBody, ...(route.schema?.response as object | undefined) }
  route.schema = { ...route.schema, response }
}

/** Parts of a path with their descriptions. Any text is valid; an unknown object is not found. */
export const pathParams = <Name extends string>(parts: Readonly<Record<Name, string>>) =>
  z.object(
    Object.fromEntries(
      Object.entries<string>(parts).map(([name, description]) => [name, z.string().describe(description)]),
    ) as Record<Name, z.ZodString>,
  )

/** Descriptions of parts that many paths have. */
export const HASH = 'Deployment hash.'
export const APP = 'Code of the application.'
