import type { RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'

/** A page with the greeting of the settings. */
export const probePage =
  (host: RestHost) =>
  (app: RestApp): void =>
    void app.get('/probe', (request, reply) =>
      reply.type('text/html').send(`<h1>${host.anonymousContext(request).settings.PROBE_GREETING}</h1>`),
    )
