import type { SandboxState } from '#sandbox-state.js'

/** Related object of a thin event. */
export interface RelatedObject {
  id: string
  type: string
  url: string
}

/** Writes a thin event down. It is read with `v2.core.events`; event destinations are not part of the sandbox. */
export function emitV2Event(world: SandboxState, type: string, related: RelatedObject | null, data: object): void {
  const id = world.ids.next('evt_test')
  world.store.put('v2_event', {
    id,
    type,
    created: world.clock.iso,
    body: {
      id,
      object: 'v2.core.event',
      created: world.clock.iso,
      livemode: false,
      reason: null,
      type,
      ...(related === null ? {} : { related_object: related }),
      data,
    },
  })
}
