import type { RouteOptions } from 'fastify'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import type { EventDefinitions } from '#services/kernel/outbox/event-data/events.js'
import { accessInfo, SECURITY_SCHEMES } from './access.js'
import { JsonSchemas } from './json-schemas.js'
import { toOperation } from './operation.js'
import { toTemplate } from './route-description.js'
import { TAGS } from './tags.js'
import { toWebhooks } from './webhooks.js'

const DESCRIPTION = `Routes of Stackgate besides GraphQL. The schema of GraphQL is at \`/graphql/schema.graphql\`.

- A request is authenticated, then validated (400 \`BAD_REQUEST\` with \`issues\`), then authorized.
- \`GET\` routes also respond to \`HEAD\`, except those for agents and those that enqueue a command.
- Clients must ignore members of responses that they do not know: new ones can be added.`

/** The routes of a server, and the OpenAPI document of them. */
export class ApiDescription {
  /** Later hooks of the routes still complete their schemas. */
  private readonly routes: RouteOptions[] = []

  constructor(private readonly events: EventDefinitions) {}

  /** Adds a declared route. */
  readonly add = (route: RouteOptions): void => {
    this.routes.push(route)
  }

  /**
   * The document. Other requests are served between two operations, because all together take a fifth of a second.
   *
   * @param serverUrl URL below which the routes are
   * @param hasWebhooks false: without the events that webhook endpoints receive, which some generators of code cannot read
   */
  async document(serverUrl: URL, { hasWebhooks = true }: { readonly hasWebhooks?: boolean } = {}): Promise<object> {
    const schemas = new JsonSchemas()
    const paths: Record<string, Record<string, object>> = {}
    const described = this.routes.filter(({ method, schema }) => method !== 'HEAD' && schema?.operationId !== undefined)
    for (const route of described) {
      await ownTurn()
      const path = toTemplate(route.url)
      const methods = (paths[path] ??= {})
      methods[String(route.method).toLowerCase()] = toOperation(path, route, schemas)
    }
    return {
      openapi: '3.1.1',
      info: { title: 'Stackgate', version: '1', description: DESCRIPTION },
      servers: [{ url: serverUrl.href.replace(/\/$/, '') }],
      tags: Object.entries(TAGS)
        .filter(([name]) => described.some(({ schema }) => schema?.tag === name))
        .map(([name, description]) => ({ name, description })),
      paths,
      ...(hasWebhooks ? { webhooks: toWebhooks(this.events, schemas) } : {}),
      components: { schemas: schemas.components, securitySchemes: schemesOf(described), headers: HEADERS },
    }
  }
}

/** Ways to authenticate that these routes have. */
function schemesOf(routes: readonly RouteOptions[]): object {
  const used = new Set<string>(routes.flatMap(({ schema }) => accessInfo(schema?.access ?? 'anyone').security.flat()))
  return Object.fromEntries(Object.entries(SECURITY_SCHEMES).filter(([name]) => used.has(name)))
}

const HEADERS = {
  RequestId: {
    description: 'ID of the request, which the log of the server has.',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'Seconds after which the request can be repeated.',
    schema: { type: 'integer', minimum: 1 },
  },
}
