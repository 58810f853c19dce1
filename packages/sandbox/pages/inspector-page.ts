import { clockState } from '../control/clock-control.js'
import type { ControlParts } from '../control/control-api.js'
import type { SandboxState } from '../sandbox-state.js'
import { html } from './html.js'
import {
  deliveryCells,
  link,
  moment,
  SHOWN,
  slug,
  table,
  time,
  type Cell,
  type InspectedKind,
} from './inspector-cells.js'
import { LISTS } from './inspector-lists.js'
import type { Page } from './layout.js'

/** Page with the clock, its buttons and the objects of the sandbox, newest first. */
export function inspectorPage(parts: ControlParts, done: string | null): Page {
  const { store } = parts.world
  const clock = clockState(parts)
  return {
    title: 'Sandbox',
    wide: 'all',
    content: html`<section aria-labelledby="clock">
        <p class="badge">Payment sandbox</p>
        <h1 id="clock">${moment(clock.now)}</h1>
        ${done === null ? '' : html`<p role="status">${done}</p>`}
        <p>
          Next due: ${clock.nextDue === null ? 'nothing' : moment(clock.nextDue)} · deliveries on their way:
          ${clock.pendingDeliveries}
        </p>
        <div class="actions">
          ${['hour', 'day', 'week', 'month'].map(
            (step) =>
              html`<form method="post" action="/_sandbox/advance/${step}">
                <button class="quiet">Advance 1 ${step}</button>
              </form>`,
          )}
        </div>
        <nav aria-label="Lists">
          <ul>
            ${LISTS.map(({ title }) => html`<li><a href="#${slug(title)}">${title}</a></li>`)}
          </ul>
        </nav>
      </section>
      ${LISTS.map(({ title, heads, rows }) => table(title, heads, rows(store)))}`,
  }
}

/** Page of one object with the events that contained it. */
export function objectPage(world: SandboxState, kind: InspectedKind, id: string): Page | null {
  const object = world.store.get(kind, id)
  if (object === undefined) return null
  return {
    title: `${kind} ${id}`,
    wide: 'all',
    content: html`<p><a href="/_sandbox">All objects</a></p>
      <section aria-labelledby="object">
        <p class="badge">${kind}</p>
        <h1 id="object">${id}</h1>
        <pre>${JSON.stringify(object, null, 2)}</pre>
      </section>
      ${
        kind === 'event' || kind === 'paypal.event'
          ? table(
              'Deliveries',
              ['to', 'status', 'attempts', 'last', 'next', 'action'],
              world.store.by('delivery', 'event', id).map(deliveryCells),
            )
          : table('Events', ['id', 'type', 'at'], eventRows(world, kind, id).slice(0, SHOWN))
      }`,
  }
}

/** Events that contained an object, newest first. For a PayPal payment also those that contained it as a sale. */
function eventRows(world: SandboxState, kind: InspectedKind, id: string): Cell[][] {
  if (!kind.startsWith('paypal.'))
    return world.store
      .newest('event')
      .filter((event) => (event.data.object as { id?: string }).id === id)
      .map((one) => [link('event', one.id), one.type, time(one.created)])
  return world.store
    .newest('paypal.event')
    .filter(({ event: { resource } }) => Object.values(resource).includes(id))
    .map(({ id: event, event: { event_type: type, create_time: at } }) => [link('paypal.event', event), type, at])
}
